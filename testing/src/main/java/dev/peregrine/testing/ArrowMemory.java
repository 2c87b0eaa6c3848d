package dev.peregrine.testing;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** The Arrow allocator of one test, made when it is first asked for. Test thread only; the allocator itself: any thread. */
final class ArrowMemory {

    /** In bytes. More than any test needs, little enough that a length that lies cannot hurt the machine. */
    static final long LIMIT = 1L << 30;

    private @Nullable RootAllocator root;

    BufferAllocator allocator() {
        if (root == null) {
            root = new RootAllocator(LIMIT);
        }
        return root;
    }

    /** Fails if memory is still allocated, and says where from; otherwise closes the allocator. */
    void check() {
        RootAllocator root = this.root;
        if (root == null) {
            return;
        }
        if (!Patience.until(() -> root.getAllocatedMemory() == 0)) {
            throw new AssertionError("leaked " + root.getAllocatedMemory()
                    + " bytes of Arrow memory; close every buffer, vector and root that the test owns\n"
                    + root.toVerboseString());
        }
        root.close();
    }
}
