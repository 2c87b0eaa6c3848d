package dev.peregrine.protocol.wire.compression;

/** The peer sent compressed bytes that are none, or that do not become what they claim to. */
public final class CorruptBody extends Exception {
    private static final long serialVersionUID = 1L;

    CorruptBody(String message) {
        super(message);
    }

    CorruptBody(String message, Throwable cause) {
        super(message, cause);
    }
}
