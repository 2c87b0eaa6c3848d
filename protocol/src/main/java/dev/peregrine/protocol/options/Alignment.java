package dev.peregrine.protocol.options;

/**
 * Where in memory the buffers of received batches begin. Messages are copied into Arrow's memory as they come, so buffers lie
 * as their writer aligned them in the body; those that do not lie as asked for are copied once more.
 */
public enum Alignment {
    /** Wherever they come to lie. All of Arrow for Java works with that. */
    ANY(1),
    /** At multiples of 8 bytes, which suits the values of every type. */
    DATA_TYPE(8),
    /** At multiples of 64 bytes, as the format recommends. For native code. */
    BYTES_64(64);

    private final int bytes;

    Alignment(int bytes) {
        this.bytes = bytes;
    }

    /** Addresses are multiples of this. */
    public int bytes() {
        return bytes;
    }
}
