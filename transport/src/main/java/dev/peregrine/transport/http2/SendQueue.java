package dev.peregrine.transport.http2;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Any thread, where a method does not say otherwise. The one crossing outward: what a call wants to send, until the event
 * loop takes it. Counts the bytes until they are handed to the socket, and parks who sends too fast.
 *
 * <p>A peer that gives no windows can leave the queues of all its calls full. So they are bounded together too: once they
 * hold as much as {@link #FULL_QUEUES} full ones, each call that puts something waits until all of its own has gone. It
 * depends on its own stream only, so a call whose peer reads goes on beside any number of others that are stuck.
 */
final class SendQueue {
    /** As many full queues' bytes the calls of a connection hold together before each may queue one message only. */
    static final int FULL_QUEUES = 8;

    /** Small messages that wait here are put together in buffers of so many bytes. */
    private static final int TOGETHER = 32 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuf> slices = new ArrayDeque<>();
    private final int limit;

    /** The last of the slices, if small messages may still be put behind what is in it. */
    private @Nullable ByteBuf together;

    /** Bytes in this queue and in those of the other calls. */
    private final AtomicLong all;

    private long bytes;
    private boolean ended;

    // Written under the lock.
    private volatile boolean full;
    private volatile boolean closed;

    private @Nullable Runnable roomListener;

    /**
     * {@code limit} bytes make it full; at half of them there is room again.
     *
     * @param all where the bytes of all calls are counted that are bounded together
     */
    SendQueue(int limit, AtomicLong all) {
        this.limit = limit;
        this.all = all;
    }

    /**
     * Appends slices.
     *
     * @param message taken: kept, or released if nothing may be sent any more
     * @return whether it was kept
     */
    boolean put(ByteBuf... message) {
        return put(false, message);
    }

    /** {@link #put(ByteBuf...)} of the last message, and {@link #end}. */
    boolean putLast(ByteBuf... message) {
        return put(true, message);
    }

    private boolean put(boolean last, ByteBuf... message) {
        lock.lock();
        try {
            if (!ended && !closed) {
                ended = last;
                long added = 0;
                for (ByteBuf slice : message) {
                    added += slice.readableBytes();
                }
                boolean isShort = added <= FrameBuffer.COPY_LIMIT;
                for (ByteBuf slice : message) {
                    if (isShort && !slices.isEmpty()) {
                        putTogether(slice);
                    } else {
                        together = null;
                        slices.add(slice);
                    }
                }
                bytes += added;
                all.addAndGet(added);
                full |= bytes >= limit || scarce();
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

    /**
     * Small messages are copied behind others that wait. Who queues them does that, not the event loop, which then has fewer
     * slices to see to; and gets its buffer back at once, on the thread that it came from, where the pool likes it best.
     */
    private void putTogether(ByteBuf slice) {
        int n = slice.readableBytes();
        ByteBuf tail = together;
        if (tail == null || tail.writableBytes() < n) {
            tail = slice.alloc().directBuffer(TOGETHER, TOGETHER);
            together = tail;
            slices.add(tail);
        }
        tail.writeBytes(slice);
        slice.release();
    }

    /** The calls together hold too much. */
    private boolean scarce() {
        return all.get() >= (long) FULL_QUEUES * limit;
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
            together = null;
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
            if (closed) {
                return;
            }
            bytes -= handed;
            all.addAndGet(-handed);
            if (full && hasDrained()) {
                full = false;
                changed.signalAll();
                listener = roomListener;
            }
        } finally {
            lock.unlock();
        }
        if (listener != null) {
            listener.run();
        }
    }

    /**
     * Event loop only. What was handed over has to be sent once more, on another stream: it comes first again, and only it
     * and what waits here counts.
     *
     * @param sent taken; null if nothing was handed over
     */
    void putBack(@Nullable ByteBuf sent) {
        Runnable listener = null;
        lock.lock();
        try {
            if (!closed) {
                together = null;
                if (sent != null) {
                    slices.addFirst(sent);
                    sent = null;
                }
                long waiting = 0;
                for (ByteBuf slice : slices) {
                    waiting += slice.readableBytes();
                }
                all.addAndGet(waiting - bytes);
                bytes = waiting;
                if (full && hasDrained()) {
                    full = false;
                    changed.signalAll();
                    listener = roomListener;
                }
            }
        } finally {
            lock.unlock();
        }
        if (sent != null) {
            sent.release();
        }
        if (listener != null) {
            listener.run();
        }
    }

    private boolean hasDrained() {
        return bytes <= limit / 2 && (bytes == 0 || !scarce());
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
        return !full || closed;
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
        return closed;
    }

    /** The call is over: releases what waits here and wakes who is parked. Idempotent. */
    void close() {
        ArrayDeque<ByteBuf> dropped;
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                all.addAndGet(-bytes);
            }
            dropped = new ArrayDeque<>(slices);
            slices.clear();
            together = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        dropped.forEach(ByteBuf::release);
    }
}
