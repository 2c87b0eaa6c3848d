package dev.peregrine.client;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Any thread. The allocator that a client owns when it was given none, and the wait for its last buffer. */
final class ClientMemory implements AllocationListener {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final RootAllocator allocator = new RootAllocator(this, Long.MAX_VALUE);

    BufferAllocator allocator() {
        return allocator;
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
        long left = time.toNanos();
        lock.lock();
        try {
            while (allocator.getAllocatedMemory() > 0 && left > 0) {
                left = released.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        long inUse = allocator.getAllocatedMemory();
        if (inUse == 0) {
            allocator.close();
        }
        return inUse;
    }
}
