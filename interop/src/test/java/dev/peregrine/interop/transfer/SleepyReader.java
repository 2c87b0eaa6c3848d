package dev.peregrine.interop.transfer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A reader's pace: it stops again and again, now and then for long, while the sender would go on. One thread. */
final class SleepyReader {
    /** 256 batches of 2 MiB: far more than windows and queues hold. */
    private static final int AWAKE_BATCHES = 256;

    private static final int NAP_MS = 200;
    private static final int LONG_NAP_MS = 3000;
    private static final int LONG_NAP_EACH = 8;

    private static final ScheduledExecutorService ALARM = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "alarm");
        thread.setDaemon(true);
        return thread;
    });

    /** Stops reading, after every so many batches. */
    void afterBatch(long n) {
        if ((n + 1) % AWAKE_BATCHES != 0) {
            return;
        }
        CountDownLatch morning = new CountDownLatch(1);
        boolean longNap = (n + 1) / AWAKE_BATCHES % LONG_NAP_EACH == 0;
        ALARM.schedule(morning::countDown, longNap ? LONG_NAP_MS : NAP_MS, TimeUnit.MILLISECONDS);
        try {
            if (!morning.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("overslept");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
