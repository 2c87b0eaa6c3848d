package dev.peregrine.interop;

import static dev.peregrine.interop.Parade.bytes;
import static dev.peregrine.interop.Parade.text;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.BasicAuth;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightServerException;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.protocol.error.FlightUnauthorizedException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * A service of ours with something for each RPC; the twin of {@code server.py}. Service threads.
 *
 * <p>With {@link Auth#HANDSHAKE} each call needs the token of a handshake, with {@link Auth#BASIC} the bearer token that
 * answers HTTP basic authentication.
 */
final class ParadeService implements FlightService {
    enum Auth {
        NONE,
        HANDSHAKE,
        BASIC
    }

    private final Auth auth;
    private final Semaphore cancelled = new Semaphore(0);
    private volatile Supplier<Location> location = () -> Location.REUSE_CONNECTION;

    ParadeService(Auth auth) {
        this.auth = auth;
    }

    /** Where the service is reached; for the endpoints of its flights. */
    void at(Supplier<Location> location) {
        this.location = location;
    }

    // Who is it?

    @Override
    public void handshake(ServerCall call, HandshakeStream stream) {
        switch (auth) {
            case NONE -> throw FlightUnimplementedException.of("nobody needs to shake hands here");
            case HANDSHAKE -> {
                BasicAuth who = BasicAuth.deserialize(stream.read());
                checkPassword(who.username(), who.password());
                stream.write(bytes("token for " + who.username()));
            }
            case BASIC -> {
                String header = call.headers().get("authorization");
                if (header == null || !header.startsWith("Basic ")) {
                    throw FlightUnauthenticatedException.of("no basic authentication");
                }
                String[] who = text(Base64.getDecoder().decode(header.substring("Basic ".length())))
                        .split(":", 2);
                checkPassword(who[0], who[1]);
                call.addHeader("authorization", "Bearer token for " + who[0]);
            }
        }
    }

    private static void checkPassword(String user, String password) {
        if (!password.equals("secret of " + user)) {
            throw FlightUnauthenticatedException.of("wrong password");
        }
    }

    /** The user; empty if the service asks nobody. */
    private String user(ServerCall call) {
        return switch (auth) {
            case NONE -> "";
            case HANDSHAKE -> userOf(text(bytesOrNone(call.headers().getBinary("auth-token-bin"))), "token for ");
            case BASIC -> userOf(call.headers().get("authorization"), "Bearer token for ");
        };
    }

    private static byte[] bytesOrNone(byte[] bytes) {
        return bytes == null ? new byte[0] : bytes;
    }

    private static String userOf(String token, String prefix) {
        if (token == null || !token.startsWith(prefix)) {
            throw FlightUnauthenticatedException.of("no such token");
        }
        return token.substring(prefix.length());
    }

    // Flights

    @Override
    public Iterable<FlightInfo> listFlights(ServerCall call, Criteria criteria) {
        FlightInfo ints = info(FlightDescriptor.path("ints"));
        FlightInfo words = info(FlightDescriptor.path("words"));
        return switch (text(criteria.expression())) {
            case "" -> List.of(ints, words);
            case "ints" -> List.of(ints);
            case "words" -> List.of(words);
            case "many" ->
                lazily(1000, i -> FlightInfo.of(Parade.INTS, FlightDescriptor.path("many", "" + i))
                        .withTotals(i, -1));
            case "fail" ->
                lazily(2, i -> {
                    if (i == 1) {
                        throw FlightUnavailableException.of("the list broke off");
                    }
                    return ints;
                });
            default -> List.of();
        };
    }

    private FlightInfo info(FlightDescriptor descriptor) {
        FlightEndpoint first = new FlightEndpoint(
                Ticket.of("ints"),
                List.of(location.get(), Location.REUSE_CONNECTION),
                Parade.EXPIRES,
                bytes("endpoint"));
        return FlightInfo.of(Parade.INTS, descriptor, first, new FlightEndpoint(Ticket.of("words")))
                .withTotals(12, 480)
                .withOrdered(true)
                .withAppMetadata(bytes("info"));
    }

    @Override
    public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        if (name(descriptor).equals("ints")) {
            return info(descriptor);
        }
        if (name(descriptor).equals("null")) {
            return null;
        }
        throw FlightNotFoundException.of("no such flight");
    }

    private static String name(FlightDescriptor descriptor) {
        return descriptor.path().isEmpty()
                ? text(descriptor.command())
                : descriptor.path().get(0);
    }

    /** A query that is complete when it is asked the third time: "poll", "poll 1", "poll 2". */
    @Override
    public PollInfo pollFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        FlightInfo info = info(FlightDescriptor.path("ints"));
        return switch (name(descriptor)) {
            case "poll" ->
                new PollInfo(info, FlightDescriptor.command("poll 1"), OptionalDouble.empty(), Parade.EXPIRES);
            case "poll 1" -> new PollInfo(info, FlightDescriptor.command("poll 2"), OptionalDouble.of(0.5), null);
            case "poll 2" -> new PollInfo(info, null, OptionalDouble.of(1.0), null);
            default -> throw FlightNotFoundException.of("no such query");
        };
    }

    // Get

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
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
            case "fail_first" -> throw error(rest);
            case "fail_middle" -> {
                try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, call.allocator())) {
                    out.begin(Parade.INTS);
                    for (int n = 0; n < 2; n++) {
                        Parade.fillInts(root, n);
                        out.write(root);
                    }
                }
                throw error(rest);
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
        awaitCancel(call);
    }

    private void awaitCancel(ServerCall call) {
        CountDownLatch over = new CountDownLatch(1);
        call.onCancel(over::countDown);
        try {
            if (over.await(30, TimeUnit.SECONDS)) {
                cancelled.release();
            }
        } catch (InterruptedException e) {
            cancelled.release();
            Thread.currentThread().interrupt();
        }
    }

    // Put and exchange

    @Override
    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        String word = name(in.descriptor());
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

    @Override
    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        switch (name(in.descriptor())) {
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

    // Actions

    @Override
    public Iterable<ActionType> listActions(ServerCall call) {
        return Parade.ACTIONS.stream()
                .map(a -> new ActionType(a.getKey(), a.getValue()))
                .toList();
    }

    @Override
    public Iterable<Result> doAction(ServerCall call, Action action) {
        String user = user(call);
        String body = text(action.body());
        return switch (action.type()) {
            case "echo" -> List.of(new Result(action.body()));
            case "many" -> lazily(Integer.parseInt(body), i -> result("" + i));
            case "large" -> List.of(new Result(sevens(Integer.parseInt(body))));
            case "silent" -> List.of();
            case "empty" -> List.of(result(""));
            case "error" -> throw error(body);
            case "late_error" ->
                lazily(2, i -> {
                    if (i == 1) {
                        throw error(body);
                    }
                    return result("first");
                });
            case "sleep" -> {
                awaitCancel(call);
                yield List.of();
            }
            case "was_cancelled" -> List.of(result(wasCancelled(Double.parseDouble(body)) ? "yes" : "no"));
            case "headers" -> seenHeaders(call.headers());
            case "answer_headers" -> {
                call.addHeader("x-answer", "header");
                call.addHeader("x-answer-bin", new byte[] {0, -1, 1});
                call.addTrailer("x-trailer", "trailer");
                yield List.of(result(""));
            }
            case "peer" -> List.of(result(call.peer()));
            case "identity" -> List.of(result(user));
            default -> throw FlightUnimplementedException.of("no such action");
        };
    }

    private static Result result(String body) {
        return new Result(bytes(body));
    }

    private static byte[] sevens(int length) {
        byte[] body = new byte[length];
        Arrays.fill(body, (byte) 7);
        return body;
    }

    private boolean wasCancelled(double seconds) {
        try {
            boolean was = cancelled.tryAcquire((long) (seconds * 1000), TimeUnit.MILLISECONDS);
            cancelled.drainPermits();
            return was;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** name=hex of the value, for each header whose name begins with x-. */
    private static List<Result> seenHeaders(CallHeaders headers) {
        List<Result> results = new ArrayList<>();
        for (CallHeaders.Header header : headers) {
            if (header.name().startsWith("x-")) {
                byte[] value = header.binary() == null ? bytes(header.text()) : header.binary();
                results.add(result(header.name() + "=" + HexFormat.of().formatHex(value)));
            }
        }
        return results;
    }

    /** NAME:message or NAME:message:extra info; BUG is an exception that is none of Flight's. */
    static RuntimeException error(String words) {
        String[] parts = words.split(":", 3);
        if (parts[0].equals("BUG")) {
            return new IllegalStateException(parts[1]);
        }
        FlightException error = FlightStatusCode.valueOf(parts[0]).exception(parts[1]);
        return parts.length > 2 ? error.withExtraInfo(bytes(parts[2])) : error;
    }

    /** Elements that are made when they are asked for. */
    private static <T> Iterable<T> lazily(int count, IntFunction<T> make) {
        return () -> new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < count;
            }

            @Override
            public T next() {
                if (next >= count) {
                    throw new NoSuchElementException();
                }
                return make.apply(next++);
            }
        };
    }
}
