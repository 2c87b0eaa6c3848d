package dev.peregrine.cli.bench;

/** The server answered, but not with what had to come; the message says what differs. */
public final class WrongAnswer extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongAnswer(String message) {
        super(message);
    }
}
