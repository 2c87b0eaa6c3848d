package dev.peregrine.transport.connect;

import dev.peregrine.transport.CallLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerContext;
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
 * sending or asking and waits for each to be done. That thread then writes to and reads from the socket itself, and nobody has to wake anybody,
 * which is half of the time from a small request to its answer, and for a large batch two wake-ups or more at each end.
 *
 * <p>One thread at a time runs the loop. The borrower does while it sends and waits; between that nobody does. So the loop is lent only
 * while nobody else has a use for it: one connection, one call, one thread that waits. The own thread takes it back as soon as
 * another thread wants something or another call begins, when the borrower has not come for a moment or is interrupted, and when it
 * has to wait for long; then it waits as all others do.
 */
public final class SharedLoop extends SingleThreadIoEventLoop implements CallLoop {
    /** How often the own thread looks after a loop that is lent. */
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** A wait goes on with the loop for so many looks. */
    private static final int LOOKS_AT_A_WAIT = 20;

    /** A loan with fewer turns was not worth it. */
    private static final int FEW_TURNS = 16;

    /**
     * How long the loop is not lent after it was; twice as long after each loan in a row that was not worth it, and longest if
     * another thread wanted it.
     */
    private static final long LEAST_REFUSAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long MOST_REFUSAL_NANOS = TimeUnit.MILLISECONDS.toNanos(64);

    private static final IoHandlerContext AT_ONCE = new IoHandlerContext() {
        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }
    };

    /** So long tasks are run before the sockets have their turn again. */
    private static final long TASKS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final boolean isLendable;

    /** Who runs the loop; null while it is lent and the borrower does something else. */
    private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();

    private volatile @Nullable Thread own;
    private volatile @Nullable Thread borrower;

    /** The own thread is to take the loop back. */
    private volatile boolean recalled;

    /** Somebody else than the borrower has had it taken back. */
    private volatile boolean wanted;

    /** The borrower, who does not look at the sockets as long as it need not wait, is to look. */
    private volatile boolean lookDue;

    /** Grows when the borrower does something. */
    private final AtomicLong turns = new AtomicLong();

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger listening = new AtomicInteger();

    /** How many threads wait without running the loop. */
    private final AtomicInteger waiting = new AtomicInteger();

    /** Who waited last for an answer, until it is here. */
    private volatile @Nullable Thread asker;

    private volatile @Nullable BooleanSupplier isAnswered;

    // The own thread's.
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
        if (calls.addAndGet(change) > 1 && borrower != null) {
            recall(true);
        }
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
        recalled = false;
        wanted = false;
        borrower = thread;
        runner.set(null);
        if (pendingTasks() > 0) {
            recalled = true;
        }
        if (calls.get() > 1) {
            recall(true);
        }
        long first = turns.get();
        long seen = first;
        int looks = 0;
        while (!recalled || !runner.compareAndSet(null, me)) {
            if (recalled) {
                ioHandler().wakeup(); // the borrower, which looks then
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
            boolean isAway = runner.get() == null;
            long now = turns.get();
            looks = now == seen ? looks + 1 : 0;
            seen = now;
            lookDue = isAway;
            if (looks >= (isAway ? 1 : LOOKS_AT_A_WAIT) || thread.isInterrupted() || isShuttingDown()) {
                recalled = true;
            }
        }
        borrower = null;
        if (wanted) {
            refusal = MOST_REFUSAL_NANOS;
        } else {
            refusal = seen - first < FEW_TURNS ? Math.min(2 * refusal, MOST_REFUSAL_NANOS) : LEAST_REFUSAL_NANOS;
        }
        refusedUntil = System.nanoTime() + refusal;
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

    /** {@code byOthers}: somebody else than the borrower has a use for the loop. */
    private void recall(boolean byOthers) {
        if (byOthers) {
            wanted = true;
        }
        recalled = true;
        LockSupport.unpark(own);
    }

    @Override
    public void execute(Runnable task) {
        super.execute(task);
        if (runner.get() == null) {
            Thread me = Thread.currentThread();
            if (me != borrower) {
                recall(true);
            } else if (runner.compareAndSet(null, me)) {
                try {
                    if (lookDue) {
                        // Before what it sends: the answer to that is waited for.
                        lookDue = false;
                        ioHandler().run(AT_ONCE);
                    }
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
            recall(false);
        }
    }

    @Override
    public void await(Wait wait) throws InterruptedException {
        waiting.getAndIncrement();
        try {
            if (runner.get() == null) {
                recall(Thread.currentThread() != borrower);
            }
            wait.await();
        } finally {
            waiting.getAndDecrement();
        }
    }

    @Override
    public void awaitAnswer(BooleanSupplier isHere, Wait wait) throws InterruptedException {
        if (isHere.getAsBoolean()) {
            return;
        }
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
            try {
                await(wait);
            } finally {
                asker = null;
            }
        }
    }

    private void runUntil(BooleanSupplier isHere, Thread me) {
        while (!isHere.getAsBoolean() && !recalled && !me.isInterrupted()) {
            lookDue = false;
            runOnce();
            turns.incrementAndGet();
        }
    }
}
