package dev.peregrine.interop;

import static dev.peregrine.interop.Parade.bytes;
import static dev.peregrine.interop.Parade.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.BackpressureStrategy.WaitResult;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.OutboundStreamListener;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.ServerHeaderMiddleware;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.IpcOption;

/** A flight-core service with something for each RPC; the twin of {@link ParadeService}. gRPC threads. */
final class FlightCoreParade implements FlightProducer {
    private final BufferAllocator allocator;
    private final ExecutorService threads;
    private final Semaphore cancelled = new Semaphore(0);
    private volatile Location location = Location.reuseConnection();

    /** {@code threads} run what waits, so that gRPC's own stay free. */
    FlightCoreParade(BufferAllocator allocator, ExecutorService threads) {
        this.allocator = allocator;
        this.threads = threads;
    }

    void at(Location location) {
        this.location = location;
    }

    // Flights

    @Override
    public void listFlights(CallContext context, Criteria criteria, StreamListener<FlightInfo> out) {
        switch (text(criteria.getExpression())) {
            case "" -> {
                out.onNext(info(FlightDescriptor.path("ints")));
                out.onNext(info(FlightDescriptor.path("words")));
            }
            case "words" -> out.onNext(info(FlightDescriptor.path("words")));
            case "many" -> {
                for (int i = 0; i < 1000; i++) {
                    FlightDescriptor descriptor = FlightDescriptor.path("many", "" + i);
                    out.onNext(FlightInfo.builder(Parade.INTS, descriptor, List.of())
                            .setRecords(i)
                            .build());
                }
            }
            case "fail" -> {
                out.onNext(info(FlightDescriptor.path("ints")));
                out.onError(CallStatus.UNAVAILABLE
                        .withDescription("the list broke off")
                        .toRuntimeException());
                return;
            }
            default -> {}
        }
        out.onCompleted();
    }

    private FlightInfo info(FlightDescriptor descriptor) {
        FlightEndpoint first = FlightEndpoint.builder(new Ticket(bytes("ints")), location, Location.reuseConnection())
                .setExpirationTime(Parade.EXPIRES)
                .setAppMetadata(bytes("endpoint"))
                .build();
        FlightEndpoint second = new FlightEndpoint(new Ticket(bytes("words")));
        return new FlightInfo(
                Parade.INTS, descriptor, List.of(first, second), 480, 12, true, IpcOption.DEFAULT, bytes("info"));
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        if (name(descriptor).equals("ints")) {
            return info(descriptor);
        }
        throw CallStatus.NOT_FOUND.withDescription("no such flight").toRuntimeException();
    }

    private static String name(FlightDescriptor descriptor) {
        return descriptor.isCommand()
                ? text(descriptor.getCommand())
                : descriptor.getPath().get(0);
    }

    @Override
    public PollInfo pollFlightInfo(CallContext context, FlightDescriptor descriptor) {
        FlightInfo info = info(FlightDescriptor.path("ints"));
        return switch (name(descriptor)) {
            case "poll" -> new PollInfo(info, FlightDescriptor.command(bytes("poll 1")), null, Parade.EXPIRES);
            case "poll 1" -> new PollInfo(info, FlightDescriptor.command(bytes("poll 2")), 0.5, null);
            default -> new PollInfo(info, null, 1.0, null);
        };
    }

