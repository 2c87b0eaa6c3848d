package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.Parade.bytes;
import static dev.peregrine.interop.parade.Parade.text;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.function.IntFunction;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.BackpressureStrategy.WaitResult;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.OutboundStreamListener;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** What {@link FlightCoreParade} does with batches: DoGet, DoPut, DoExchange. gRPC threads. */
final class FlightCoreParadeBatches {
    private final BufferAllocator allocator;
    private final ExecutorService threads;
    private final Cancellations cancelled;

    FlightCoreParadeBatches(BufferAllocator allocator, ExecutorService threads, Cancellations cancelled) {
        this.allocator = allocator;
        this.threads = threads;
        this.cancelled = cancelled;
    }

    void get(Ticket ticket, ServerStreamListener out) {
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
            case "fail_first" -> out.error(FlightCoreParadeActions.error(rest));
            case "fail_middle" -> {
                try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator)) {
                    out.start(root);
                    for (int n = 0; n < 2; n++) {
                        Parade.fillInts(root, n);
                        out.putNext();
                    }
                }
                out.error(FlightCoreParadeActions.error(rest));
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
        cancelled.await(over);
    }

    // Put and exchange

    void put(FlightStream in, StreamListener<PutResult> acks) {
        try {
            takeAll(FlightCoreParade.name(in.getDescriptor()), in, acks);
            acks.onCompleted();
        } catch (RuntimeException e) {
            acks.onError(e);
        }
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
                throw FlightCoreParadeActions.error("UNKNOWN:cannot take the second batch:extra");
            }
        }
        if (word.equals("sum")) {
            ack(acks, "" + rows);
        } else if (word.startsWith("compare")) {
            ack(acks, equal);
        }
    }

    void exchange(FlightStream in, ServerStreamListener out) {
        switch (FlightCoreParade.name(in.getDescriptor())) {
            case "echo" -> echo(in, out);
            case "get" -> writeInts(out, 0, Parade.BATCHES, n -> null);
            case "fail" -> {
                out.start(in.getRoot(), in.getDictionaryProvider());
                in.next();
                out.putNext();
                out.error(FlightCoreParadeActions.error("INTERNAL:the exchange broke off:extra"));
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
}
