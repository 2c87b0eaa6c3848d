package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/** One thread at a time. One FlightData message; owns its body's buffers until {@link #release}. */
public final class FlightMessage {
    private final @Nullable FlightDescriptor descriptor;
    private final ByteBuffer header;
    private final byte[] metadata;
    private final List<ArrowBuf> body;

    FlightMessage(@Nullable FlightDescriptor descriptor, ByteBuffer header, byte[] metadata, List<ArrowBuf> body) {
        this.descriptor = descriptor;
        this.header = header;
        this.metadata = metadata;
        this.body = body;
    }

    public @Nullable FlightDescriptor descriptor() {
        return descriptor;
    }

    /** The app_metadata; empty if there is none. */
    public byte[] metadata() {
        return metadata;
    }

    /** Frees the body. Idempotent. */
    public void release() {
        throw new UnsupportedOperationException("being built");
    }
}
