package dev.peregrine.bench.lab;

import dev.peregrine.bench.data.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One thread. Calls at the same time, which share the work and the connections; one alone runs on the caller's thread. */
public final class Streams implements AutoCloseable {
    private final List<LabClient> clients;
    private final int streams;
    private final boolean get;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** {@code clients} are lent; {@code get}, else put. */
    public Streams(List<LabClient> clients, int streams, boolean get) {
        this.clients = clients;
        this.streams = streams;
        this.get = get;
    }

    /** Returns the rows that were moved. */
    public long move(Order order) throws Exception {
        if (streams == 1) {
            return move(clients.get(0), order);
        }
        List<Callable<Long>> bodies = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            LabClient client = clients.get(i % clients.size());
            long batches = order.batches() / streams + (i < order.batches() % streams ? 1 : 0);
            bodies.add(() -> move(client, order.times(batches)));
        }
        long rows = 0;
        for (Future<Long> moved : threads.invokeAll(bodies)) {
            rows += moved.get();
        }
        return rows;
    }

    private long move(LabClient client, Order order) throws Exception {
        return get ? client.get(order) : client.put(order);
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
