package dev.peregrine.bench.lab;

import dev.peregrine.bench.data.Columns;
import dev.peregrine.bench.data.Compression;
import dev.peregrine.bench.data.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One thread. Runs works by their names and prints one JSON line for each. */
final class Works implements AutoCloseable {
    /** {@code get:65536}; {@code get16x4:65536} has 16 streams on 4 connections. */
    private static final Pattern MOVING = Pattern.compile(
            "(get|put)(?:([1-9][0-9]{0,2})(?:x([1-9][0-9]?))?)?(?:-tls|-unix|-(lz4|zstd))?:([1-9][0-9]{0,8})");

    private static final int INGEST_ROWS = 100;
    private static final int BULK_ROWS = 65_536;

    /** How a client is connected. */
    interface Connector {
        LabClient connect() throws Exception;
    }

    private final Connector connector;
    private final List<LabClient> clients = new ArrayList<>();
    private final Measuring measuring;
    private final int calls;

    /** {@code calls} of ping and info, half as many of the others that are measured one by one. */
    Works(Connector connector, Measuring measuring, int calls) {
        this.connector = connector;
        this.measuring = measuring;
        this.calls = calls;
    }

    /** Runs {@code name}, as in {@code get:65536} or {@code ping}. */
    void run(String name) throws Exception {
        LabClient client = connected(1).get(0);
        Matcher moving = MOVING.matcher(name);
        if (moving.matches()) {
            moving(name, moving);
        } else {
            switch (name) {
                case "ping" -> measuring.latency(name, calls, client, client::ping);
                case "info" -> measuring.latency(name, calls, client, client::info);
                case "exchange" -> exchange(name, client);
                case "ping32" -> measuring.rate(name, client, seconds -> client.pings(32, seconds), "calls_s", 1);
                case "ingest" -> ingest(name, client);
                case "ingest64" -> ingesting(name, client);
                case "tail" -> tail(name, client);
                case "info1" -> {
                    client.info();
                    System.out.println("{\"work\":\"info1\"}");
                }
                default ->
                    throw new IllegalArgumentException(
                            "there is no work " + name
                                    + "; works are get:ROWS put:ROWS get16:ROWS get16x4:ROWS, each as get-tls:ROWS and"
                                    + " get-unix:ROWS too, get-lz4:ROWS, get-zstd:ROWS, exchange ping info ping32 ingest ingest64 tail info1");
            }
        }
        measuring.warmedUp();
    }

    private List<LabClient> connected(int connections) throws Exception {
        while (clients.size() < connections) {
            clients.add(connector.connect());
        }
        return clients.subList(0, connections);
    }

    private void moving(String name, Matcher work) throws Exception {
        int streams = work.group(2) == null ? 1 : Integer.parseInt(work.group(2));
        int connections = work.group(3) == null ? 1 : Integer.parseInt(work.group(3));
        Order order = order(Integer.parseInt(work.group(5)), work.group(4));
        try (Streams many =
                new Streams(connected(connections), streams, work.group(1).equals("get"))) {
            measuring.throughput(name, order, order.bytes(), clients.get(0), many::move);
        }
    }

    /** Of columns that compress as those of users do, if they are compressed. */
    private static Order order(int rows, @Nullable String compression) {
        return compression == null
                ? Order.ints(rows, 1)
                : new Order(rows, 1, Columns.MIXED, Compression.named(compression));
    }

    private void exchange(String name, LabClient client) throws Exception {
        try (LabClient.Exchange exchange = client.exchange(Order.ints(1, 1))) {
            measuring.latency(name, calls / 2, client, exchange::turn);
        }
    }

    private static Order measurements() {
        return new Order(INGEST_ROWS, 1, Columns.MIXED);
    }

    private void ingest(String name, LabClient client) throws Exception {
        try (LabClient.Ingest put = client.ingest(measurements())) {
            Acknowledged counted = new Acknowledged(put);
            measuring.latency(name, calls / 2, client, () -> {
                put.write();
                counted.next();
            });
        }
    }

    /** 64 batches that are not acknowledged yet, all the time. */
    private void ingesting(String name, LabClient client) throws Exception {
        try (LabClient.Ingest put = client.ingest(measurements())) {
            Acknowledged counted = new Acknowledged(put);
            for (int i = 0; i < 64; i++) {
                put.write();
            }
            measuring.rate(
                    name,
                    client,
                    seconds -> {
                        long end = System.nanoTime() + (long) (seconds * 1e9);
                        long batches = 0;
                        do {
                            counted.next();
                            put.write();
                            batches++;
                        } while (System.nanoTime() - end < 0);
                        return batches;
                    },
                    "rows_s",
                    INGEST_ROWS);
            for (int i = 0; i < 64; i++) {
                counted.next();
            }
        }
    }

    private static final class Acknowledged {
        private final LabClient.Ingest put;
        private long rows;

        Acknowledged(LabClient.Ingest put) {
            this.put = put;
        }

        void next() throws Exception {
            rows += INGEST_ROWS;
            long said = put.acknowledged();
            if (said != rows) {
                throw new IllegalStateException("the server has acknowledged " + said + " rows, not " + rows);
            }
        }
    }

    /** Pings while a get goes on, on the same connection. */
    private void tail(String name, LabClient client) throws Exception {
        try (Bulk bulk = new Bulk(client, Order.ints(BULK_ROWS, 512))) {
            measuring.latency(name, calls / 2, client, () -> {
                client.ping();
                bulk.check();
            });
        }
    }

    @Override
    public void close() throws Exception {
        for (LabClient client : clients) {
            client.close();
        }
    }
}
