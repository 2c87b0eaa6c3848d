package dev.peregrine.transport.connect;

import dev.peregrine.transport.CallLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Any thread, where a method does not say otherwise. An event loop with a thread of its own, which lends it to the one thread that keeps
 * asking a peer and waiting for the answer. That thread then writes to and reads from the socket itself, and nobody has to wake anybody, which is
 * half of the time from a small request to its answer.
 *
 * <p>One thread at a time runs the loop. The borrower does while it sends and waits; between that nobody does. So the loop is lent only
 * while nobody else has a use for it: one connection, one call, one thread that waits. The own thread takes it back as soon as
 * another thread wants something, when the borrower has not come for a moment, and when it has to wait for long; then it waits
 * as all others do, and can be interrupted.
 */
public final class SharedLoop extends SingleThreadIoEventLoop implements CallLoop {
    /** How often the own thread looks after a loop that is lent. */
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** How long the loop is not lent after an answer that took longer than that; twice as long after each further one in a row. */
    private static final long LEAST_REFUSAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long MOST_REFUSAL_NANOS = TimeUnit.MILLISECONDS.toNanos(64);

    /** So long tasks are run before the sockets have their turn again. */
    private static final long TASKS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final boolean isLendable;

    /** Who runs the loop; null while it is lent and the borrower does something else. */
    private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();

    private volatile @Nullable Thread own;
    private volatile @Nullable Thread borrower;

    /** The own thread is to take the loop back. */
    private volatile boolean recalled;

    /** Grows when the borrower does something. */
    private final AtomicLong turns = new AtomicLong();

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger listening = new AtomicInteger();

    /** How many threads wait without running the loop. */
    private final AtomicInteger waiting = new AtomicInteger();

    /** Who waited last for an answer, until it is here. */
    private volatile @Nullable Thread asker;

    private volatile @Nullable BooleanSupplier isAnswered;

    // Of who runs the loop.
    private long refusal = LEAST_REFUSAL_NANOS;
    private long refusedUntil = System.nanoTime();

    /**
     * @param isLendable not if the sockets are Java's: those are closed when the thread that uses them is interrupted
     */
    SharedLoop(IoEventLoopGroup group, Executor executor, IoHandlerFactory handlers, boolean isLendable) {
        super(group, executor, handlers);
        this.isLendable = isLendable;
    }

    /** One call more, or one less, of a connection of this loop. */
    public void calls(int change) {
        calls.addAndGet(change);
    }

    /** One socket more, or one less, that only listens. */
    void listening(int change) {
        listening.addAndGet(change);
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return thread == runner.get();
    }

    @Override
    protected void run() {
        Thread me = Thread.currentThread();
        own = me;
        runner.set(me);
        ioHandler().initialize();
        do {
            runOnce();
            if (isShuttingDown()) {
                ioHandler().prepareToDestroy();
            } else if (asker != null) {
                lend(me);
            }
        } while (!confirmShutdown());
    }

    private void runOnce() {
        runIo();
        runAllTasks(TASKS_NANOS);
    }

    /** The own thread. Lends the loop to who has been waiting for the answer that is here now, until it is needed back. */
    private void lend(Thread me) {
        Thread thread = asker;
        BooleanSupplier answered = isAnswered;
        if (thread == null || answered == null || !answered.getAsBoolean()) {
            return;
        }
        asker = null;
        isAnswered = null;
        if (!isFor(thread)) {
            return;
        }
        borrower = thread;
        recalled = false;
        runner.set(null);
        if (pendingTasks() > 0) {
            recalled = true;
        }
        long seen = turns.get();
        while (!recalled || !runner.compareAndSet(null, me)) {
            if (recalled) {
                ioHandler().wakeup(); // the borrower, which looks then
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
            long now = turns.get();
            if (now == seen || isShuttingDown()) {
                recalled = true;
            }
            seen = now;
        }
        borrower = null;
    }

    /** Whether nobody but this thread has a use for the loop. */
    private boolean isFor(Thread thread) {
        return isLendable
                && calls.get() <= 1
                && waiting.get() <= 1
                && pendingTasks() == 0
                && getNumOfRegisteredChannels() - listening.get() == 1
                && System.nanoTime() - refusedUntil > 0
                && !PlatformDependent.isVirtualThread(thread);
    }

    private void recall() {
        recalled = true;
        LockSupport.unpark(own);
    }

    @Override
    public void execute(Runnable task) {
        super.execute(task);
        if (runner.get() == null) {
            Thread me = Thread.currentThread();
            if (me != borrower) {
                recall();
            } else if (runner.compareAndSet(null, me)) {
                try {
                    runAllTasks(TASKS_NANOS);
                } finally {
                    stop();
                }
            }
        }
    }

    /** The borrower no longer runs the loop. What others want by now does not wait for its return. */
    private void stop() {
        turns.incrementAndGet();
        runner.set(null);
        if (recalled || waiting.get() > 0 || pendingTasks() > 0) {
            recall();
        }
    }

    @Override
    public void await(Wait wait) throws InterruptedException {
        waiting.getAndIncrement();
        try {
            if (runner.get() == null) {
                recall();
            }
            wait.await();
        } finally {
            waiting.getAndDecrement();
        }
    }

    @Override
    public void awaitAnswer(BooleanSupplier isHere, Wait wait) throws InterruptedException {
        Thread me = Thread.currentThread();
        if (me == borrower && runner.compareAndSet(null, me)) {
            try {
                runUntil(isHere, me);
            } finally {
                stop();
            }
        }
        if (!isHere.getAsBoolean()) {
            isAnswered = isHere;
            asker = me;
            await(wait);
        }
    }

    private void runUntil(BooleanSupplier isHere, Thread me) {
        while (!isHere.getAsBoolean() && !me.isInterrupted()) {
            if (recalled) {
                refusedUntil = System.nanoTime() + refusal;
                refusal = Math.min(2 * refusal, MOST_REFUSAL_NANOS);
                return;
            }
            runOnce();
            turns.incrementAndGet();
        }
        refusal = LEAST_REFUSAL_NANOS;
    }
}
