package dev.peregrine.client;

import dev.peregrine.client.auth.CallCredentials;
import dev.peregrine.client.call.ClientCall;
import dev.peregrine.client.call.Replies;
import dev.peregrine.client.call.StandardAction;
import dev.peregrine.client.middleware.ClientMiddleware;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.protocol.wire.FlightDataDecoder;
import dev.peregrine.protocol.wire.FlightMessage;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.Locations;
import dev.peregrine.protocol.wire.MessageStreamReader;
import dev.peregrine.protocol.wire.MessageStreamWriter;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.Inbox;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Any thread. What the calls of one client share, and the few shapes in which they start. */
final class ClientConnection {
    private final Location location;

    /** For people: as calls name it. */
    private final String peer;

    private final ClientTransport transport;
    private final Supplier<BufferAllocator> allocator;
    private final Executor executor;
    private final BatchSettings batchSettings;
    private final List<ClientMiddleware.Factory> middleware;
    private final CallDefaults defaults;
    private final @Nullable CallCredentials credentials;
    private final Set<Runnable> closeActions = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable ClientAuthHandler auth;

    /** Takes the transport; {@code allocator} is asked for what is lent when a call needs it. */
    ClientConnection(
            Location location,
            ClientTransport transport,
            Supplier<BufferAllocator> allocator,
            Executor executor,
            BatchSettings batchSettings,
            List<ClientMiddleware.Factory> middleware,
            CallDefaults defaults,
            @Nullable CallCredentials credentials) {
        this.location = location;
        this.peer = Locations.target(location).address().toString();
        this.transport = transport;
        this.allocator = allocator;
        this.executor = executor;
        this.batchSettings = batchSettings;
        this.middleware = List.copyOf(middleware);
        this.defaults = defaults;
        this.credentials = credentials;
    }

    Location location() {
        return location;
    }

    BufferAllocator allocator(CallOptions options) {
        BufferAllocator own = options.allocator();
        return own == null ? allocator.get() : own;
    }

    void reloadCertificates() {
        transport.reloadCertificates();
    }

    /** From now on, calls carry the handler's token. */
    void authenticated(ClientAuthHandler handler) {
        auth = handler;
    }

    @Nullable
    ClientAuthHandler authHandler() {
        return auth;
    }

    /** Null for a call without. A Handshake has those of its options only: it is how others are got. */
    @Nullable
    CallCredentials credentials(String path, CallOptions options) {
        CallCredentials own = options.credentials();
        return own == null && !path.equals(FlightMethods.HANDSHAKE) ? credentials : own;
    }

    List<ClientMiddleware.Factory> middleware() {
        return middleware;
    }

    ClientTransport transport() {
        return transport;
    }

    CallDefaults defaults() {
        return defaults;
    }

    Executor executor() {
        return executor;
    }

    String peer() {
        return peer;
    }

    private ClientCall start(String path, CallOptions options, boolean one, CallListener last) {
        return new CallStart(this, path, options, one, last).start();
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
        return later(path, request, options, true, decoder, (call, answers) -> answers.get(0));
    }

    private <M, R> CompletableFuture<R> later(
            String path,
            byte[] request,
            CallOptions options,
            boolean one,
            ProtoDecoder<M> decoder,
            BiFunction<ClientCall, List<M>, R> finish) {
        if (credentials(path, options) == null) {
            return now(path, request, options, one, decoder, finish);
        }
        CompletableFuture<R> result = new CompletableFuture<>();
        // Credentials may wait, and this thread must not.
        Replies.onExecutor(executor, () -> {
            if (!result.isDone()) {
                pass(now(path, request, options, one, decoder, finish), result);
            }
        });
        return result;
    }

    private static <R> void pass(CompletableFuture<R> from, CompletableFuture<R> to) {
        from.whenComplete((value, failure) -> {
            if (failure == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(failure);
            }
        });
        to.whenComplete((value, failure) -> from.cancel(false));
    }

    private <M, R> CompletableFuture<R> now(
            String path,
            byte[] request,
            CallOptions options,
            boolean one,
            ProtoDecoder<M> decoder,
            BiFunction<ClientCall, List<M>, R> finish) {
        Replies<M> replies = new Replies<>(decoder);
        ClientCall call;
        try {
            call = start(path, options, one, replies);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        replies.attach(call);
        sendOnly(call, request);
        return replies.future(call, finish, executor);
    }

    /** Runs an action, and waits for its end. */
    <R> R action(StandardAction<R> action, CallOptions options) {
        Replies<R> replies = new Replies<>(action.decoder());
        ClientCall call = start(FlightMethods.DO_ACTION, options, false, replies);
        replies.attach(call);
        sendOnly(call, action.request());
        return action.result(call, replies.await(call));
    }

    /** The same without waiting. */
    <R> CompletableFuture<R> actionLater(StandardAction<R> action, CallOptions options) {
        return later(FlightMethods.DO_ACTION, action.request(), options, false, action.decoder(), action::result);
    }

    /** Makes a call with any number of answers and collects them, without waiting. */
    <M> CompletableFuture<List<M>> listLater(
            String path, byte[] request, ProtoDecoder<M> decoder, CallOptions options) {
        return later(path, request, options, false, decoder, (call, answers) -> answers);
    }

    /** Makes a call with any number of answers, which come as they are iterated. */
    <M> FlightIterable<M> iterate(String path, byte[] request, ProtoDecoder<M> decoder, CallOptions options) {
        Inbox<M> inbox = new Inbox<>(decoder);
        return new FlightIterable<>(request(path, request, options, inbox), inbox);
    }

    /** What decodes a call's batches. */
    FlightDataDecoder batches(CallOptions options) {
        FlightDataDecoder decoder = new FlightDataDecoder(allocator(options));
        decoder.read(options.read());
        return decoder;
    }

    /** The reader of a call's batches. */
    MessageStreamReader reader(
            ClientCall call, Inbox<FlightMessage> inbox, FlightDataDecoder decoder, CallOptions options) {
        MessageStreamReader reader =
                new MessageStreamReader(call, inbox, decoder, batchSettings.decompressedLimit(), allocator(options));
        reader.use(options.read());
        reader.afterClose(call::awaitSettled);
        return reader;
    }

    /** The writer of a call's batches. */
    MessageStreamWriter writer(ClientCall call, FlightDescriptor descriptor, CallOptions options) {
        Long limit = options.writeSizeLimit();
        Boolean split = options.split();
        MessageStreamWriter writer = MessageStreamWriter.client(
                call,
                call.outcome(),
                allocator(options),
                descriptor,
                limit == null ? batchSettings.writeSizeLimit() : limit);
        writer.splitLargeBatches(split == null ? batchSettings.split() : split);
        IpcWriteOptions own = options.write();
        try {
            writer.use(own == null ? batchSettings.writeOptions() : own);
        } catch (RuntimeException e) {
            call.cancel(GrpcCode.CANCELLED.with("its batches cannot be written as asked for"));
            throw e;
        }
        return writer;
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

    /** Has {@code action}, which does not wait, run when the client is closed; at once if it has been. */
    void onClose(Runnable action) {
        closeActions.add(action);
        if (isClosed()) {
            action.run();
        }
    }

    /** {@code action} is of no use any more. */
    void forget(Runnable action) {
        closeActions.remove(action);
    }

    /** Cancels all calls and disconnects. Idempotent. */
    void close() {
        closed.countDown();
        closeActions.forEach(Runnable::run);
        transport.close();
    }
}
