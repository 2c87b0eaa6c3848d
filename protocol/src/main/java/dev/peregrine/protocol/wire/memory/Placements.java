package dev.peregrine.protocol.wire.memory;

import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. The {@link Placement}s of one call. The pool gives the same few addresses again and again; so they are
 * kept, because each is five objects.
 */
public final class Placements {
    /** A place for fewer bytes is not worth a read of its own. */
    static final int LEAST = 16 << 10;

    private static final int KEPT = 16;

    private final @Nullable Placement[] kept = new Placement[KEPT];
    private int oldest;

    /** The memory of the first {@code length} bytes of {@code buffer}, none of it held by anybody. */
    Placement of(ArrowBuf buffer, int length) {
        for (Placement place : kept) {
            if (place != null && place.isFreeAndOf(buffer, length)) {
                return place;
            }
        }
        Placement place = new Placement(buffer, length);
        kept[oldest] = place;
        oldest = (oldest + 1) % KEPT;
        return place;
    }
}
