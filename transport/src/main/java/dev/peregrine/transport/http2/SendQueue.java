package dev.peregrine.transport.http2;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Any thread, where a method does not say otherwise. The one crossing outward: what a call wants to send, until the event
 * loop takes it. Counts the bytes until they are handed to the socket, and parks who sends too fast.
 */
final class SendQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuf> slices = new ArrayDeque<>();
    private final int limit;

    private long bytes;
    private boolean full;
    private boolean ended;
    private boolean closed;
    private @Nullable Runnable roomListener;

    /** {@code limit} bytes make it full; at half of them there is room again. */
    SendQueue(int limit) {
        this.limit = limit;
    }

    /**
     * Appends slices.
     *
     * @param message taken: kept, or released if nothing may be sent any more
     * @return whether it was kept
     */
    boolean put(ByteBuf... message) {
        lock.lock();
        try {
            if (!ended && !closed) {
                for (ByteBuf slice : message) {
                    bytes += slice.readableBytes();
                    slices.add(slice);
                }
                full |= bytes >= limit;
                return true;
            }
        } finally {
            lock.unlock();
        }
        for (ByteBuf slice : message) {
            slice.release();
        }
        return false;
    }

    /** Takes no more. False if that was so already. */
    boolean end() {
        lock.lock();
        try {
            boolean first = !ended && !closed;
            ended = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Event loop only. Moves the slices over; they stay counted here until {@link #written}.
     *
     * @return whether these were the last: {@link #end} has been called
     */
    boolean drainTo(OutboundStream out) {
        lock.lock();
        try {
            for (ByteBuf slice; (slice = slices.poll()) != null; ) {
                out.add(slice);
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Event loop only. Bytes were handed to the socket. */
    void written(long handed) {
        Runnable listener = null;
        lock.lock();
        try {
            bytes -= handed;
            if (full && bytes <= limit / 2) {
                full = false;
                changed.signalAll();
                listener = closed ? null : roomListener;
            }
        } finally {
            lock.unlock();
        }
        if (listener != null) {
            listener.run();
        }
    }

    /** Parks while it is full; false if it was closed. */
    boolean awaitRoom() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (full && !closed) {
                changed.await();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    boolean hasRoom() {
        lock.lock();
        try {
            return !full || closed;
        } finally {
            lock.unlock();
        }
    }

    /** Called on the event loop when there is room again. */
    void onRoom(Runnable listener) {
        lock.lock();
        try {
            roomListener = listener;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** The call is over: releases what waits here and wakes who is parked. Idempotent. */
    void close() {
        ArrayDeque<ByteBuf> dropped;
        lock.lock();
        try {
            closed = true;
            dropped = new ArrayDeque<>(slices);
            slices.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        dropped.forEach(ByteBuf::release);
    }
}
