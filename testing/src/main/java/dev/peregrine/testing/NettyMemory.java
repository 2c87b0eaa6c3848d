package dev.peregrine.testing;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Netty allocator of one test, and the search for buffers of any allocator. Test thread only. */
final class NettyMemory {

    private @Nullable UnpooledByteBufAllocator allocator;

    /** Unpooled, because only there the metric counts what is in use and not what a pool keeps. */
    ByteBufAllocator allocator() {
        if (allocator == null) {
            allocator = new UnpooledByteBufAllocator(true);
        }
        return allocator;
    }

    /** Fails if buffers of this allocator are not released. */
    void check() {
        UnpooledByteBufAllocator allocator = this.allocator;
        if (allocator == null) {
            return;
        }
        ByteBufAllocatorMetric used = allocator.metric();
        if (!Patience.until(() -> used.usedDirectMemory() == 0 && used.usedHeapMemory() == 0)) {
            throw new AssertionError("leaked " + used.usedDirectMemory() + " direct and " + used.usedHeapMemory()
                    + " heap bytes of Netty memory; release every ByteBuf that the test owns");
        }
    }

    /** Fails if a buffer, of whatever allocator, became unreachable without a release. */
    static void checkDropped(String testClass) {
        // The collector hands its findings to a thread that passes them on in no set order. When the second round's
        // own reference has come through, everything that the first round found has too.
        collectGarbage();
        collectGarbage();
        Unpooled.directBuffer(1).release(); // Netty looks at its queue of dropped buffers when it tracks a new one.
        List<String> leaks = RecordingLeakDetector.takeReports();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " Netty buffer(s) dropped without release() in " + testClass
                    + ", or in a class that ran before it without LeakCheck:\n" + String.join("\n", leaks));
        }
    }

    private static void collectGarbage() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> garbage = new WeakReference<>(new Object(), collected);
        System.gc();
        try {
            if (collected.remove(Patience.LIMIT.toMillis()) != garbage) {
                throw new AssertionError("the garbage collector did not run, so leaks cannot be found;"
                        + " is -XX:+DisableExplicitGC set?");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while looking for leaks", e);
        }
    }
}
