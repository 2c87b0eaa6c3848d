package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.Parade.bytes;
import static dev.peregrine.interop.parade.Parade.text;

import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightServerException;
import dev.peregrine.protocol.error.FlightUnauthorizedException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.util.function.IntFunction;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** What {@link ParadeService} does with batches: DoGet, DoPut, DoExchange. Service threads. */
final class ParadeBatches {
    private final Cancellations cancelled;

    ParadeBatches(Cancellations cancelled) {
        this.cancelled = cancelled;
    }

    void get(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        String[] words = text(ticket.ticket()).split(":", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "ints" -> writeInts(call, out, n -> new byte[0]);
            case "metadata" -> writeInts(call, out, n -> bytes("batch " + n));
            case "words" -> writeWords(call, out);
            case "zero_batches" -> out.begin(Parade.INTS);
            case "zero_rows" -> writeNoRows(call, out);
            case "metadata_only" -> writeMetadataOnly(call, out);
            case "big" -> writeBig(call, out, rest.split(","));
            case "endless" -> writeEndlessly(call, out);
            case "slow" -> writeSlowly(call, out);
            case "fail_first" -> throw ParadeActions.error(rest);
            case "fail_middle" -> {
                try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, call.allocator())) {
                    out.begin(Parade.INTS);
                    for (int n = 0; n < 2; n++) {
                        Parade.fillInts(root, n);
                        out.write(root);
                    }
                }
                throw ParadeActions.error(rest);
            }
            default -> throw FlightNotFoundException.of("no such ticket");
        }
    }

    private static void writeInts(ServerCall call, FlightStreamWriter out, IntFunction<byte[]> metadata) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, call.allocator())) {
            out.begin(Parade.INTS);
            for (int n = 0; n < Parade.BATCHES; n++) {
                Parade.fillInts(root, n);
                out.write(root, metadata.apply(n));
            }
        }
    }

    private static void writeWords(ServerCall call, FlightStreamWriter out) {
        try (Parade.Words words = new Parade.Words(call.allocator())) {
            out.begin(words.root.getSchema(), words.dictionaries);
            for (int n = 0; n < Parade.BATCHES; n++) {
                words.fill(n);
                out.write(words.root);
            }
        }
    }

    private static void writeNoRows(ServerCall call, FlightStreamWriter out) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, call.allocator())) {
            out.begin(Parade.INTS);
            root.allocateNew();
            root.setRowCount(0);
            out.write(root);
        }
    }

    private static void writeMetadataOnly(ServerCall call, FlightStreamWriter out) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, call.allocator())) {
            out.begin(Parade.INTS);
            out.writeMetadata(bytes("before"));
            Parade.fillInts(root, 0);
            out.write(root);
            out.writeMetadata(bytes("after"));
        }
    }

    private static void writeBig(ServerCall call, FlightStreamWriter out, String[] rowsAndBatches) {
        int rows = Integer.parseInt(rowsAndBatches[0]);
        int batches = Integer.parseInt(rowsAndBatches[1]);
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.BIG, call.allocator())) {
            out.begin(Parade.BIG);
            for (int n = 0; n < batches; n++) {
                Parade.fillBig(root, rows, n);
                out.write(root);
            }
        }
    }

    private void writeEndlessly(ServerCall call, FlightStreamWriter out) {
        call.onCancel(cancelled::release);
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, call.allocator())) {
            out.begin(Parade.INTS);
            Parade.fillInts(root, 0);
            while (!call.isCancelled()) {
                out.write(root);
            }
        }
    }

    private void writeSlowly(ServerCall call, FlightStreamWriter out) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, call.allocator())) {
            out.begin(Parade.INTS);
            Parade.fillInts(root, 0);
            out.write(root);
        }
        cancelled.await(call);
    }

    // Put and exchange

    void put(FlightStreamReader in, PutResults acks) {
        String word = ParadeService.name(in.descriptor());
        switch (word) {
            case "refuse" -> throw FlightUnauthorizedException.of("no puts here");
            case "compare" -> acks.write(bytes(compare(in, n -> Parade.assertInts(in.root(), n))));
            case "compare_words" ->
                acks.write(bytes(compare(in, n -> Parade.assertWords(in.root(), in.dictionaries(), n))));
            default -> takeAll(word, in, acks);
        }
    }

    private static void takeAll(String word, FlightStreamReader in, PutResults acks) {
        long rows = 0;
        for (int seen = 1; in.next(); seen++) {
            rows += in.root().getRowCount();
            if (word.equals("count")) {
                acks.write(in.metadata().length == 0 ? bytes("none") : in.metadata());
            }
            if (word.equals("fail") && seen == 2) {
                throw FlightServerException.of("cannot take the second batch").withExtraInfo(bytes("extra"));
            }
        }
        if (word.equals("sum")) {
            acks.write(bytes("" + rows));
        }
    }

    private interface BatchCheck {
        void check(int n);
    }

    private static String compare(FlightStreamReader in, BatchCheck check) {
        try {
            int n = 0;
            while (in.next()) {
                check.check(n++);
            }
            return n == Parade.BATCHES ? "equal" : n + " batches";
        } catch (AssertionError e) {
            return "not equal: " + e.getMessage();
        }
    }

    void exchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        switch (ParadeService.name(in.descriptor())) {
            case "echo" -> echo(in, out);
            case "get" -> writeInts(call, out, n -> new byte[0]);
            case "put" -> {
                long rows = 0;
                while (in.next()) {
                    rows += in.root().getRowCount();
                }
                out.writeMetadata(bytes("" + rows));
            }
            case "fail" -> {
                out.begin(in.schema());
                in.next();
                out.write(in.root());
                throw FlightInternalException.of("the exchange broke off").withExtraInfo(bytes("extra"));
            }
            default -> throw FlightUnimplementedException.of("no such exchange");
        }
    }

    private static void echo(FlightStreamReader in, FlightStreamWriter out) {
        DictionaryProvider dictionaries = in.dictionaries();
        out.begin(in.schema(), dictionaries);
        while (in.next()) {
            if (in.hasData()) {
                out.write(in.root(), in.metadata());
            } else {
                out.writeMetadata(in.metadata());
            }
        }
    }
}
