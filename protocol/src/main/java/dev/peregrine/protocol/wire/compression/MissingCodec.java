package dev.peregrine.protocol.wire.compression;

/** A codec's library is not on the class path, or not for this platform. The message says what to add. */
public final class MissingCodec extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    MissingCodec(String message, Throwable cause) {
        super(message, cause);
    }
}
