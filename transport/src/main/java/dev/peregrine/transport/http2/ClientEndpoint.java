package dev.peregrine.transport.http2;

import dev.peregrine.transport.Address;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.tls.TlsContexts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Any thread, where a method does not say otherwise. A client's one address: the connection to it, made when a call needs
 * it, and the calls that wait for it or for a stream on it.
 */
public final class ClientEndpoint implements AutoCloseable {
    static final AsciiString USER_AGENT = AsciiString.cached("peregrine-java/" + version());

    /** Bytes in the channel's queue at which the writer stops, and those at which it goes on. */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(1 << 20, 2 << 20);

    private final Address address;
    private final TransportOptions options;
    private final Sockets sockets;
    private final Turns turns;
    private final @Nullable SslContext ssl;
    private final Turns.Member admission = new Admission();

    /** Closed, and its connections are gone. */
    private final CountDownLatch ended = new CountDownLatch(1);

    // Event loop only.
    private final Set<ClientCall> waiting = new LinkedHashSet<>();
    private final Set<ClientCall> ending = new LinkedHashSet<>();
    private final Set<ClientStreams> connections = new LinkedHashSet<>();
    private @Nullable ClientStreams current;
    private boolean connecting;
    private boolean closed;

    /** Does not connect. */
    public ClientEndpoint(Address address, TransportOptions options) {
        this.address = address;
        this.options = options;
        this.ssl = options.tls() instanceof Tls.Client tls ? TlsContexts.client(tls) : null;
        // One connection belongs to one loop: more would idle.
        this.sockets = Sockets.open(1);
        this.turns = new Turns(sockets.loops().next());
    }

