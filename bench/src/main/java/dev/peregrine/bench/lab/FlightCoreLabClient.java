package dev.peregrine.bench.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.bench.data.Batch;
import dev.peregrine.bench.data.Compression;
import dev.peregrine.bench.data.KeptBatches;
import dev.peregrine.bench.data.Order;
import dev.peregrine.bench.data.SameValues;
import io.grpc.netty.NettyChannelBuilder;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.grpc.NettyClientBuilder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * flight-core's client with every setting at its default, or tuned: flow-control windows of 8 MiB, no change of executor,
 * zero-copy writing.
 */
final class FlightCoreLabClient implements LabClient {
    /** Of the tuned client and server, bytes. */
    static final int WINDOW = 8 << 20;

    private static final FlightDescriptor INFO = FlightDescriptor.path("info");
    private static final int SECONDS_TO_END = 30;

    private final BufferAllocator allocator = new RootAllocator();
    private final boolean tuned;
    private final FlightClient client;
    private final KeptBatches sent = new KeptBatches(allocator);
    private final boolean verify;

    FlightCoreLabClient(Target target, boolean tuned, boolean verify) throws Exception {
        this.tuned = tuned;
        this.verify = verify;
        @Nullable Path roots = target.roots();
        Location location = new Location(target.uri().replace("grpc://", "grpc+tcp://"));
        try (InputStream certificates = roots == null ? InputStream.nullInputStream() : Files.newInputStream(roots)) {
            client = tuned
                    ? tuned(location, certificates, roots != null)
                    : standard(location, certificates, roots != null);
        }
    }

    private FlightClient standard(Location location, InputStream certificates, boolean tls) {
        FlightClient.Builder builder = FlightClient.builder(allocator, location);
        if (tls) {
            builder.trustedCertificates(certificates);
        }
        return builder.build();
    }

    private FlightClient tuned(Location location, InputStream certificates, boolean tls) {
        NettyClientBuilder builder = new NettyClientBuilder(allocator, location);
        if (tls) {
            builder.trustedCertificates(certificates);
        }
        NettyChannelBuilder channel = builder.build();
        channel.flowControlWindow(WINDOW).directExecutor();
        return FlightGrpcUtils.createFlightClient(allocator, channel.build());
    }

    /** Throws if {@code order} is what flight-core's writers cannot do. */
    static void check(Order order) {
        if (order.compression() != Compression.NONE) {
            throw new UnsupportedOperationException("flight-core cannot write compressed bodies");
        }
    }

    @Override
    public long get(Order order) throws Exception {
        check(order);
        long seen = 0;
        try (FlightStream stream = client.getStream(new Ticket(order.ticket()));
                SameValues same = same(order)) {
            VectorSchemaRoot root = stream.getRoot();
            while (stream.next()) {
                seen += root.getRowCount();
                if (same != null) {
                    same.check(root, stream.getDictionaryProvider());
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
        check(order);
        AtomicLong counted = new AtomicLong(-1);
        AsyncPutListener acks = new AsyncPutListener() {
            @Override
            public void onNext(PutResult result) {
                counted.set(number(result.getApplicationMetadata()));
            }
        };
        Batch batch = sent.borrow(order.rows(), order.columns());
        try {
            FlightClient.ClientStreamListener put = open("put", batch, acks);
            for (long i = 0; i < order.batches(); i++) {
                put.putNext();
            }
            put.completed();
            put.getResult();
        } finally {
            sent.giveBack(batch);
        }
        return counted.get();
    }

    private FlightClient.ClientStreamListener open(String path, Batch batch, FlightClient.PutListener acks) {
        FlightDescriptor descriptor =
                FlightDescriptor.path(batch.columns().path(path).toArray(String[]::new));
        FlightClient.ClientStreamListener put = client.startPut(descriptor, acks);
        put.setUseZeroCopy(tuned);
        put.start(batch.root(), batch.dictionaries());
        return put;
    }

    private static long number(ArrowBuf text) {
        byte[] bytes = new byte[(int) text.readableBytes()];
        text.getBytes(text.readerIndex(), bytes);
        return Long.parseLong(new String(bytes, US_ASCII));
    }

    @Override
    public Ingest ingest(Order order) {
        Batch batch = sent.borrow(order.rows(), order.columns());
        SyncPutListener acks = new SyncPutListener();
        FlightClient.ClientStreamListener put = open("ingest", batch, acks);
        return new Ingest() {
            @Override
            public void write() {
                put.putNext();
            }

            @Override
            public long acknowledged() throws Exception {
                try (PutResult result = acks.read()) {
                    if (result == null) {
                        throw new IllegalStateException("the server has ended the put");
                    }
                    return number(result.getApplicationMetadata());
                }
            }

            @Override
            public void close() {
                put.completed();
                put.getResult();
                acks.close();
                sent.giveBack(batch);
            }
        };
    }

    @Override
    public Exchange exchange(Order order) {
        Batch batch = sent.borrow(order.rows(), order.columns());
        FlightClient.ExchangeReaderWriter exchange = client.doExchange(FlightDescriptor.path("x"));
        exchange.getWriter().setUseZeroCopy(tuned);
        exchange.getWriter().start(batch.root(), batch.dictionaries());
        @Nullable SameValues same = same(order);
        return new Exchange() {
            @Override
            public void turn() {
                exchange.getWriter().putNext();
                if (!exchange.getReader().next()) {
                    throw new IllegalStateException("the exchange has ended");
                }
                if (same != null) {
                    same.check(
                            exchange.getReader().getRoot(), exchange.getReader().getDictionaryProvider());
                }
            }

            @Override
            public void close() throws Exception {
                exchange.getWriter().completed();
                if (exchange.getReader().next()) {
                    throw new IllegalStateException("the exchange goes on");
                }
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
        Iterator<Result> results = client.doAction(new Action("ping", new byte[16]));
        while (results.hasNext()) {
            byte[] body = results.next().getBody();
            if (verify && !Arrays.equals(body, new byte[16])) {
                throw new IllegalStateException("ping came back with other bytes");
            }
        }
    }

    @Override
    public void info() {
        client.getInfo(INFO);
    }

    /** A thread for each, since flight-core has no asynchronous DoAction. */
    @Override
    public long pings(int inFlight, double seconds) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        LongAdder answered = new LongAdder();
        CountDownLatch ended = new CountDownLatch(inFlight);
        for (int i = 0; i < inFlight; i++) {
            Thread thread = new Thread(
                    () -> {
                        do {
                            ping();
                            answered.increment();
                        } while (System.nanoTime() - end < 0);
                        ended.countDown();
                    },
                    "ping-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        if (!ended.await((long) seconds + SECONDS_TO_END, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    ended.getCount() + " threads were not answered within " + SECONDS_TO_END + " s");
        }
        return answered.sum();
    }

    @Override
    public double serverHeap() {
        try {
            Iterator<Result> results = client.doAction(new Action("allocated", new byte[0]));
            return results.hasNext() ? Heap.number(new String(results.next().getBody(), US_ASCII)) : Double.NaN;
        } catch (FlightRuntimeException unknownAction) {
            return Double.NaN; // It is another's server.
        }
    }

    /** The allocator stays: on a busy machine, flight-core's connection may still hold buffers when close() returns. */
    @Override
    public void close() throws Exception {
        sent.close();
        client.close();
    }
}
