package dev.peregrine.client;

import dev.peregrine.client.middleware.CallInfo;
import dev.peregrine.client.middleware.ClientMiddleware;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.wire.CallOutcome;
import dev.peregrine.protocol.wire.FlightDataDecoder;
import dev.peregrine.protocol.wire.FlightMessage;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.Headers;
import dev.peregrine.protocol.wire.Locations;
import dev.peregrine.protocol.wire.MessageStreamReader;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.protocol.wire.StatusTable;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OneMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Any thread. What the calls of one client share, and the few shapes in which they start. */
final class ClientConnection {
    private static final String TOKEN_HEADER = "auth-token-bin";
    private static final byte[] NO_BYTES = {};

    private final Location location;

    /** For people: as calls name it. */
    private final String peer;

    private final ClientTransport transport;
    private final BufferAllocator allocator;
    private final Executor executor;
    private final BatchSettings batchSettings;
    private final List<ClientMiddleware.Factory> middleware;
    private final CallDefaults defaults;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable ClientAuthHandler auth;

    /** Takes the transport, lends the allocator. */
    ClientConnection(
            Location location,
            ClientTransport transport,
            BufferAllocator allocator,
            Executor executor,
            BatchSettings batchSettings,
            List<ClientMiddleware.Factory> middleware,
            CallDefaults defaults) {
        this.location = location;
        this.peer = Locations.target(location).address().toString();
        this.transport = transport;
        this.allocator = allocator;
        this.executor = executor;
        this.batchSettings = batchSettings;
        this.middleware = List.copyOf(middleware);
        this.defaults = defaults;
    }

    Location location() {
        return location;
    }

    BufferAllocator allocator() {
        return allocator;
    }

    BatchSettings batchSettings() {
        return batchSettings;
    }

    void reloadCertificates() {
        transport.reloadCertificates();
    }

    /** From now on, calls carry the handler's token. */
    void authenticated(ClientAuthHandler handler) {
        auth = handler;
    }

    /**
     * Starts a call; nothing is sent but its headers.
     *
     * @param one whether the call has to have one answer: then that is all that {@code last} gets
     * @param last listens to the call
     */
    private ClientCall start(String path, CallOptions options, boolean one, CallListener last) {
        if (isClosed()) {
            throw new IllegalStateException("the client of " + location + " has been closed");
        }
        CallHeaders headers = options.headers();
        byte[] token = token(path);
        if (token.length > 0) {
            headers = new CallHeaders().addAll(headers).add(TOKEN_HEADER, token);
        }
        if (middleware.isEmpty()) {
            return start(path, options, Headers.toMetadata(headers), one, last, null);
        }
        CallHeaders all = new CallHeaders().addAll(headers);
        CallInfo info = new CallInfo(FlightMethods.name(path), location);
        CallMiddleware around = CallMiddleware.start(middleware, info, all, executor);
        try {
            return start(path, options, Headers.toMetadata(all), one, last, around);
        } catch (RuntimeException | Error e) {
            if (around != null) {
                around.notStarted(e);
            }
            throw e;
        }
    }

    private byte[] token(String path) {
        ClientAuthHandler handler = auth;
        return handler == null || path.equals(FlightMethods.HANDSHAKE) ? NO_BYTES : handler.token();
    }

    private ClientCall start(
            String path,
            CallOptions options,
            Metadata headers,
            boolean one,
            CallListener last,
            @Nullable CallMiddleware around) {
        CallListener listener = around == null
                ? last
                : around.before(last, (status, trailers) -> StatusTable.exception(status, trailers, path, peer));
        CallOutcome outcome =
                new CallOutcome(one ? OneMessage.ofResponse(FlightMethods.name(path), listener) : listener);
        ResponseMetadata response = options.response();
        CallListener first = response == null ? outcome : response.before(outcome);
        return new ClientCall(transport.start(path, defaults.settings(path, options), headers, first), outcome, around);
    }

    /** Starts a call whose answers go through {@code inbox}. */
    <M> ClientCall stream(String path, CallOptions options, Inbox<M> inbox) {
        ClientCall call = start(path, options, false, inbox);
        inbox.attach(call);
        if (call.hasMiddleware()) {
            inbox.beforeGiving(call::tellMiddleware);
        }
        return call;
    }

