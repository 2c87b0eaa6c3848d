package dev.peregrine.cli;

import dev.peregrine.protocol.error.FlightException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the process answers with. Documented in the help of the command and in docs/cli.md; never renumbered. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNAVAILABLE = 3;
    static final int NOT_FOUND = 4;
    static final int DENIED = 5;
    static final int TIMED_OUT = 6;
    static final int FILE = 7;
    static final int INTERRUPTED = 130;

    /** The table, a code and its meaning a line, as picocli's help wants it. */
    static final String[] TABLE = {
        "0:Done.",
        "1:The server refused or failed, or anything else went wrong.",
        "2:The command line is wrong.",
        "3:The server cannot be reached, or was lost.",
        "4:The server does not have it.",
        "5:The server does not let you (not logged in, or not allowed).",
        "6:It took longer than --timeout.",
        "7:A file on this side cannot be read or written, or is not what it should be.",
        "130:Interrupted."
    };

    private ExitCode() {}

    static int of(Throwable failure) {
        if (failure instanceof FlightException flight) {
            return of(flight);
        }
        if (failure instanceof IOException || failure instanceof UncheckedIOException) {
            return FILE;
        }
        if (failure instanceof UsageError) {
            return USAGE;
        }
        return failure instanceof InterruptedException ? INTERRUPTED : FAILED;
    }

    private static int of(FlightException failure) {
        return switch (failure.status()) {
            case UNAVAILABLE -> UNAVAILABLE;
            case NOT_FOUND -> NOT_FOUND;
            case UNAUTHENTICATED, UNAUTHORIZED -> DENIED;
            case TIMED_OUT -> TIMED_OUT;
            case CANCELLED -> Thread.currentThread().isInterrupted() ? INTERRUPTED : FAILED;
            default -> FAILED;
        };
    }
}
