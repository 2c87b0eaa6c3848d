package dev.peregrine.bench.side;

/** A client or server did not do its work; the message is what comes after its name. */
final class PeerFailure extends Exception {
    private static final long serialVersionUID = 1L;

    PeerFailure(String message) {
        super(message);
    }
}
