package dev.peregrine.cli.bench;

import dev.peregrine.client.FlightIterable;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.Result;
import java.util.Arrays;

/** Calls without data, one after another. */
final class SmallCalls implements Calls {
    private final Runnable once;

    private SmallCalls(Runnable once) {
        this.once = once;
    }

    /** DoAction. */
    static Calls ping(Link link, Asked asked, Plan plan) {
        Action action = asked.actionOrPing();
        boolean verify = plan.verify() && asked.action() == null;
        return new SmallCalls(() -> {
            try (FlightIterable<Result> results = link.client().doAction(action, link.options())) {
                for (Result result : results) {
                    if (verify && !Arrays.equals(result.body(), action.body())) {
                        throw new WrongAnswer("action '" + action.type() + "' did not answer with its body");
                    }
                }
            }
        });
    }

    /** GetFlightInfo. */
    static Calls info(Link link, Asked asked) {
        FlightDescriptor flight = asked.flightOr("info");
        return new SmallCalls(() -> link.client().getFlightInfo(flight, link.options()));
    }

    @Override
    public void call(Tally tally) {
        long start = System.nanoTime();
        once.run();
        tally.latencySince(start);
        tally.called();
    }

    @Override
    public void close() {
        // Nothing is kept between calls.
    }
}
