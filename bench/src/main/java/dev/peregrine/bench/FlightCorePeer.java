package dev.peregrine.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.bench.Workload.Order;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** One thread at a time. flight-core on grpc-java with every setting at its default. */
final class FlightCorePeer implements Peer {
    private final BufferAllocator allocator = new RootAllocator();
    private final ExecutorService streams = Executors.newCachedThreadPool();
    private final FlightServer server;
    private final FlightClient client;

    FlightCorePeer() throws Exception {
        server = FlightServer.builder(allocator, Location.forGrpcInsecure("127.0.0.1", 0), new Producer())
                .build()
                .start();
        client = FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", server.getPort()))
                .build();
    }

    @Override
    public long get(int rows, int batches) throws Exception {
        long sum = 0;
        try (FlightStream stream = client.getStream(new Ticket(new Order(rows, batches).ticket()))) {
            VectorSchemaRoot root = stream.getRoot();
            while (stream.next()) {
                sum += Workload.lastRow(root);
            }
        }
        return sum;
    }

    @Override
    public long put(int rows, int batches) throws Exception {
        try (VectorSchemaRoot root = Workload.batch(allocator, rows);
                SyncPutListener acks = new SyncPutListener()) {
            FlightClient.ClientStreamListener put = client.startPut(FlightDescriptor.path("bench"), root, acks);
            for (int i = 0; i < batches; i++) {
                put.putNext();
            }
            put.completed();
            long counted;
            try (PutResult result = acks.read()) {
                counted = Long.parseLong(text(result.getApplicationMetadata()));
            }
            put.getResult();
            return counted;
        }
    }

    private static String text(ArrowBuf buffer) {
        byte[] bytes = new byte[(int) buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), bytes);
        return new String(bytes, US_ASCII);
    }

    @Override
    public byte[] ping(byte[] body) {
        return client.doAction(new Action("ping", body)).next().getBody();
    }

    @Override
    public void close() throws Exception {
        client.close();
        server.close();
        streams.shutdown();
        if (!streams.awaitTermination(5, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a stream of flight-core's server has not ended within 5 s");
        }
        allocator.close();
    }

    private final class Producer extends NoOpFlightProducer {
        @Override
        public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
            BackpressureStrategy backpressure = new BackpressureStrategy.CallbackBackpressureStrategy();
            backpressure.register(listener);
            // grpc-java delivers onReady on the thread that this method was called on: it must be free for that.
            streams.execute(() -> stream(Order.of(ticket.getBytes()), listener, backpressure));
        }

        private void stream(Order order, ServerStreamListener listener, BackpressureStrategy backpressure) {
            try (VectorSchemaRoot root = Workload.batch(allocator, order.rows())) {
                listener.start(root);
                for (int i = 0; i < order.batches(); i++) {
                    if (backpressure.waitForListener(0) != BackpressureStrategy.WaitResult.READY) {
                        return;
                    }
                    listener.putNext();
                }
                listener.completed();
            }
        }

        @Override
        public Runnable acceptPut(CallContext context, FlightStream stream, StreamListener<PutResult> acks) {
            return () -> {
                long rows = 0;
                while (stream.next()) {
                    rows += stream.getRoot().getRowCount();
                }
                byte[] count = Long.toString(rows).getBytes(US_ASCII);
                ArrowBuf metadata = allocator.buffer(count.length);
                metadata.writeBytes(count);
                try (PutResult result = PutResult.metadata(metadata)) { // takes the buffer
                    acks.onNext(result);
                }
                acks.onCompleted();
            };
        }

        @Override
        public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
            listener.onNext(new Result(action.getBody()));
            listener.onCompleted();
        }
    }
}
