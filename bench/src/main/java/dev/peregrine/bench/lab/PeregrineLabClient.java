package dev.peregrine.bench.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
import java.nio.file.Path;
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
    private final KeptBatch sent = new KeptBatch(allocator);

    PeregrineLabClient(String location, @Nullable Path roots) {
        FlightClientBuilder builder = FlightClient.builder(location).allocator(allocator);
        if (roots != null) {
            builder.tlsRootCerts(roots);
        }
        client = builder.build();
    }

    @Override
    public long get(int rows, long batches) {
        long seen = 0;
        try (FlightStreamReader reader = client.doGet(new Ticket((rows + "," + batches).getBytes(US_ASCII)))) {
            VectorSchemaRoot root = reader.root();
            while (reader.next()) {
                seen += root.getRowCount();
            }
        }
        return seen;
    }

    @Override
    public long put(int rows, long batches) {
        VectorSchemaRoot root = sent.of(rows);
        try (FlightPut put = client.doPut(FlightDescriptor.path("put"), root.getSchema())) {
            FlightStreamWriter writer = put.writer();
            for (long i = 0; i < batches; i++) {
                writer.write(root);
            }
            writer.doneWriting();
            long counted = -1;
            for (PutResult result; (result = put.metadataReader().read()) != null; ) {
                counted = Long.parseLong(new String(result.metadata(), US_ASCII));
            }
            return counted;
        }
    }

    @Override
    public Exchange exchange() {
        VectorSchemaRoot row = sent.of(1);
        FlightExchange exchange = client.doExchange(FlightDescriptor.path("x"));
        FlightStreamWriter writer = exchange.writer();
        writer.begin(row.getSchema());
        FlightStreamReader reader = exchange.reader();
        return new Exchange() {
            @Override
            public void turn() {
                writer.write(row);
                if (!reader.next()) {
                    throw new IllegalStateException("the exchange has ended");
                }
            }

            @Override
            public void close() {
                writer.doneWriting();
                exchange.close();
            }
        };
    }

    @Override
    public void ping() {
        for (Result result : client.doAction(PING)) {
            result.body();
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
            answered.increment();
            if (System.nanoTime() - end < 0) {
                pingUntil(end, answered, ended);
            } else {
                ended.countDown();
            }
        });
    }

    @Override
    public void close() {
        sent.close();
        client.close();
        allocator.close();
    }
}
