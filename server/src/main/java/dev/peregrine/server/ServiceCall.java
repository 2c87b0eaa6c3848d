package dev.peregrine.server;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.MessageCompression;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.wire.CallOutcome;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.Headers;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.protocol.wire.StatusTable;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Any thread. One call that is being served: where the transport's view of it and the service's meet. */
final class ServiceCall implements ServerCall {
    private static final Logger LOG = LoggerFactory.getLogger("dev.peregrine.calls");

    private final String method;
    private final IncomingCall call;
    private final CallHeaders headers;
    private final BufferAllocator allocator;
    private final Executor executor;
    private final IncomingCall sender;
    private final boolean isNonBlocking;

    /** Null if the server, or this call, needs none. */
    private final @Nullable ServerAuthenticator authenticator;

    /** Null if the server has none. */
    private final @Nullable CallMiddleware middleware;

    /** What the authenticator says; null before that. */
    private volatile @Nullable String identity;

    private @Nullable CallOutcome outcome;

    private final ResponseHeaders responseHeaders;
    private final ServingThread thread = new ServingThread();

    // All below: guarded by this.
    private final Metadata trailers = new Metadata();
    private final List<Runnable> cancelActions = new ArrayList<>();
    private final List<AutoCloseable> owned = new ArrayList<>(2);
    private @Nullable CompletionStage<?> later;
    private boolean cancelled;
    private boolean finished;

