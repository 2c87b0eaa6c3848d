package dev.peregrine.bench.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.bench.data.Batch;
import dev.peregrine.bench.data.Columns;
import dev.peregrine.bench.data.KeptBatches;
import dev.peregrine.bench.data.Order;
import dev.peregrine.bench.data.SameValues;
import io.grpc.netty.NettyServerBuilder;
import java.nio.file.Path;
import java.util.List;
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
import org.jspecify.annotations.Nullable;

/** flight-core's server with every setting at its default, or tuned as {@link FlightCoreLabClient} is. */
final class FlightCoreLabServer extends NoOpFlightProducer {
    private final BufferAllocator allocator = new RootAllocator();
    private final ExecutorService streams = Executors.newCachedThreadPool();
    private final KeptBatches prebuilt = new KeptBatches(allocator);
    private final boolean tuned;
    private final boolean verify;

    private FlightCoreLabServer(boolean tuned, boolean verify) {
        this.tuned = tuned;
        this.verify = verify;
    }

    static int start(Target target, @Nullable Path certificate, @Nullable Path key, boolean tuned, boolean verify)
            throws Exception {
        FlightCoreLabServer producer = new FlightCoreLabServer(tuned, verify);
        Location location = new Location(target.uri().replace("grpc://", "grpc+tcp://"));
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
        Order order = Order.of(ticket.getBytes());
        // grpc-java delivers onReady on the thread that this method was called on: it must be free for that.
        streams.execute(() -> {
            Batch batch = prebuilt.borrow(order.rows(), order.columns());
            try {
                stream(batch, order.batches(), out, backpressure);
            } finally {
                prebuilt.giveBack(batch);
            }
        });
    }

    private static void stream(Batch batch, long batches, ServerStreamListener out, BackpressureStrategy backpressure) {
        out.start(batch.root(), batch.dictionaries());
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
            List<String> path = in.getDescriptor().getPath();
            boolean each = path.get(0).equals("ingest");
            long rows = 0;
            @Nullable SameValues same = null;
            try {
                while (in.next()) {
                    rows += in.getRoot().getRowCount();
                    if (each) {
                        acknowledge(rows, acks);
                    }
                    if (verify) {
                        same = same == null
                                ? new SameValues(allocator, in.getRoot().getRowCount(), Columns.of(path))
                                : same;
                        same.check(in.getRoot(), in.getDictionaryProvider());
                    }
                }
            } finally {
                if (same != null) {
                    same.close();
                }
            }
            if (!each) {
                acknowledge(rows, acks);
            }
            acks.onCompleted();
        };
    }

    private void acknowledge(long rows, StreamListener<PutResult> acks) {
        byte[] count = Long.toString(rows).getBytes(US_ASCII);
        ArrowBuf metadata = allocator.buffer(count.length);
        metadata.writeBytes(count);
        try (PutResult result = PutResult.metadata(metadata)) { // takes the buffer
            acks.onNext(result);
        }
    }

    @Override
    public void doExchange(CallContext context, FlightStream in, ServerStreamListener out) {
        out.setUseZeroCopy(tuned);
        boolean begun = false;
        while (in.next()) {
            if (!begun) {
                out.start(in.getRoot(), in.getDictionaryProvider());
                begun = true;
            }
            out.putNext();
        }
        out.completed();
    }

    @Override
    public void doAction(CallContext context, Action action, StreamListener<Result> out) {
        out.onNext(new Result(
                action.getType().equals("allocated")
                        ? Long.toString(Heap.allocated()).getBytes(US_ASCII)
                        : action.getBody()));
        out.onCompleted();
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        FlightEndpoint endpoint =
                new FlightEndpoint(new Ticket("4096,1".getBytes(US_ASCII)), Location.forGrpcInsecure("127.0.0.1", 1));
        return new FlightInfo(Columns.INTS.schema(), descriptor, List.of(endpoint), -1, -1);
    }
}
