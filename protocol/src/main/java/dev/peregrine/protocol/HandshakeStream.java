package dev.peregrine.protocol;

import org.jspecify.annotations.Nullable;

/** One thread at a time. The payloads that the two ends of a handshake exchange, as one of them sees it. */
public interface HandshakeStream {
    /** Waits for the peer's next payload; null when it has sent its last. */
    byte @Nullable [] read();

    /** Sends a payload. */
    void write(byte[] payload);
}
