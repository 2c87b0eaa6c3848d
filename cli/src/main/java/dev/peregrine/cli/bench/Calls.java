package dev.peregrine.cli.bench;

/** One thread. Makes the same call over and over. */
interface Calls extends AutoCloseable {
    /** One call; stops early when the tally says that it is over. */
    void call(Tally tally) throws InterruptedException;

    @Override
    void close();

    /** The calls of a work over one connection. */
    static Calls of(Work work, Link link, Asked asked, Plan plan) {
        return switch (work) {
            case GET -> new GetCalls(link, asked, plan);
            case PUT -> new PutCalls(link, asked, plan);
            case EXCHANGE -> new ExchangeCalls(link, asked, plan);
            case PING -> SmallCalls.ping(link, asked, plan);
            case INFO -> SmallCalls.info(link, asked);
        };
    }
}
