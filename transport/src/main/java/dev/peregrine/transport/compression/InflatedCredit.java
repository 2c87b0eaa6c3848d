package dev.peregrine.transport.compression;

import dev.peregrine.transport.MessagePrefix;
import java.util.ArrayDeque;

/**
 * Event loop only. What the application takes is counted in bytes as they were handed to it, the window in bytes as they
 * came; this says how many of the one are how many of the other. For calls whose peer may compress.
 */
public final class InflatedCredit {
    /** Bytes that were handed on together, and what goes back to the window when all of them were taken. */
    private record Part(long handed, int wire) {}

    private final ArrayDeque<Part> parts = new ArrayDeque<>();

    /** Bytes handed on that were not taken. */
    private long waiting;

    /** Of these, bytes that were taken. */
    private long taken;

    /** Bytes of a compressed message that has not been handed on, as far as the window has not got them back. */
    private int arriving;

    /** Bytes of a compressed message have come. */
    void arrived(int wire) {
        arriving += wire;
    }

    /** The compressed message that arrived is handed on, and its prefix, as {@code length} bytes. */
    void inflated(long length) {
        add(new Part(MessagePrefix.LENGTH + length, arriving));
        arriving = 0;
    }

    /** Bytes are handed on as they came. */
    void plain(int bytes) {
        if (bytes > 0) {
            add(new Part(bytes, bytes));
        }
    }

    private void add(Part part) {
        parts.add(part);
        waiting += part.handed;
    }

    /** Bytes handed on that were not taken. */
    public long waiting() {
        return waiting;
    }

    /**
     * The application has taken {@code bytes} of what was handed on.
     *
     * @return bytes to give back to the window
     */
    public int consumed(long bytes) {
        waiting -= bytes;
        taken += bytes;
        int wire = 0;
        for (Part part; (part = parts.peek()) != null && part.handed <= taken; ) {
            parts.remove();
            taken -= part.handed;
            wire += part.wire;
        }
        return wire + early();
    }

    /**
     * Bytes of a message that arrives, to give back to the window before it is complete: all, if the application waits for
     * it, since it may be larger than the window.
     */
    public int early() {
        if (!parts.isEmpty()) {
            return 0;
        }
        int back = arriving;
        arriving = 0;
        return back;
    }
}
