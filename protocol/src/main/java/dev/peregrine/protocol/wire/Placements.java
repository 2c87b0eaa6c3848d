package dev.peregrine.protocol.wire;

import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. The {@link Placement}s of one call. The pool gives the same few addresses again and again; so they are
 * kept, because each is five objects.
 */
final class Placements {
    /** A place for fewer bytes is not worth a read of its own. */
    static final int LEAST = 16 << 10;

    private static final int KEPT = 16;

    private final @Nullable Placement[] kept = new Placement[KEPT];
    private int oldest;

    /** A place that is the memory of the first {@code length} bytes of {@code buffer}; to be given {@link #back}. */
    Placement take(ArrowBuf buffer, int length) {
        Placement place = known(buffer, length);
        if (place == null) {
            place = new Placement(buffer, length);
            kept[oldest] = place;
            oldest = (oldest + 1) % KEPT;
        }
        place.lend(buffer);
        return place;
    }

    private @Nullable Placement known(ArrowBuf buffer, int length) {
        for (Placement place : kept) {
            if (place != null && place.isMemoryOf(buffer, length)) {
                return place;
            }
        }
        return null;
    }

    /** The buffer has been filled, or never will be. Whoever still holds part of the place keeps the memory. */
    @SuppressWarnings("ReferenceEquality") // Equal are ByteBufs with the same bytes.
    void back(Placement place) {
        if (!place.isInUse()) {
            place.giveBack();
            return;
        }
        for (int i = 0; i < KEPT; i++) {
            if (kept[i] == place) {
                kept[i] = null;
            }
        }
        place.release();
    }
}
