package dev.peregrine.protocol.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Event loop only. Heap bytes of an announced length as they arrive. The array grows with what has arrived: a length that
 * lies costs nothing.
 */
final class ArrivingBytes {
    /** What is allocated on the word of the announcement alone, bytes. */
    private static final int TRUSTED = 64 << 10;

    private static final byte[] NO_BYTES = {};

    private byte[] bytes = NO_BYTES;
    private int length;
    private int size;

    /** Forgets what there was and waits for {@code length} bytes. */
    void begin(int length) {
        this.length = length;
        size = 0;
        bytes = length == 0 ? NO_BYTES : new byte[Math.min(length, TRUSTED)];
    }

    /** How many are still to come. */
    int missing() {
        return length - size;
    }

    /** Takes {@code n} bytes off {@code piece}; at most as many as are missing. */
    void add(ByteBuf piece, int n) {
        if (size + n > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, Math.max(size + n, 2L * bytes.length)));
        }
        piece.readBytes(bytes, size, n);
        size += n;
    }

    /** Hands over the bytes, once none are missing, and forgets them. */
    byte[] take() {
        byte[] all = bytes;
        begin(0);
        return all;
    }
}
