package dev.peregrine.transport;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a call's messages owe to its stream's window. A message's bytes go back when it is taken. Only while no complete
 * message waits are the bytes of the message in assembly given back as they arrive, so that a message larger than the
 * window can arrive at all.
 */
final class WindowDebt {
    /**
     * Bytes of the message in assembly, its prefix included, that the window has not got back. The event loop adds and
     * then looks whether messages wait; who takes the last message says so and then settles. So one of them sees the
     * other, and nothing stays owed while no message waits.
     */
    private final AtomicInteger owed = new AtomicInteger();

    /** Bytes to give back as soon as there is a call to give them to. */
    private final AtomicInteger early = new AtomicInteger();

    /** Set once. */
    private volatile @Nullable Call call;

    /** Event loop only. Bytes that have come and are not in {@link #owed} yet: a message that comes in one piece never is. */
    private int arrived;

    /** Event loop only. Bytes of the message in assembly that have not come. */
    private int missing;

    /** Says which call's window gets bytes back, and gives back what came before this. */
    void attach(Call call) {
        this.call = call;
        giveBack(early.getAndSet(0));
    }

    /** The call; null before it is {@linkplain #attach attached}. */
    @Nullable
    Call call() {
        return call;
    }

    /** Event loop only. A message of this length begins. */
    void begins(int length) {
        arrived = MessagePrefix.LENGTH;
        missing = length;
    }

    /**
     * Event loop only. Bytes of the message have come.
     *
     * @return whether more are missing, so that these are owed from now on
     */
    boolean arrive(int bytes) {
        arrived += bytes;
        missing -= bytes;
        if (missing > 0) {
            owed.addAndGet(arrived);
            arrived = 0;
            return true;
        }
        return false;
    }

    /** Event loop only. What the message that is complete owes: whoever takes it gives it back. */
    int ofMessage() {
        int all = arrived + owed.getAndSet(0);
        arrived = 0;
        return all;
    }

    /** What the message in assembly owes so far, not any more from now on: the caller gives it back. */
    int ofAssembly() {
        return owed.getAndSet(0);
    }

    /** Gives bytes back; later, if there is no call yet. */
    void giveBack(int bytes) {
        if (bytes <= 0) {
            return;
        }
        Call known = call;
        if (known != null) {
            known.consumed(bytes);
            return;
        }
        early.addAndGet(bytes);
        // If the call came meanwhile, one of both sees these bytes.
        Call attached = call;
        if (attached != null) {
            attach(attached);
        }
    }
}
