package dev.peregrine.transport.http2;

import dev.peregrine.transport.Address;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Logs;
import dev.peregrine.transport.connect.Backoff;
import dev.peregrine.transport.connect.Durations;
import dev.peregrine.transport.connect.SharedLoop;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only, where a method does not say otherwise. A client's connections on one event loop, made when calls need
 * them, and the calls that wait for one or for a stream on it.
 *
 * <p>A call goes to a connection without calls. If there is none, and fewer than allowed, one is made for it; else it goes
 * to the one with the fewest calls that allows one more. After an attempt to connect that failed there is none for a while,
 * and calls fail at once if they do not want to wait.
 */
final class ConnectionPool {
    private final ClientEndpoint client;
    private final Turns turns;
    private final int most;
    private final Backoff backoff;
    private final Turns.Member admission = new Admission();

    /** Any thread. Calls that are not over; counted only if there are other loops to choose from. */
    private final AtomicInteger calls = new AtomicInteger();

    /** Any thread. Closed, and its connections are gone. */
    private final CountDownLatch ended = new CountDownLatch(1);

    private final Set<ClientCall> waiting = new LinkedHashSet<>();
    private final Set<ClientCall> remembered = new LinkedHashSet<>();
    private final Set<ClientStreams> connections = new LinkedHashSet<>();
    private int connecting;
    private String lastFailure = "";
    private @Nullable Future<?> backoffTimer;
    private boolean closed;

    /**
     * @param most connections at a time
     */
    ConnectionPool(ClientEndpoint client, SharedLoop loop, int most) {
        this.client = client;
        this.turns = new Turns(loop);
        this.most = most;
        this.backoff = new Backoff(client.options().reconnection(), () -> ThreadLocalRandom.current()
                .nextDouble());
    }

    /** Any thread. */
    ClientEndpoint client() {
        return client;
    }

    /** Any thread. */
    Turns turns() {
        return turns;
    }

    /** Any thread. Calls for each connection. */
    double load() {
        return calls.get() / (double) most;
    }

    /** Any thread. A call will want a stream here. */
    void callStarted() {
        if (client.hasSeveralLoops()) {
            calls.incrementAndGet();
        }
    }

    /** A call that was started here is over. */
    void callOver() {
        if (client.hasSeveralLoops()) {
            calls.decrementAndGet();
        }
    }

    private Address address() {
        return client.address();
    }

    /** The call wants a stream. */
    void admit(ClientCall call) {
        if (closed) {
            call.over(closedStatus());
            return;
        }
        if (call.connectsAtOnce()) {
            backoff.hurry();
        }
        if (isBackingOff() && !call.waitsForReady()) {
            call.unreachable(unreachable());
            return;
        }
        waiting.add(call);
        proceed();
    }

    /** {@link #admit} a little later: something else is being done to the call or the connection just now. */
    void admitLater(ClientCall call) {
        waiting.add(call);
        turns.ask(admission);
    }

    private GrpcStatus closedStatus() {
        return GrpcCode.CANCELLED.with("The client of " + address() + " has been closed");
    }

    /** The last attempt failed, nothing else is there, and the next one is not due. */
    private boolean isBackingOff() {
        return connecting == 0 && usable() == 0 && backoff.left(System.nanoTime()) > 0;
    }

    private GrpcStatus unreachable() {
        long millis = TimeUnit.NANOSECONDS.toMillis(backoff.left(System.nanoTime()));
        return GrpcCode.UNAVAILABLE.with(lastFailure + "; the next attempt to connect is due in " + millis + " ms");
    }

    /** The call needs no stream now and is not over: it waits for its application, or to be made again. */
    void remember(ClientCall call) {
        remembered.add(call);
    }

    /** The call wants nothing any more, neither a stream nor to be remembered. */
    void forget(ClientCall call) {
        waiting.remove(call);
        remembered.remove(call);
    }

    /** What a call that has no stream waits for: the end of a sentence. */
    String waitingFor() {
        if (usable() > 0) {
            return "waiting for one of the streams that " + address() + " allows at a time";
        }
        return "waiting for a connection to " + address()
                + (lastFailure.isEmpty() ? "" : "; the last attempt failed: " + lastFailure);
    }

    /** A stream has ended, or the peer allows more, or nothing more: looks again a little later. */
    void roomMayHaveChanged() {
        if (!waiting.isEmpty()) {
            turns.ask(admission);
        }
    }

    private int usable() {
        int usable = 0;
        for (ClientStreams streams : connections) {
            if (streams.wasReady() && streams.isUsable()) {
                usable++;
            }
        }
        return usable;
    }

    /** The connection with the fewest calls that allows one more; null if there is none. */
    private @Nullable ClientStreams leastLoaded() {
        ClientStreams least = null;
        for (ClientStreams streams : connections) {
            if (streams.wasReady()
                    && streams.isUsable()
                    && streams.hasRoom()
                    && (least == null || streams.load() < least.load())) {
                least = streams;
            }
        }
        return least;
    }

