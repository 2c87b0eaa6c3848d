package dev.peregrine.bench.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.bench.Workload;
import io.grpc.netty.NettyServerBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** flight-core's server with every setting at its default, or tuned as {@link FlightCoreLabClient} is. */
final class FlightCoreLabServer extends NoOpFlightProducer {
    private final BufferAllocator allocator = new RootAllocator();
    private final ExecutorService streams = Executors.newCachedThreadPool();
    private final Map<Integer, VectorSchemaRoot> prebuilt = new ConcurrentHashMap<>();
    private final boolean tuned;

    private FlightCoreLabServer(boolean tuned) {
        this.tuned = tuned;
    }

    static int start(int port, @Nullable Path certificate, @Nullable Path key, boolean tuned) throws Exception {
        FlightCoreLabServer producer = new FlightCoreLabServer(tuned);
        boolean tls = certificate != null && key != null;
        Location location = tls ? Location.forGrpcTls("127.0.0.1", port) : Location.forGrpcInsecure("127.0.0.1", port);
        FlightServer.Builder builder = FlightServer.builder(producer.allocator, location, producer);
        if (certificate != null && key != null) {
            builder.useTls(certificate.toFile(), key.toFile());
        }
        if (tuned) {
            Consumer<NettyServerBuilder> tuning =
                    netty -> netty.flowControlWindow(FlightCoreLabClient.WINDOW).directExecutor();
            builder.transportHint("grpc.builderConsumer", tuning);
        }
        return builder.build().start().getPort();
    }

    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener out) {
        BackpressureStrategy backpressure = new BackpressureStrategy.CallbackBackpressureStrategy();
        backpressure.register(out);
        out.setUseZeroCopy(tuned);
        String[] order = new String(ticket.getBytes(), US_ASCII).split(",");
        VectorSchemaRoot root =
                prebuilt.computeIfAbsent(Integer.parseInt(order[0]), rows -> Workload.batch(allocator, rows));
        // grpc-java delivers onReady on the thread that this method was called on: it must be free for that.
        streams.execute(() -> stream(root, Long.parseLong(order[1]), out, backpressure));
    }

    private static void stream(
            VectorSchemaRoot root, long batches, ServerStreamListener out, BackpressureStrategy backpressure) {
        out.start(root);
        for (long i = 0; i < batches; i++) {
            if (backpressure.waitForListener(0) != BackpressureStrategy.WaitResult.READY) {
                return;
            }
            out.putNext();
        }
        out.completed();
    }

    @Override
    public Runnable acceptPut(CallContext context, FlightStream in, StreamListener<PutResult> acks) {
        return () -> {
            long rows = 0;
            while (in.next()) {
                rows += in.getRoot().getRowCount();
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
    public void doExchange(CallContext context, FlightStream in, ServerStreamListener out) {
        out.setUseZeroCopy(tuned);
        boolean begun = false;
        while (in.next()) {
            if (!begun) {
                out.start(in.getRoot());
                begun = true;
            }
            out.putNext();
        }
        out.completed();
    }

    @Override
    public void doAction(CallContext context, Action action, StreamListener<Result> out) {
        out.onNext(new Result(action.getBody()));
        out.onCompleted();
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        FlightEndpoint endpoint =
                new FlightEndpoint(new Ticket("4096,1".getBytes(US_ASCII)), Location.forGrpcInsecure("127.0.0.1", 1));
        return new FlightInfo(Workload.SCHEMA, descriptor, List.of(endpoint), -1, -1);
    }
}