    private static String version() {
        String version = ClientEndpoint.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** Starts a call; see {@link dev.peregrine.transport.ClientTransport#start}. */
    public OutgoingCall start(
            String path, Metadata headers, @Nullable Duration timeout, Compression compression, CallListener listener) {
        Long deadline = timeout == null ? null : System.nanoTime() + nanos(timeout);
        ClientCall call = new ClientCall(this, path, headers, deadline, compression, listener);
        turns.ask(call);
        return call;
    }

    /** Durations beyond a hundred years count as that. */
    private static long nanos(Duration timeout) {
        return timeout.compareTo(Duration.ofDays(36500)) > 0
                ? Duration.ofDays(36500).toNanos()
                : timeout.toNanos();
    }

    Turns turns() {
        return turns;
    }

    /** What was set when this was made. */
    public TransportOptions options() {
        return options;
    }

    Address address() {
        return address;
    }

    AsciiString scheme() {
        return AsciiString.of(ssl == null ? "http" : "https");
    }

    AsciiString authority() {
        if (options.tls() instanceof Tls.Client tls && address instanceof Address.Tcp tcp) {
            String name = TlsContexts.serverName(tls, address);
            return AsciiString.of(new Address.Tcp(name, tcp.port()).toString());
        }
        return AsciiString.of(address instanceof Address.Tcp ? address.toString() : "localhost");
    }

    /** Event loop only. The call wants a stream. */
    void admit(ClientCall call) {
        if (closed) {
            call.over(closedStatus());
        } else {
            waiting.add(call);
            proceed();
        }
    }

    private GrpcStatus closedStatus() {
        return GrpcCode.CANCELLED.with("The client of " + address + " has been closed");
    }

    /** Event loop only. The call needs no stream any more and is not over: it waits for its application. */
    void remember(ClientCall call) {
        ending.add(call);
    }

    /** Event loop only. The call wants nothing any more, neither a stream nor to be remembered. */
    void forget(ClientCall call) {
        waiting.remove(call);
        ending.remove(call);
    }

    /** Event loop only. What a call that has no stream waits for: the end of a sentence. */
    String waitingFor() {
        return current == null
                ? "waiting for a connection to " + address
                : "waiting for one of the streams that " + address + " allows at a time";
    }

    /** Event loop only. A stream has ended, or the peer allows more, or nothing more: looks again a little later. */
    void roomMayHaveChanged() {
        if (!waiting.isEmpty()) {
            turns.ask(admission);
        }
    }

    private void proceed() {
        ClientStreams streams = current;
        if (streams != null && !streams.isUsable()) {
            streams.retire();
            current = null;
            streams = null;
        }
        if (streams == null) {
            if (!waiting.isEmpty() && !connecting && !closed) {
                connect();
            }
            return;
        }
        while (!waiting.isEmpty() && streams.hasRoom()) {
            ClientCall call = waiting.iterator().next();
            waiting.remove(call);
            call.open(streams);
        }
    }

    private void connect() {
        connecting = true;
        long deadline = System.nanoTime() + options.connectTimeout().toNanos();
        Future<Channel> connected = sockets.connect(turns.loop(), address, options.connectTimeout(), new Initializer());
        connected.addListener(done -> {
            if (!done.isSuccess()) {
                String why = Objects.requireNonNullElse(done.cause().getMessage(), "no reason is known");
                turns.loop().execute(() -> connectFailed(why));
                return;
            }
            Connection connection = connected.getNow().pipeline().get(Connection.class);
            if (connection == null) {
                turns.loop().execute(() -> connectFailed("Cannot connect to " + address + ": the peer closed it"));
            } else {
                turns.loop().execute(() -> expectSettings(connection, deadline));
            }
        });
    }

    /** TCP is connected; TLS and the first SETTINGS have until the deadline. */
    private void expectSettings(Connection connection, long deadline) {
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
                                        + options.connectTimeout().toMillis() + " ms");
                            }
                        },
                        deadline - System.nanoTime(),
                        TimeUnit.NANOSECONDS);
    }

    /** Event loop only. The first SETTINGS have come. */
    void ready(ClientStreams streams) {
        connecting = false;
        connections.add(streams);
        if (closed) {
            streams.connection().lose("the client has been closed");
            return;
        }
        current = streams;
        proceed();
    }

    /** Event loop only. The connection is gone, and so are its calls. */
    void lost(ClientStreams streams) {
        boolean known = connections.remove(streams);
        if (current == streams) {
            current = null;
        }
        countDownIfEnded();
        if (known && !streams.wasReady()) {
            connectFailed(streams.whyNotReady());
        } else {
            roomMayHaveChanged();
        }
    }

    private void connectFailed(String why) {
        connecting = false;
        failWaiting(GrpcCode.UNAVAILABLE.with(why));
    }

    private void failWaiting(GrpcStatus status) {
        List<ClientCall> failed = new ArrayList<>(waiting);
        waiting.clear();
        failed.forEach(call -> call.over(status));
    }

    /** Cancels the calls, closes the connection and ends the event loop; waits for that, a few seconds at most. */
    @Override
    public void close() {
        Future<?> told;
        try {
            told = turns.loop().submit(this::closeNow);
        } catch (RejectedExecutionException e) {
            return;
        }
        // A loop that is ending closes its channels first: calls would fail as if the connection had been lost, and
        // the last that was written would not go out.
        if (!turns.loop().inEventLoop()) {
            told.awaitUninterruptibly(5, TimeUnit.SECONDS);
            awaitEnded();
        }
        sockets.close();
    }

    /** The event loop ends what is left after that, what a peer does not take most of all. */
    private void awaitEnded() {
        try {
            boolean ignored = ended.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void countDownIfEnded() {
        if (closed && connections.isEmpty()) {
            ended.countDown();
        }
    }

    private void closeNow() {
        closed = true;
        failWaiting(closedStatus());
        new ArrayList<>(ending).forEach(call -> call.abort(closedStatus()));
        for (ClientStreams streams : new ArrayList<>(connections)) {
            streams.calls().forEach(call -> call.abort(closedStatus()));
            if (streams.wasReady()) {
                streams.connection().closeAfterWrites("the client has been closed");
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

    /** Sets up each channel that is tried. */
    @ChannelHandler.Sharable
    private final class Initializer extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
            channel.pipeline().addLast(sockets.lingeringClose());
            if (ssl != null && options.tls() instanceof Tls.Client tls) {
                channel.pipeline().addLast(TlsContexts.clientHandler(ssl, tls, address, channel.alloc()));
            }
            channel.pipeline()
                    .addLast(ConnectionBuilder.build(false, options, turns, new ClientStreams(ClientEndpoint.this)));
        }
    }
}
