package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ThreadPoolTest {
    private static final Duration NEVER = Duration.ofDays(1);

    private final BlockingQueue<Thread> made = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
    private final AtomicBoolean exhausted = new AtomicBoolean();
    private final ThreadPool pool = pool(NEVER);

    private ThreadPool pool(Duration idle) {
        return new ThreadPool(this::thread, idle);
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "pool-" + made.size()) {
            @Override
            public synchronized void start() {
                if (exhausted.get()) {
                    throw new OutOfMemoryError("unable to create native thread, as HotSpot says");
                }
                super.start();
            }
        };
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((own, e) -> uncaught.add(e));
        made.add(thread);
        return thread;
    }

    /** A task that says that it runs, waits until it may go on, and says that it did. */
    private static Runnable waiting(CountDownLatch running, CountDownLatch go, CountDownLatch done) {
        return () -> {
            running.countDown();
            try {
                go.await();
                done.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    @AfterEach
    void allThreadsEnd() throws InterruptedException {
        pool.close();
        for (Thread thread : made) {
            thread.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void everyTaskRunsThoughAllOthersWait() throws Exception {
        int tasks = 200;
        CountDownLatch running = new CountDownLatch(tasks);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            pool.execute(waiting(running, go, done));
        }
        running.await();
        go.countDown();
        done.await();
        assertThat(made).hasSizeGreaterThanOrEqualTo(tasks);
    }

    @Test
    void burstOfShortTasksBringsOneThreadAtATime() {
        List<Runnable> workers = new ArrayList<>();
        // These threads do not start by themselves: each is on its way until the test has it run.
        ThreadPool slow = new ThreadPool(
                work -> {
                    workers.add(work);
                    return new Thread(() -> {});
                },
                Duration.ZERO);
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 32; i++) {
            slow.execute(ran::incrementAndGet);
        }
        assertThat(workers).hasSize(1);

        workers.get(0).run();
        assertThat(ran).hasValue(32);
        assertThat(workers).hasSize(2);

        slow.execute(ran::incrementAndGet);
        assertThat(workers).hasSize(2);
        workers.get(1).run();
        assertThat(ran).hasValue(33);
    }

    @Test
    void threadThatRestsIsUsedAgain() throws Exception {
        Semaphore ran = new Semaphore(0);
        pool.execute(ran::release);
        ran.acquire();
        // It may not rest yet when the next task comes; after enough rounds it did.
        for (int i = 0; i < 10_000; i++) {
            pool.execute(ran::release);
            ran.acquire();
        }
        assertThat(made).hasSizeLessThan(100);
    }

    @Test
    void noTaskIsForgottenWhereverThreadsAreOnTheirWay() throws Exception {
        ThreadPool hasty = pool(Duration.ofNanos(20_000));
        Thread[] askers = new Thread[3];
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < askers.length; i++) {
            askers[i] = new Thread(() -> {
                Semaphore own = new Semaphore(0);
                for (int round = 0; round < 3_000; round++) {
                    int burst = 1 + round % 4;
                    for (int task = 0; task < burst; task++) {
                        hasty.execute(() -> {
                            ran.incrementAndGet();
                            own.release();
                        });
                    }
                    own.acquireUninterruptibly(burst);
                }
            });
            askers[i].start();
        }
        for (Thread asker : askers) {
            asker.join();
        }
        assertThat(ran).hasValue(3 * 7_500);
    }

    @Test
    void threadWithoutATaskEnds() throws Exception {
        ThreadPool hasty = pool(Duration.ofMillis(1));
        hasty.execute(() -> {});
        Thread first = made.take();
        first.join();
        CountDownLatch again = new CountDownLatch(1);
        hasty.execute(again::countDown);
        again.await();
        assertThat(made).hasSize(1);
    }

    @Test
    void interruptedTaskLeavesNothingToTheNext() throws Exception {
        BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
        pool.execute(() -> Thread.currentThread().interrupt());
        for (int i = 0; i < 10; i++) {
            pool.execute(() -> {
                interrupted.add(Thread.currentThread().isInterrupted());
                Thread.currentThread().interrupt();
            });
            assertThat(interrupted.take()).isFalse();
        }
    }

    @Test
    void whatATaskThrowsIsTheHandlersAndTheThreadGoesOn() throws Exception {
        AssertionError bug = new AssertionError("a bug");
        pool.execute(() -> {
            throw bug;
        });
        assertThat(uncaught.take()).isSameAs(bug);
        CountDownLatch next = new CountDownLatch(1);
        pool.execute(next::countDown);
        next.await();
    }

    @Test
    void taskIsRefusedIfThereIsNoThread() throws Exception {
        exhausted.set(true);
        AtomicInteger ran = new AtomicInteger();
        assertThatThrownBy(() -> pool.execute(ran::incrementAndGet))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("the system has no thread left");

        exhausted.set(false);
        CountDownLatch next = new CountDownLatch(1);
        pool.execute(next::countDown);
        next.await();
        assertThat(ran).hasValue(0);
    }

    @Test
    void closedPoolRunsWhatStillComes() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        pool.execute(waiting(running, go, done));
        running.await();
        pool.close();
        CountDownLatch late = new CountDownLatch(1);
        pool.execute(late::countDown);
        late.await();
        go.countDown();
        done.await();
    }
}
