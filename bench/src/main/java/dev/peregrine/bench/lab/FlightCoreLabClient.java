package dev.peregrine.bench.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.netty.NettyChannelBuilder;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
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
    private final KeptBatch sent = new KeptBatch(allocator);

    FlightCoreLabClient(String host, int port, @Nullable Path roots, boolean tuned) throws Exception {
        this.tuned = tuned;
        Location location = roots == null ? Location.forGrpcInsecure(host, port) : Location.forGrpcTls(host, port);
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

    @Override
    public long get(int rows, long batches) throws Exception {
        long seen = 0;
        try (FlightStream stream = client.getStream(new Ticket((rows + "," + batches).getBytes(US_ASCII)))) {
            VectorSchemaRoot root = stream.getRoot();
            while (stream.next()) {
                seen += root.getRowCount();
            }
        }
        return seen;
    }

    @Override
    public long put(int rows, long batches) {
        AtomicLong counted = new AtomicLong(-1);
        AsyncPutListener acks = new AsyncPutListener() {
            @Override
            public void onNext(PutResult result) {
                counted.set(number(result.getApplicationMetadata()));
            }
        };
        FlightClient.ClientStreamListener put = client.startPut(FlightDescriptor.path("put"), acks);
        put.setUseZeroCopy(tuned);
        put.start(sent.of(rows));
        for (long i = 0; i < batches; i++) {
            put.putNext();
        }
        put.completed();
        put.getResult();
        return counted.get();
    }

    private static long number(ArrowBuf text) {
        byte[] bytes = new byte[(int) text.readableBytes()];
        text.getBytes(text.readerIndex(), bytes);
        return Long.parseLong(new String(bytes, US_ASCII));
    }

    @Override
    public Exchange exchange() {
        FlightClient.ExchangeReaderWriter exchange = client.doExchange(FlightDescriptor.path("x"));
        exchange.getWriter().setUseZeroCopy(tuned);
        exchange.getWriter().start(sent.of(1));
        return new Exchange() {
            @Override
            public void turn() {
                exchange.getWriter().putNext();
                if (!exchange.getReader().next()) {
                    throw new IllegalStateException("the exchange has ended");
                }
            }

            @Override
            public void close() throws Exception {
                exchange.getWriter().completed();
                if (exchange.getReader().next()) {
                    throw new IllegalStateException("the exchange goes on");
                }
                exchange.close();
            }
        };
    }

    @Override
    public void ping() {
        Iterator<Result> results = client.doAction(new Action("ping", new byte[16]));
        while (results.hasNext()) {
            results.next();
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
    public void close() throws Exception {
        sent.close();
        client.close();
        allocator.close();
    }
}
