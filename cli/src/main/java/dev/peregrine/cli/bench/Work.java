package dev.peregrine.cli.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be measured. */
public enum Work {
    /** DoGet. */
    GET("call to its first batch"),
    /** DoPut of generated batches. */
    PUT("last batch to the server's verdict"),
    /** DoExchange with a service that echoes. */
    EXCHANGE("batch there and back"),
    /** DoAction. */
    PING("call"),
    /** GetFlightInfo. */
    INFO("call");

    private final String latency;

    Work(String latency) {
        this.latency = latency;
    }

    /** From where to where its latency is taken. */
    public String latency() {
        return latency;
    }

    /** As it is typed. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether batches are moved, so that there are rows and bytes to count. */
    public boolean movesBatches() {
        return this == GET || this == PUT || this == EXCHANGE;
    }

    /** The work of that name, in any case. */
    public static Optional<Work> named(String name) {
        return Arrays.stream(values())
                .filter(work -> work.text().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** All names, for people. */
    public static String all() {
        return Arrays.stream(values()).map(Work::text).collect(Collectors.joining(", "));
    }
}
