package dev.peregrine.transport.http2;

import dev.peregrine.transport.Address;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallSettings;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.RequestFields;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.connect.Durations;
import dev.peregrine.transport.connect.Proxies;
import dev.peregrine.transport.connect.ProxyTunnel;
import dev.peregrine.transport.connect.SharedLoop;
import dev.peregrine.transport.connect.Sockets;
import dev.peregrine.transport.retry.RetryThrottle;
import dev.peregrine.transport.tls.LiveTls;
import dev.peregrine.transport.tls.TlsContexts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. A client's one address: its event loops, each with its connections to that address, and what all its calls
 * have in common.
 */
public final class ClientEndpoint implements AutoCloseable {
    private static final String USER_AGENT = "peregrine-java/" + version();

    /** Bytes in the channel's queue at which the writer stops, and those at which it goes on. */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(1 << 20, 2 << 20);

    private final Address address;
    private final TransportOptions options;
    private final Sockets sockets;
    private final @Nullable LiveTls tls;
    private final AsciiString scheme;
    private final AsciiString authority;
    private final AsciiString userAgent;
    private final Proxies.@Nullable Proxy proxy;
    private final RetryThrottle throttle;
    private final List<ConnectionPool> pools = new ArrayList<>();

    /** Does not connect. */
    public ClientEndpoint(Address address, TransportOptions options) {
        this.address = address;
        this.options = options;
        this.tls = options.tls() == null ? null : new LiveTls(options.tls());
        this.scheme = AsciiString.of(tls == null ? "http" : "https");
        this.authority = authority(address, options);
        this.userAgent = userAgent(options.requestFields());
        this.proxy = options.proxies().to(address);
        this.throttle = new RetryThrottle(options.retries().throttling());
        // A connection belongs to one loop: more loops than connections would idle.
        int loops = Math.min(options.eventLoops(), options.connections());
        this.sockets = Sockets.open(loops);
        int left = options.connections();
        for (EventExecutor loop : sockets.loops()) {
            int share = share(left, loops - pools.size());
            left -= share;
            pools.add(new ConnectionPool(this, (SharedLoop) loop, share));
        }
    }

    private static int share(int connections, int loops) {
        return (connections + loops - 1) / loops;
    }

    private static String version() {
        String version = ClientEndpoint.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    private static AsciiString userAgent(RequestFields fields) {
        return AsciiString.of((fields.userAgentPrefix() + " " + USER_AGENT + " " + fields.userAgentSuffix()).strip());
    }

    private static AsciiString authority(Address address, TransportOptions options) {
        if (options.requestFields().authority() != null) {
            return AsciiString.of(options.requestFields().authority());
        }
        if (options.tls() instanceof Tls.Client tls && address instanceof Address.Tcp tcp) {
            String name = TlsContexts.serverName(tls, address);
            return AsciiString.of(new Address.Tcp(name, tcp.port()).toString());
        }
        return AsciiString.of(address instanceof Address.Tcp ? address.toString() : "localhost");
    }

    /** Starts a call; see {@link dev.peregrine.transport.ClientTransport#start}. */
    public OutgoingCall start(String path, CallSettings settings, Metadata headers, CallListener listener) {
        Duration timeout = settings.timeout();
        Long deadline = timeout == null ? null : System.nanoTime() + Durations.nanos(timeout);
        ConnectionPool pool = leastLoaded();
        ClientCall call = new ClientCall(pool, path, headers, deadline, settings, listener);
        pool.callStarted();
        pool.turns().ask(call);
        return call;
    }

    /** The pool with the fewest calls for each of its connections. */
    private ConnectionPool leastLoaded() {
        ConnectionPool least = pools.get(0);
        for (int i = 1; i < pools.size(); i++) {
            ConnectionPool pool = pools.get(i);
            if (pool.load() < least.load()) {
                least = pool;
            }
        }
        return least;
    }

    /** What was set when this was made. */
    public TransportOptions options() {
        return options;
    }

    /** Where calls go, for people. */
    public String peer() {
        return address.toString();
    }

    Address address() {
        return address;
    }

    AsciiString scheme() {
        return scheme;
    }

    AsciiString authority() {
        return authority;
    }

    AsciiString userAgent() {
        return userAgent;
    }

    RetryThrottle throttle() {
        return throttle;
    }

    /** Whether calls are spread over several event loops. */
    boolean hasSeveralLoops() {
        return pools.size() > 1;
    }

    /** Connects once, for a pool. */
    Future<Channel> connect(ConnectionPool pool, Duration timeout) {
        SharedLoop loop = pool.turns().loop();
        if (proxy != null && address instanceof Address.Tcp target) {
            return ProxyTunnel.connect(sockets, loop, proxy, target, timeout, new Initializer(pool));
        }
        return sockets.connect(loop, address, timeout, new Initializer(pool));
    }

    /** See {@link dev.peregrine.transport.ClientTransport#reloadCertificates}. */
    public void reloadCertificates() {
        if (tls != null) {
            tls.reload();
        }
    }

    /** Cancels the calls, closes the connections and ends the event loops; waits for that, a few seconds at most. */
    @Override
    public void close() {
        if (tls != null) {
            tls.close();
        }
        List<Future<?>> told = new ArrayList<>();
        boolean onLoop = false;
        for (ConnectionPool pool : pools) {
            SharedLoop loop = pool.turns().loop();
            onLoop |= loop.inEventLoop();
            try {
                told.add(loop.submit(pool::close));
            } catch (RejectedExecutionException e) {
                return;
            }
        }
        // A loop that is ending closes its channels first: calls would fail as if the connection had been lost, and
        // the last that was written would not go out.
        if (!onLoop) {
            told.forEach(future -> future.awaitUninterruptibly(5, TimeUnit.SECONDS));
            awaitEnded();
        }
        sockets.close();
    }

    /** The event loops end what is left after that, what a peer does not take most of all. */
    private void awaitEnded() {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        try {
            for (ConnectionPool pool : pools) {
                pool.awaitEnded(until - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sets up each channel that is tried for a pool. */
    @ChannelHandler.Sharable
    private final class Initializer extends ChannelInitializer<Channel> {
        private final ConnectionPool pool;

        Initializer(ConnectionPool pool) {
            this.pool = pool;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
            channel.pipeline().addLast(sockets.lingeringClose());
            if (tls != null && options.tls() instanceof Tls.Client client) {
                channel.pipeline()
                        .addLast(TlsContexts.clientHandler(
                                tls.context(), client, address, options.connectTimeout(), channel.alloc()));
            }
            channel.pipeline().addLast(ConnectionBuilder.build(false, options, pool.turns(), new ClientStreams(pool)));
        }
    }
}