    private void proceed() {
        while (!waiting.isEmpty() && !closed) {
            ClientStreams least = leastLoaded();
            if (least == null || least.load() > 0) {
                connectIfAllowed();
                if (least == null || waiting.size() <= connecting) {
                    return;
                }
            }
            ClientCall call = waiting.iterator().next();
            waiting.remove(call);
            call.open(least);
        }
    }

    private void connectIfAllowed() {
        int usable = usable();
        while (connecting < waiting.size() && usable + connecting < most) {
            long left = backoff.left(System.nanoTime());
            if (left > 0) {
                if (backoffTimer == null) {
                    backoffTimer = turns.loop().schedule(this::backoffEnded, left, TimeUnit.NANOSECONDS);
                }
                return;
            }
            connect();
        }
    }

    private void backoffEnded() {
        backoffTimer = null;
        proceed();
    }

    private void connect() {
        connecting++;
        long now = System.nanoTime();
        long patience = Math.max(Durations.nanos(client.options().connectTimeout()), backoff.attempt(now));
        Future<Channel> connected = client.connect(this, Duration.ofNanos(patience));
        connected.addListener(done -> {
            if (!done.isSuccess()) {
                String why = Objects.requireNonNullElse(done.cause().getMessage(), "no reason is known");
                turns.loop().execute(() -> connectFailed(why));
                return;
            }
            Connection connection = connected.getNow().pipeline().get(Connection.class);
            if (connection == null) {
                turns.loop().execute(() -> connectFailed("Cannot connect to " + address() + ": the peer closed it"));
            } else {
                turns.loop().execute(() -> expectSettings(connection, now + patience, patience));
            }
        });
    }

    /** TCP is connected; TLS and the first SETTINGS have until the deadline. */
    private void expectSettings(Connection connection, long deadline, long patience) {
        ClientStreams streams = (ClientStreams) connection.streams();
        if (streams.wasReady()) {
            return;
        }
        if (closed) {
            connection.lose("the client has been closed");
        }
        if (!connection.isOpen()) {
            connectFailed(streams.whyNotReady());
            return;
        }
        connections.add(streams);
        turns.loop()
                .schedule(
                        () -> {
                            if (!streams.wasReady()) {
                                connection.lose("no HTTP/2 SETTINGS came within "
                                        + TimeUnit.NANOSECONDS.toMillis(patience) + " ms");
                            }
                        },
                        deadline - System.nanoTime(),
                        TimeUnit.NANOSECONDS);
    }

    /** The first SETTINGS have come. */
    void ready(ClientStreams streams) {
        connecting--;
        backoff.succeeded();
        lastFailure = "";
        connections.add(streams);
        if (closed) {
            streams.connection().lose("the client has been closed");
            return;
        }
        proceed();
    }

    /** The connection is gone, and so are its calls. */
    void lost(ClientStreams streams) {
        boolean known = connections.remove(streams);
        countDownIfEnded();
        if (known && !streams.wasReady()) {
            connectFailed(streams.whyNotReady());
        } else {
            roomMayHaveChanged();
        }
    }

    private void connectFailed(String why) {
        connecting--;
        backoff.failed();
        lastFailure = why;
        Logs.CONNECTION.debug("{}", why);
        if (closed) {
            return;
        }
        if (connecting == 0 && usable() == 0) {
            failWaiting(GrpcCode.UNAVAILABLE.with(why));
        }
        proceed();
    }

    /** Fails the calls that do not wait until the server can be reached. */
    private void failWaiting(GrpcStatus status) {
        for (ClientCall call : new ArrayList<>(waiting)) {
            if (!call.waitsForReady() && waiting.remove(call)) {
                call.unreachable(status);
            }
        }
    }

    /** Any thread. Waits until the pool has been closed and its connections are gone. */
    void awaitEnded(long nanos) throws InterruptedException {
        boolean ignored = ended.await(nanos, TimeUnit.NANOSECONDS);
    }

    private void countDownIfEnded() {
        if (closed && connections.isEmpty()) {
            ended.countDown();
        }
    }

    /** Cancels the calls and closes the connections. Idempotent. */
    void close() {
        closed = true;
        if (backoffTimer != null) {
            backoffTimer.cancel(false);
        }
        List<ClientCall> unopened = new ArrayList<>(waiting);
        waiting.clear();
        unopened.forEach(call -> call.over(closedStatus()));
        new ArrayList<>(remembered).forEach(call -> call.abort(closedStatus()));
        for (ClientStreams streams : new ArrayList<>(connections)) {
            streams.calls().forEach(call -> call.abort(closedStatus()));
            if (streams.wasReady()) {
                streams.end("the client has been closed");
            } else {
                // During TLS's handshake nothing goes out, so that there is nothing to wait for.
                streams.connection().lose("the client has been closed");
            }
        }
        countDownIfEnded();
    }

    private final class Admission extends Turns.Member {
        @Override
        void turn() {
            proceed();
        }

        @Override
        void refused() {}
    }
}