    /** Starts a call with one request and no other. */
    <M> ClientCall request(String path, byte[] request, CallOptions options, Inbox<M> inbox) {
        ClientCall call = stream(path, options, inbox);
        sendOnly(call, request);
        return call;
    }

    private static void sendOnly(ClientCall call, byte[] request) {
        call.sendLast(ProtoMessages.frame(request));
    }

    /** Makes a call with one answer, and waits for it. */
    <M> M unary(String path, byte[] request, ProtoDecoder<M> decoder, CallOptions options) {
        Replies<M> replies = new Replies<>(decoder);
        ClientCall call = start(path, options, true, replies);
        replies.attach(call);
        sendOnly(call, request);
        return replies.await(call).get(0);
    }

    /** The same without waiting. */
    <M> CompletableFuture<M> unaryLater(String path, byte[] request, ProtoDecoder<M> decoder, CallOptions options) {
        return later(path, request, options, true, decoder, messages -> messages.get(0));
    }

    private <M, R> CompletableFuture<R> later(
            String path,
            byte[] request,
            CallOptions options,
            boolean one,
            ProtoDecoder<M> decoder,
            Function<List<M>, R> finish) {
        Replies<M> replies = new Replies<>(decoder);
        ClientCall call;
        try {
            call = start(path, options, one, replies);
        } catch (FlightException e) {
            return CompletableFuture.failedFuture(e);
        }
        replies.attach(call);
        sendOnly(call, request);
        return replies.future(call, finish, executor);
    }

    /**
     * Runs one of the specification's own actions, whose result is a message too, and waits for its end. Results after the
     * first are for later versions of the specification.
     */
    <M> M action(ActionType type, byte[] body, String what, Function<byte[], M> parser, CallOptions options) {
        Inbox<M> inbox = new Inbox<>(ProtoDecoder.of(
                what, bytes -> parser.apply(Result.deserialize(bytes).body())));
        byte[] action = new Action(type.type(), body).serialize();
        ClientCall call = request(FlightMethods.DO_ACTION, action, options, inbox);
        try (FlightIterable<M> results = new FlightIterable<>(call, inbox)) {
            List<M> all = results.toList();
            if (all.isEmpty()) {
                throw call.failure(
                        GrpcCode.INTERNAL.with("the server ended the action " + type.type() + " without a result"));
            }
            return all.get(0);
        }
    }

    /** Makes a call with any number of answers and collects them, without waiting. */
    <M> CompletableFuture<List<M>> listLater(
            String path, byte[] request, ProtoDecoder<M> decoder, CallOptions options) {
        return later(path, request, options, false, decoder, Function.identity());
    }

    /** Makes a call with any number of answers, which come as they are iterated. */
    <M> FlightIterable<M> iterate(String path, byte[] request, ProtoDecoder<M> decoder, CallOptions options) {
        Inbox<M> inbox = new Inbox<>(decoder);
        return new FlightIterable<>(request(path, request, options, inbox), inbox);
    }

    /** What decodes a call's batches. */
    FlightDataDecoder batches(CallOptions options) {
        FlightDataDecoder decoder = new FlightDataDecoder(allocator);
        decoder.read(options.read());
        return decoder;
    }

    /** The reader of a call's batches. */
    MessageStreamReader reader(
            ClientCall call, Inbox<FlightMessage> inbox, FlightDataDecoder decoder, CallOptions options) {
        MessageStreamReader reader =
                new MessageStreamReader(call, inbox, decoder, batchSettings.decompressedLimit(), allocator);
        reader.use(options.read());
        return reader;
    }

    Handshake handshake(CallOptions options) {
        Inbox<byte[]> inbox = new Inbox<>(ProtoMessages.handshakes());
        return new Handshake(stream(FlightMethods.HANDSHAKE, options, inbox), inbox);
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Waits; true if the client was closed meanwhile. */
    boolean awaitClosed(Duration time) throws InterruptedException {
        return closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Cancels all calls and disconnects. Idempotent. */
    void close() {
        closed.countDown();
        transport.close();
    }
}
