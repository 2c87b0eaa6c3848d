package dev.peregrine.server;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Has as many threads as there are tasks that run, so that none waits for another to end. One thread at a time is
 * woken or started, and brings the next one if tasks still wait when it has taken its own: the threads that are awake by
 * then do most of a burst of short tasks. A {@link java.util.concurrent.ThreadPoolExecutor} that lets no task wait wakes a
 * thread for each, which is more work than most of these tasks.
 */
final class ThreadPool implements Executor, AutoCloseable {
    private final ThreadFactory factory;
    private final long idleNanos;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /** The one that worked last comes first, so that those which are too many end some time. */
    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();

    /** A thread is on its way to the tasks. It does no harm if this is false too early. */
    private final AtomicBoolean bringing = new AtomicBoolean();

    private volatile boolean closed;

    /** A thread ends after {@code idle} without a task. */
    ThreadPool(ThreadFactory factory, Duration idle) {
        this.factory = factory;
        this.idleNanos = idle.toNanos();
    }

    /**
     * Has the task run, also after {@link #close}.
     *
     * @throws RejectedExecutionException it needs one more thread, and the system has none left
     */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (!bringThread() && tasks.remove(task)) {
            throw new RejectedExecutionException("the system has no thread left");
        }
    }

    /** Threads end when nothing is left to do for them. */
    @Override
    public void close() {
        closed = true;
        for (Worker worker; (worker = idle.pollFirst()) != null; ) {
            worker.bring();
        }
    }

    /** False if there is no thread that could come. */
    private boolean bringThread() {
        if (bringing.get() || !bringing.compareAndSet(false, true)) {
            return true;
        }
        Worker rested = idle.pollFirst();
        if (rested != null) {
            rested.bring();
            return true;
        }
        try {
            factory.newThread(new Worker()).start();
            return true;
        } catch (OutOfMemoryError noThread) {
            bringing.set(false);
            return false;
        }
    }

    private final class Worker implements Runnable {
        private volatile boolean brought = true;
        private @Nullable Thread thread;

        void bring() {
            brought = true;
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            do {
                for (Runnable task; (task = next()) != null; ) {
                    work(task);
                }
            } while (rest());
        }

        private @Nullable Runnable next() {
            if (brought) {
                // Before the poll: whose task comes too late for that brings a thread again.
                brought = false;
                bringing.set(false);
            }
            Runnable task = tasks.poll();
            if (task != null && !tasks.isEmpty()) {
                bringThread();
            }
            return task;
        }

        private void work(Runnable task) {
            Thread.interrupted();
            try {
                task.run();
            } catch (Throwable e) {
                Thread own = Thread.currentThread();
                own.getUncaughtExceptionHandler().uncaughtException(own, e);
            }
        }

        /** Until it is brought; false if the thread is to end. */
        private boolean rest() {
            idle.addFirst(this);
            long end = System.nanoTime() + idleNanos;
            while (!brought) {
                long left = end - System.nanoTime();
                if ((closed || left <= 0) && idle.remove(this)) {
                    return false;
                }
                Thread.interrupted();
                LockSupport.parkNanos(ThreadPool.this, Math.max(left, 1));
            }
            return true;
        }
    }
}
