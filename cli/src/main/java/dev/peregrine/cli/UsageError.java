package dev.peregrine.cli;

/** The command line asks for something that cannot be; the message says what would do. */
final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageError(String message) {
        super(message);
    }
}
