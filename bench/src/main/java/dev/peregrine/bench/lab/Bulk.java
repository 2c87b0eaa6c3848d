package dev.peregrine.bench.lab;

import dev.peregrine.bench.data.Order;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One thread. Gets that go on and on beside a measurement. */
final class Bulk implements AutoCloseable {
    private static final int SECONDS_TO_END = 60;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> running;
    private volatile boolean enough;

    Bulk(LabClient client, Order order) {
        running = thread.submit(() -> {
            while (!enough) {
                long rows = client.get(order);
                if (rows != order.allRows()) {
                    throw new IllegalStateException(rows + " rows were moved, not " + order.allRows());
                }
            }
            return null;
        });
    }

    /** Throws if they have failed. */
    void check() throws ExecutionException, InterruptedException {
        if (running.isDone()) {
            running.get();
        }
    }

    @Override
    public void close() throws Exception {
        enough = true;
        running.get(SECONDS_TO_END, TimeUnit.SECONDS);
        thread.shutdown();
    }
}
