package dev.peregrine.transport.connect;

import dev.peregrine.transport.Address;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. One end's sockets, TCP and Unix, on epoll where there is one and on NIO elsewhere. Owns the event loops,
 * daemon threads called {@code peregrine-loop-N}.
 */
public final class Sockets implements AutoCloseable {
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final boolean epoll;
    private final EventLoopGroup loops;
    private final LingeringClose.Room lingering = new LingeringClose.Room();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Sockets(int eventLoops, boolean epoll) {
        this.epoll = epoll;
        this.loops =
                new MultiThreadIoEventLoopGroup(
                        eventLoops,
                        Sockets::loopThread,
                        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()) {
                    @Override
                    protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... ignored) {
                        return new SharedLoop(this, executor, handlers, epoll);
                    }
                };
    }

    /** Sockets on this many event loops. */
    public static Sockets open(int eventLoops) {
        return new Sockets(eventLoops, Epoll.isAvailable());
    }

    /** The same on NIO, also where there is epoll: for tests. */
    public static Sockets openNio(int eventLoops) {
        return new Sockets(eventLoops, false);
    }

    private static Thread loopThread(Runnable body) {
        Thread thread = new FastThreadLocalThread(null, body, "peregrine-loop-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** The event loops. */
    public EventLoopGroup loops() {
        return loops;
    }

    /** The first handler of a new channel of these sockets. */
    public LingeringClose lingeringClose() {
        return new LingeringClose(lingering);
    }

    /**
     * Connects, to the addresses of the host in turn until one answers.
     *
     * @param loop the event loop that the connection shall belong to, of {@link #loops}
     * @param timeout for all of it; TLS not included
     * @param initializer a sharable handler that sets up each channel that is tried
     * @return fails with an IOException whose message is one sentence for people
     */
    public Future<Channel> connect(EventLoop loop, Address address, Duration timeout, ChannelHandler initializer) {
        Promise<Channel> connected = loop.newPromise();
        long deadline = System.nanoTime() + Durations.nanos(timeout);
        Consumer<List<SocketAddress>> attempts = candidates -> new ConnectionAttempts(
                        loop,
                        address,
                        timeout,
                        deadline,
                        (candidate, millis) ->
                                bootstrap(loop, address, millis, initializer).connect(candidate),
                        candidates,
                        connected)
                .next();
        if (address instanceof Address.Tcp tcp && !isLiteral(tcp.host())) {
            // Looking up a name can take seconds, and the loop must not wait for it.
            Thread resolver = new Thread(
                    () -> {
                        try {
                            List<SocketAddress> found = resolve(tcp);
                            loop.execute(() -> attempts.accept(found));
                        } catch (UnknownHostException | RuntimeException e) {
                            connected.tryFailure(ConnectErrors.explain(address, timeout, e));
                        }
                    },
                    "peregrine-resolve");
            resolver.setDaemon(true);
            resolver.start();
        } else {
            List<SocketAddress> one = List.of(socketAddress(address));
            if (loop.inEventLoop()) {
                attempts.accept(one);
            } else {
                loop.execute(() -> attempts.accept(one));
            }
        }
        return connected;
    }

    private static boolean isLiteral(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    private static List<SocketAddress> resolve(Address.Tcp tcp) throws UnknownHostException {
        List<SocketAddress> found = new ArrayList<>();
        for (InetAddress host : AddressOrder.interleaved(List.of(InetAddress.getAllByName(tcp.host())))) {
            found.add(new InetSocketAddress(host, tcp.port()));
        }
        return found;
    }

    private Bootstrap bootstrap(EventLoop loop, Address address, int millis, ChannelHandler initializer) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(channelType(address))
                .handler(initializer)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis);
        return address instanceof Address.Tcp ? bootstrap.option(ChannelOption.TCP_NODELAY, true) : bootstrap;
    }

    private Class<? extends Channel> channelType(Address address) {
        if (address instanceof Address.Tcp) {
            return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        }
        return epoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
    }

    private Class<? extends ServerChannel> serverChannelType(Address address) {
        if (address instanceof Address.Tcp) {
            return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        }
        return epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
    }

    private SocketAddress socketAddress(Address address) {
        if (address instanceof Address.Unix unix) {
            return epoll ? new DomainSocketAddress(unix.path()) : UnixDomainSocketAddress.of(unix.path());
        }
        Address.Tcp tcp = (Address.Tcp) address;
        return new InetSocketAddress(tcp.host(), tcp.port());
    }

    /**
     * Listens. Blocks for the moment that takes. A Unix socket's file that nobody listens on any more is removed before,
     * ours is removed after the channel was closed.
     *
     * @param childInitializer a sharable handler that sets up each accepted channel
     */
    public Channel listen(Address address, ChannelHandler childInitializer) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(serverChannelType(address))
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childHandler(childInitializer);
        UnixSocketFile file = address instanceof Address.Unix unix ? UnixSocketFile.claim(unix.path()) : null;
        if (file == null) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true);
        }
        SocketAddress local = socketAddress(address);
        if (local instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new IOException("Cannot listen on " + address + ": the host name is unknown");
        }
        ChannelFuture bound = bootstrap.bind(local).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new IOException("Cannot listen on " + address + ": " + ConnectErrors.plain(cause), cause);
        }
        SharedLoop loop = (SharedLoop) bound.channel().eventLoop();
        loop.listening(1);
        bound.channel().closeFuture().addListener(closed -> loop.listening(-1));
        if (file != null) {
            file.bound();
            bound.channel().closeFuture().addListener(closed -> UnixSocketFile.remove(file));
        }
        return bound.channel();
    }

    /** The address a channel of {@link #listen} is bound to: {@code asked} with the port that was found. */
    public static Address bound(Channel channel, Address asked) {
        if (asked instanceof Address.Tcp tcp && channel.localAddress() instanceof InetSocketAddress local) {
            return new Address.Tcp(tcp.host(), local.getPort());
        }
        return asked;
    }

    /** A connection's other end, for people; of a Unix socket the file, at both ends. */
    public static String peer(Channel channel) {
        SocketAddress remote = channel.remoteAddress();
        return remote instanceof InetSocketAddress || !unixPath(remote).isEmpty()
                ? name(remote)
                : name(channel.localAddress());
    }

    /** An address, for people. */
    static String name(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            InetAddress host = inet.getAddress();
            return new Address.Tcp(host == null ? inet.getHostString() : host.getHostAddress(), inet.getPort())
                    .toString();
        }
        return "unix:" + unixPath(address);
    }

    private static String unixPath(@Nullable SocketAddress address) {
        if (address instanceof DomainSocketAddress domain) {
            return domain.path();
        }
        return address instanceof UnixDomainSocketAddress unix ? unix.getPath().toString() : "";
    }

    /**
     * Ends the event loops, and with them what is still open, but for connections that linger: these have their time. Waits
     * for it a few seconds at most, on an event loop not at all. Idempotent.
     */
    @Override
    public void close() {
        boolean first = closed.compareAndSet(false, true);
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                if (first) {
                    // Behind the tasks that close connections.
                    loop.execute(() -> endLoopsLater(loop));
                }
                return;
            }
        }
        if (first) {
            lingering.close();
        }
        endLoops().awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    private void endLoopsLater(EventExecutor loop) {
        loop.schedule(this::endLoops, lingering.isEmpty() ? 0 : LingeringClose.MILLIS, TimeUnit.MILLISECONDS);
    }

    private Future<?> endLoops() {
        return loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
}