    /** {@code isNonBlocking}: served on the event loop, where nothing may wait. */
    ServiceCall(
            IncomingCall call,
            BufferAllocator allocator,
            Executor executor,
            boolean isNonBlocking,
            @Nullable ServerAuthenticator authenticator,
            List<CallMiddleware.Registered> middleware) {
        this.authenticator = authenticator;
        this.middleware = middleware.isEmpty() ? null : new CallMiddleware(middleware);
        this.isNonBlocking = isNonBlocking;
        this.method = FlightMethods.name(call.path());
        this.call = call;
        this.headers = Headers.of(call.headers());
        this.allocator = allocator;
        this.executor = executor;
        this.responseHeaders = new ResponseHeaders(call, method, this.middleware);
        this.sender = new HeadersFirst(call, responseHeaders);
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String peer() {
        return call.peer();
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return call.peerCertificates();
    }

    @Override
    public CallHeaders headers() {
        return headers;
    }

    @Override
    public String peerIdentity() {
        String known = identity;
        return known == null ? ServerCall.super.peerIdentity() : known;
    }

    @Override
    public <T extends ServerMiddleware> @Nullable T middleware(ServerMiddleware.Key<T> key) {
        return middleware == null ? null : middleware.get(key);
    }

    @Override
    public synchronized boolean isCancelled() {
        return cancelled || !finished && call.isClosed();
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (finished) {
                return;
            }
            if (!cancelled) {
                cancelActions.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public synchronized void endsWith(CompletionStage<?> end) {
        if (later != null) {
            throw new IllegalStateException("endsWith was called before: a call has one end");
        }
        later = end;
    }

    /** What the call ends with after its method has returned; null if it ends then. */
    synchronized @Nullable CompletionStage<?> later() {
        return later;
    }

    /** Has {@code resource} closed when the call ends. */
    synchronized <R extends AutoCloseable> R own(R resource) {
        owned.add(resource);
        return resource;
    }

    /** Closes what the call owns, the last first. */
    void closeOwned() throws Exception {
        List<AutoCloseable> all;
        synchronized (this) {
            all = List.copyOf(owned);
            owned.clear();
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            all.get(i).close();
        }
    }

    @Override
    public @Nullable Duration timeRemaining() {
        Long deadline = call.deadlineNanos();
        return deadline == null ? null : Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    @Override
    public BufferAllocator allocator() {
        return allocator;
    }

    @Override
    public void addHeader(String name, String value) {
        responseHeaders.add(name, value);
    }

    @Override
    public void addHeader(String name, byte[] value) {
        responseHeaders.add(name, value);
    }

    @Override
    public void compression(MessageCompression compression) {
        responseHeaders.compression(Headers.compression(compression));
    }

    @Override
    public synchronized void addTrailer(String name, String value) {
        trailers.add(name, value);
    }

    @Override
    public synchronized void addTrailer(String name, byte[] value) {
        trailers.add(name, value);
    }

    /** The way out: the response headers go before the first message. */
    IncomingCall sender() {
        return sender;
    }

    /** What is to listen to the transport so that this call learns how it ends; passes everything on to {@code next}. */
    CallOutcome listen(CallListener next) {
        CallOutcome listener = new CallOutcome(next);
        listener.whenClosed(this::closed);
        outcome = listener;
        return listener;
    }

    /** How the call ends, as {@link #listen} learns it. */
    CallOutcome outcome() {
        return Objects.requireNonNull(outcome, "listen comes first");
    }

    boolean isNonBlocking() {
        return isNonBlocking;
    }

    /** Sends one small message. Waits while the client reads more slowly than this sends, unless it must not. */
    void send(byte[] serialized) {
        if (!isNonBlocking) {
            awaitRoom();
        }
        sender.send(ProtoMessages.frame(serialized));
    }

    private void awaitRoom() {
        boolean room;
        try {
            room = call.awaitRoom();
        } catch (InterruptedException e) {
            throw interruptedWhileWaiting();
        }
        if (!room) {
            GrpcException why = outcome().failure();
            throw why == null ? failure(GrpcCode.CANCELLED.with("the call is over")) : failure(why);
        }
    }

    /** Ends the call for a thread that was interrupted, and keeps it interrupted. */
    FlightException interruptedWhileWaiting() {
        Thread.currentThread().interrupt();
        GrpcStatus reason = GrpcCode.CANCELLED.with("the thread that served the call was interrupted");
        call.cancel(reason);
        return failure(reason);
    }

    /** A failure of this call as the service sees it. */
    FlightException failure(GrpcStatus status) {
        return StatusTable.exception(status, new Metadata(), call.path(), call.peer());
    }

    /** A failure of this call as the service sees it. */
    FlightException failure(GrpcException e) {
        return StatusTable.exception(e, call);
    }

    /** The thread that serves the call, before its method. What this throws ends the call. */
    void begin() {
        if (authenticator != null) {
            identity = Objects.requireNonNull(
                    authenticator.authenticate(this), "the authenticator gave null; for nobody it gives an empty name");
        }
        if (middleware != null) {
            middleware.begin(this);
        }
    }

    /** The thread that served the call, behind its method. */
    void methodEnded() {
        if (middleware != null) {
            middleware.methodEnded();
        }
    }

    /** The method has begun on this thread. An event loop is nobody's to interrupt. */
    void enter() {
        if (!isNonBlocking) {
            thread.enter();
        }
    }

    /** The method has ended: nobody interrupts this thread on account of this call any more. */
    void leave() {
        thread.leave();
    }

    /** Interrupts the thread that the method runs on. */
    void interrupt() {
        thread.interrupt();
    }

    /** Whether this very thread runs the method. */
    boolean isServedHere() {
        return thread.isThisOne();
    }

    /** Ends the call as its method has ended: with OK, or with what it threw. */
    void end(@Nullable Throwable thrown) {
        if (middleware == null) {
            StatusTable.Answer answer = answer(thrown);
            finish(answer.status(), answer.trailers());
        } else {
            end(thrown, middleware);
        }
    }

    private void end(@Nullable Throwable thrown, CallMiddleware around) {
        Throwable failure = thrown;
        Metadata more = new Metadata();
        if (!call.isClosed()) {
            try {
                responseHeaders.send();
                more = around.trailers();
            } catch (RuntimeException | Error e) {
                if (failure == null) {
                    failure = e;
                } else {
                    LOG.warn("middleware of {} failed after the method had", method, e);
                }
            }
        }
        boolean over = call.isClosed();
        StatusTable.Answer answer = answer(failure);
        finish(answer.status(), more.addAll(answer.trailers()));
        around.completed(failure(failure, answer, over));
    }

    private StatusTable.Answer answer(@Nullable Throwable failure) {
        return failure == null
                ? new StatusTable.Answer(GrpcStatus.OK, new Metadata())
                : StatusTable.answer(failure, call.path());
    }

    /** What the middleware hears of the call's end. */
    private @Nullable FlightException failure(@Nullable Throwable failure, StatusTable.Answer answer, boolean over) {
        if (failure instanceof FlightException flight) {
            return flight;
        }
        GrpcException early = over ? outcome().failure() : null;
        if (early != null) {
            return failure(early);
        }
        return answer.status().isOk() ? null : failure(answer.status());
    }

    /** Sends the status and ends the call. Later ones are ignored. */
    private void finish(GrpcStatus status, Metadata more) {
        synchronized (this) {
            // A call can be over before closed() hears it, and the method may have returned because isCancelled() said
            // so. Then closed() still has to run what onCancel() was given.
            if (finished || call.isClosed()) {
                return;
            }
            finished = true;
            cancelActions.clear();
            trailers.addAll(more);
        }
        sender.finish(status, trailers);
    }

    /** Event loop only. The transport says that the call is over. */
    private void closed() {
        List<Runnable> actions;
        synchronized (this) {
            if (finished) {
                return;
            }
            cancelled = true;
            actions = List.copyOf(cancelActions);
            cancelActions.clear();
        }
        for (Runnable action : actions) {
            try {
                executor.execute(action);
            } catch (RejectedExecutionException e) {
                // The service's threads are all busy, perhaps with what this action would end.
                ForkJoinPool.commonPool().execute(action);
            }
        }
    }
}
