package dev.peregrine.bench.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.bench.data.Batch;
import dev.peregrine.bench.data.Compression;
import dev.peregrine.bench.data.KeptBatches;
import dev.peregrine.bench.data.Order;
import dev.peregrine.bench.data.SameValues;
import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Peregrine's client with every setting at its default. */
final class PeregrineLabClient implements LabClient {
    private static final Action PING = new Action("ping", new byte[16]);
    private static final FlightDescriptor INFO = FlightDescriptor.path("info");

    private final BufferAllocator allocator = new RootAllocator();
    private final FlightClient client;
    private final KeptBatches sent = new KeptBatches(allocator);
    private final boolean verify;

    PeregrineLabClient(Target target, boolean verify) {
        this.verify = verify;
        FlightClientBuilder builder = FlightClient.builder(target.uri()).allocator(allocator);
        if (target.roots() != null) {
            builder.tlsRootCerts(target.roots());
        }
        client = builder.build();
    }

    @Override
    public long get(Order order) {
        long seen = 0;
        try (FlightStreamReader reader = client.doGet(new Ticket(order.ticket()));
                SameValues same = same(order)) {
            VectorSchemaRoot root = reader.root();
            while (reader.next()) {
                seen += root.getRowCount();
                if (same != null) {
                    same.check(root, reader.dictionaries());
                }
            }
        }
        return seen;
    }

    private @Nullable SameValues same(Order order) {
        return verify ? new SameValues(allocator, order.rows(), order.columns()) : null;
    }

    @Override
    public long put(Order order) {
        Batch batch = sent.borrow(order.rows(), order.columns());
        try (FlightPut put = open("put", batch, order.compression())) {
            FlightStreamWriter writer = put.writer();
            for (long i = 0; i < order.batches(); i++) {
                writer.write(batch.root());
            }
            writer.doneWriting();
            long counted = -1;
            for (PutResult result; (result = put.metadataReader().read()) != null; ) {
                counted = number(result.metadata());
            }
            return counted;
        } finally {
            sent.giveBack(batch);
        }
    }

    private FlightPut open(String path, Batch batch, Compression compression) {
        FlightDescriptor descriptor = FlightDescriptor.path(batch.columns().path(path));
        CallOptions options = CallOptions.NONE.write(compression.options());
        return batch.hasDictionaries()
                ? client.doPut(descriptor, batch.root().getSchema(), batch.dictionaries(), options)
                : client.doPut(descriptor, batch.root().getSchema(), options);
    }

    private static long number(byte[] text) {
        return Long.parseLong(new String(text, US_ASCII));
    }

    @Override
    public Ingest ingest(Order order) {
        Batch batch = sent.borrow(order.rows(), order.columns());
        FlightPut put = open("ingest", batch, order.compression());
        return new Ingest() {
            @Override
            public void write() {
                put.writer().write(batch.root());
            }

            @Override
            public long acknowledged() {
                PutResult result = put.metadataReader().read();
                if (result == null) {
                    throw new IllegalStateException("the server has ended the put");
                }
                return number(result.metadata());
            }

            @Override
            public void close() {
                put.writer().doneWriting();
                put.close();
                sent.giveBack(batch);
            }
        };
    }

    @Override
    public Exchange exchange(Order order) {
        Batch batch = sent.borrow(order.rows(), order.columns());
        FlightExchange exchange = client.doExchange(FlightDescriptor.path("x"));
        FlightStreamWriter writer = exchange.writer();
        PeregrineLabServer.begin(writer, batch);
        FlightStreamReader reader = exchange.reader();
        @Nullable SameValues same = same(order);
        return new Exchange() {
            @Override
            public void turn() {
                writer.write(batch.root());
                if (!reader.next()) {
                    throw new IllegalStateException("the exchange has ended");
                }
                if (same != null) {
                    same.check(reader.root(), reader.dictionaries());
                }
            }

            @Override
            public void close() {
                writer.doneWriting();
                exchange.close();
                sent.giveBack(batch);
                if (same != null) {
                    same.close();
                }
            }
        };
    }

    @Override
    public void ping() {
        for (Result result : client.doAction(PING)) {
            echoed(result);
        }
    }

    private void echoed(Result result) {
        if (verify && !Arrays.equals(result.body(), PING.body())) {
            throw new IllegalStateException("ping came back with other bytes");
        }
    }

    @Override
    public void info() {
        client.getFlightInfo(INFO);
    }

    @Override
    public long pings(int inFlight, double seconds) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        LongAdder answered = new LongAdder();
        CountDownLatch ended = new CountDownLatch(inFlight);
        for (int i = 0; i < inFlight; i++) {
            pingUntil(end, answered, ended);
        }
        if (!ended.await((long) seconds + 30, TimeUnit.SECONDS)) {
            throw new IllegalStateException(ended.getCount() + " pings were not answered within 30 s");
        }
        return answered.sum();
    }

    private void pingUntil(long end, LongAdder answered, CountDownLatch ended) {
        client.async().doAction(PING).whenComplete((List<Result> results, @Nullable Throwable failure) -> {
            if (failure != null) {
                failure.printStackTrace();
                return;
            }
            results.forEach(this::echoed);
            answered.increment();
            if (System.nanoTime() - end < 0) {
                pingUntil(end, answered, ended);
            } else {
                ended.countDown();
            }
        });
    }

    @Override
    public double serverHeap() {
        try {
            for (Result result : client.doAction(new Action("allocated", new byte[0]))) {
                return Heap.number(new String(result.body(), US_ASCII));
            }
        } catch (FlightException unknownAction) {
            // It is another's server.
        }
        return Double.NaN;
    }

    @Override
    public void close() {
        sent.close();
        client.close();
        allocator.close();
    }
}
