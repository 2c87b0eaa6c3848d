package dev.peregrine.client.call;

import dev.peregrine.client.middleware.CallInfo;
import dev.peregrine.client.middleware.ClientMiddleware;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.wire.Headers;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.PassedOnEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Any thread. The middleware of one call. It notes on the event loop what comes, and tells it on the thread that takes from
 * the call, before that thread gets what came behind it; or on the executor.
 */
public final class CallMiddleware {
    /** Makes an exception of a status and trailers: it knows the method and the peer. */
    public interface Failures {
        FlightException of(GrpcStatus status, Metadata trailers);
    }

    private static final Logger LOG = LoggerFactory.getLogger("dev.peregrine.calls");

    private final List<ClientMiddleware> all;
    private final Executor executor;

    /** What has come and has not been told, in order. */
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

    /** Events that have come, less those that have been told to all. */
    private final AtomicInteger untold = new AtomicInteger();

    private final ReentrantLock telling = new ReentrantLock();

    private CallMiddleware(List<ClientMiddleware> all, Executor executor) {
        this.all = all;
        this.executor = executor;
    }

    /**
     * The caller's thread. Asks the factories, and the middleware that they make for headers.
     *
     * @param headers lent: what is sent so far; they add to it
     * @return null if the call needs none
     * @throws RuntimeException what one of them threw; those before it have been told that the call is over
     */
    public static @Nullable CallMiddleware start(
            List<ClientMiddleware.Factory> factories, CallInfo info, CallHeaders headers, Executor executor) {
        List<ClientMiddleware> all = new ArrayList<>(factories.size());
        CallMiddleware made = new CallMiddleware(all, executor);
        try {
            for (ClientMiddleware.Factory factory : factories) {
                ClientMiddleware middleware = factory.startCall(info);
                if (middleware != null) {
                    all.add(middleware);
                }
            }
            for (ClientMiddleware middleware : all) {
                middleware.sendingHeaders(headers);
            }
        } catch (RuntimeException | Error e) {
            made.notStarted(e);
            throw e;
        }
        return all.isEmpty() ? null : made;
    }

    /** The caller's thread. The call could not be started, and nothing else will come of it. */
    public void notStarted(Throwable why) {
        FlightException failure = why instanceof FlightException flight
                ? flight
                : FlightInternalException.of("the call was not started: " + why.getMessage(), why);
        each(middleware -> middleware.completed(failure));
    }

    /** What is to hear the events of the call before {@code next} does. */
    public CallListener before(CallListener next, Failures failures) {
        return new Listener(next, failures);
    }

    /** Tells what has come by now, if nobody has. Returns when it has been told, whoever does it. */
    public void tell() {
        if (untold.get() == 0 || telling.isHeldByCurrentThread()) {
            return;
        }
        telling.lock();
        try {
            for (Runnable event; (event = events.poll()) != null; ) {
                event.run();
                untold.decrementAndGet();
            }
        } finally {
            telling.unlock();
        }
    }

    private void note(Runnable event) {
        untold.incrementAndGet();
        events.add(event);
    }

    private void each(Consumer<ClientMiddleware> what) {
        for (ClientMiddleware middleware : all) {
            try {
                what.accept(middleware);
            } catch (RuntimeException | Error e) {
                LOG.warn("{} failed; the call goes on", middleware.getClass().getName(), e);
            }
        }
    }

    /** Event loop only. */
    private final class Listener extends PassedOnEvents {
        private final Failures failures;

        Listener(CallListener next, Failures failures) {
            super(next);
            this.failures = failures;
        }

        @Override
        public void headers(Metadata headers) throws GrpcException {
            note(() -> each(middleware -> middleware.receivedHeaders(Headers.of(headers))));
            next.headers(headers);
        }

        @Override
        public void closed(GrpcStatus status, Metadata trailers) {
            if (!trailers.isEmpty()) {
                note(() -> each(middleware -> middleware.receivedTrailers(Headers.of(trailers))));
            }
            note(() -> {
                FlightException failure = status.isOk() ? null : failures.of(status, trailers);
                each(middleware -> middleware.completed(failure));
            });
            next.closed(status, trailers);
            Replies.onExecutor(executor, CallMiddleware.this::tell);
        }
    }
}
