package dev.peregrine.client;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. The allocator that a client owns when it was given none, and the wait for its last buffer. There is none before
 * somebody needs it, for it is a part of what a JVM that has just started does before its first answer.
 */
final class ClientMemory implements AllocationListener {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();

    /** Under the lock; null if nobody has needed it. */
    private @Nullable RootAllocator allocator;

    BufferAllocator allocator() {
        lock.lock();
        try {
            if (allocator == null) {
                allocator = new RootAllocator(this, Long.MAX_VALUE);
            }
            return allocator;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onRelease(long size) {
        lock.lock();
        try {
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes the allocator when all is freed.
     *
     * @return bytes that were not freed in time; 0 if all were
     */
    long close(Duration time) {
        lock.lock();
        try {
            return allocator == null ? 0 : close(allocator, time.toNanos());
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private long close(RootAllocator made, long nanos) {
        long left = nanos;
        try {
            while (made.getAllocatedMemory() > 0 && left > 0) {
                left = released.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long inUse = made.getAllocatedMemory();
        if (inUse == 0) {
            made.close();
        }
        return inUse;
    }
}