    @Override
    public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
        return new SchemaResult(
                getFlightInfo(context, descriptor).getSchemaOptional().orElseThrow());
    }

    // Get

    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener out) {
        String[] words = text(ticket.getBytes()).split(":", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "ints" -> writeInts(out, 0, Parade.BATCHES, n -> null);
            case "metadata" -> writeInts(out, 0, Parade.BATCHES, n -> bytes("batch " + n));
            case "words" -> writeWords(out);
            case "zero_batches" -> writeInts(out, 0, 0, n -> null);
            case "zero_rows" -> writeNoRows(out);
            case "metadata_only" -> writeMetadataOnly(out);
            case "big" -> later(out, () -> writeBig(out, rest.split(",")));
            case "endless" -> later(out, () -> writeEndlessly(out));
            case "slow" -> later(out, () -> writeSlowly(out));
            case "fail_first" -> out.error(error(rest));
            case "fail_middle" -> {
                try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator)) {
                    out.start(root);
                    for (int n = 0; n < 2; n++) {
                        Parade.fillInts(root, n);
                        out.putNext();
                    }
                }
                out.error(error(rest));
                return;
            }
            default ->
                out.error(CallStatus.NOT_FOUND.withDescription("no such ticket").toRuntimeException());
        }
    }

    private void later(ServerStreamListener out, Runnable work) {
        threads.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                out.error(e);
            }
        });
    }

    private ArrowBuf buffer(byte[] bytes) {
        ArrowBuf buffer = allocator.buffer(bytes.length);
        buffer.writeBytes(bytes);
        return buffer;
    }

    private void put(OutboundStreamListener out, byte[] metadata) {
        if (metadata == null) {
            out.putNext();
        } else {
            out.putNext(buffer(metadata));
        }
    }

    private void writeInts(OutboundStreamListener out, int from, int to, IntFunction<byte[]> metadata) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator)) {
            out.start(root);
            for (int n = from; n < to; n++) {
                Parade.fillInts(root, n);
                put(out, metadata.apply(n));
            }
            out.completed();
        }
    }

    private void writeWords(ServerStreamListener out) {
        try (Parade.Words words = new Parade.Words(allocator)) {
            out.start(words.root, words.dictionaries);
            for (int n = 0; n < Parade.BATCHES; n++) {
                words.fill(n);
                out.putNext();
            }
            out.completed();
        }
    }

    private void writeNoRows(ServerStreamListener out) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator)) {
            out.start(root);
            root.allocateNew();
            root.setRowCount(0);
            out.putNext();
            out.completed();
        }
    }

    private void writeMetadataOnly(ServerStreamListener out) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator)) {
            out.start(root);
            out.putMetadata(buffer(bytes("before")));
            Parade.fillInts(root, 0);
            out.putNext();
            out.putMetadata(buffer(bytes("after")));
            out.completed();
        }
    }

    private void writeBig(ServerStreamListener out, String[] rowsAndBatches) {
        BackpressureStrategy ready = new BackpressureStrategy.CallbackBackpressureStrategy();
        ready.register(out);
        int rows = Integer.parseInt(rowsAndBatches[0]);
        int batches = Integer.parseInt(rowsAndBatches[1]);
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.BIG, allocator)) {
            out.start(root);
            for (int n = 0; n < batches; n++) {
                if (ready.waitForListener(30_000) != WaitResult.READY) {
                    return;
                }
                Parade.fillBig(root, rows, n);
                out.putNext();
            }
            out.completed();
        }
    }

    private void writeEndlessly(ServerStreamListener out) {
        BackpressureStrategy ready = new BackpressureStrategy.CallbackBackpressureStrategy();
        ready.register(out);
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator)) {
            Parade.fillInts(root, 0);
            out.start(root);
            WaitResult result;
            while ((result = ready.waitForListener(30_000)) == WaitResult.READY) {
                out.putNext();
            }
            if (result == WaitResult.CANCELLED) {
                cancelled.release();
            }
        }
    }

    private void writeSlowly(ServerStreamListener out) {
        CountDownLatch over = new CountDownLatch(1);
        out.setOnCancelHandler(over::countDown);
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator)) {
            Parade.fillInts(root, 0);
            out.start(root);
            out.putNext();
        }
        await(over);
    }

    private void await(CountDownLatch over) {
        try {
            if (over.await(30, TimeUnit.SECONDS)) {
                cancelled.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Put and exchange

    @Override
    public Runnable acceptPut(CallContext context, FlightStream in, StreamListener<PutResult> acks) {
        return () -> {
            String word = name(in.getDescriptor());
            try {
                takeAll(word, in, acks);
                acks.onCompleted();
            } catch (RuntimeException e) {
                acks.onError(e);
            }
        };
    }

    private void ack(StreamListener<PutResult> acks, String words) {
        try (ArrowBuf metadata = buffer(bytes(words))) {
            acks.onNext(PutResult.metadata(metadata));
        }
    }

    private static String metadata(FlightStream in) {
        ArrowBuf metadata = in.getLatestMetadata();
        if (metadata == null) {
            return "none";
        }
        byte[] bytes = new byte[(int) metadata.readableBytes()];
        metadata.getBytes(metadata.readerIndex(), bytes);
        return text(bytes);
    }

    private void takeAll(String word, FlightStream in, StreamListener<PutResult> acks) {
        if (word.equals("refuse")) {
            throw CallStatus.UNAUTHORIZED.withDescription("no puts here").toRuntimeException();
        }
        long rows = 0;
        String equal = "equal";
        for (int n = 0; in.next(); n++) {
            rows += in.getRoot().getRowCount();
            try {
                switch (word) {
                    case "compare" -> Parade.assertInts(in.getRoot(), n);
                    case "compare_words" -> Parade.assertWords(in.getRoot(), in.getDictionaryProvider(), n);
                    case "count" -> ack(acks, metadata(in));
                    default -> {}
                }
            } catch (AssertionError e) {
                equal = "not equal: " + e.getMessage();
            }
            if (word.equals("fail") && n == 1) {
                throw error("UNKNOWN:cannot take the second batch:extra");
            }
        }
        if (word.equals("sum")) {
            ack(acks, "" + rows);
        } else if (word.startsWith("compare")) {
            ack(acks, equal);
        }
    }

    @Override
    public void doExchange(CallContext context, FlightStream in, ServerStreamListener out) {
        switch (name(in.getDescriptor())) {
            case "echo" -> echo(in, out);
            case "get" -> writeInts(out, 0, Parade.BATCHES, n -> null);
            case "fail" -> {
                out.start(in.getRoot(), in.getDictionaryProvider());
                in.next();
                out.putNext();
                out.error(error("INTERNAL:the exchange broke off:extra"));
            }
            default ->
                out.error(CallStatus.UNIMPLEMENTED
                        .withDescription("no such exchange")
                        .toRuntimeException());
        }
    }

    private void echo(FlightStream in, ServerStreamListener out) {
        BackpressureStrategy ready = new BackpressureStrategy.CallbackBackpressureStrategy();
        ready.register(out);
        boolean started = false;
        while (in.next()) {
            ready.waitForListener(30_000);
            if (!started) { // its dictionaries are there with the first batch only
                out.start(in.getRoot(), in.getDictionaryProvider());
                started = true;
            }
            ArrowBuf metadata = in.getLatestMetadata();
            if (metadata != null) {
                metadata.getReferenceManager().retain();
            }
            if (!in.hasRoot() || in.getRoot().getRowCount() == 0) {
                out.putMetadata(metadata);
            } else if (metadata != null) {
                out.putNext(metadata);
            } else {
                out.putNext();
            }
        }
        out.completed();
    }

    // Actions

    @Override
    public void listActions(CallContext context, StreamListener<ActionType> out) {
        Parade.ACTIONS.forEach(a -> out.onNext(new ActionType(a.getKey(), a.getValue())));
        out.onCompleted();
    }

    @Override
    public void doAction(CallContext context, Action action, StreamListener<Result> out) {
        String body = text(action.getBody());
        switch (action.getType()) {
            case "echo" -> out.onNext(new Result(action.getBody()));
            case "many" -> {
                int count = Integer.parseInt(body);
                for (int i = 0; i < count && !context.isCancelled(); i++) {
                    out.onNext(new Result(bytes("" + i)));
                }
            }
            case "silent" -> {}
            case "empty" -> out.onNext(new Result(new byte[0]));
            case "error" -> throw error(body);
            case "late_error" -> {
                out.onNext(new Result(bytes("first")));
                out.onError(error(body));
                return;
            }
            case "sleep" -> awaitCancel(context);
            case "was_cancelled" -> out.onNext(new Result(bytes(wasCancelled(Double.parseDouble(body)))));
            case "headers" ->
                seenHeaders(context.getMiddleware(FlightConstants.HEADER_KEY)).forEach(out::onNext);
            case "identity" -> out.onNext(new Result(bytes(context.peerIdentity())));
            default ->
                throw CallStatus.UNIMPLEMENTED.withDescription("no such action").toRuntimeException();
        }
        out.onCompleted();
    }

    /** flight-core offers no callback here. */
    private void awaitCancel(CallContext context) {
        CountDownLatch pause = new CountDownLatch(1);
        try {
            for (int i = 0; i < 1000 && !context.isCancelled(); i++) {
                if (pause.await(20, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            if (context.isCancelled()) {
                cancelled.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String wasCancelled(double seconds) {
        try {
            boolean was = cancelled.tryAcquire((long) (seconds * 1000), TimeUnit.MILLISECONDS);
            cancelled.drainPermits();
            return was ? "yes" : "no";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static List<Result> seenHeaders(ServerHeaderMiddleware middleware) {
        CallHeaders headers = middleware.headers();
        List<Result> results = new ArrayList<>();
        headers.keys().stream().filter(n -> n.startsWith("x-")).sorted().forEach(name -> {
            List<byte[]> values = new ArrayList<>();
            if (name.endsWith("-bin")) {
                headers.getAllByte(name).forEach(values::add);
            } else {
                headers.getAll(name).forEach(v -> values.add(bytes(v)));
            }
            for (byte[] value : values) {
                results.add(new Result(bytes(name + "=" + HexFormat.of().formatHex(value))));
            }
        });
        return results;
    }

    /** NAME:message or NAME:message:extra info. */
    static RuntimeException error(String words) {
        String[] parts = words.split(":", 3);
        CallStatus status = new CallStatus(FlightStatusCode.valueOf(parts[0])).withDescription(parts[1]);
        if (parts.length > 2) {
            ErrorFlightMetadata metadata = new ErrorFlightMetadata();
            metadata.insert("grpc-status-details-bin", bytes(parts[2]));
            status = status.withMetadata(metadata);
        }
        return status.toRuntimeException();
    }

    static List<FlightStatusCode> codes() {
        List<FlightStatusCode> codes = new ArrayList<>(Arrays.asList(FlightStatusCode.values()));
        codes.remove(FlightStatusCode.OK);
        return codes;
    }
}
