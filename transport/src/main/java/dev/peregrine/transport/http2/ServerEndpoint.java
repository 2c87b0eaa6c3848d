package dev.peregrine.transport.http2;

import dev.peregrine.transport.Address;
import dev.peregrine.transport.CallRouter;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.connect.SharedLoop;
import dev.peregrine.transport.connect.Sockets;
import dev.peregrine.transport.tls.LiveTls;
import dev.peregrine.transport.tls.TlsContexts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Any thread. A server's one address: the socket that listens, and the connections that it accepted. */
public final class ServerEndpoint {
    private final TransportOptions options;
    private final CallRouter router;
    private final Sockets sockets;
    private final @Nullable LiveTls tls;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private final Channel listening;
    private final Address bound;

    /** Under {@link #lock}: when draining ends, in {@link System#nanoTime()}; null while the server runs. */
    private @Nullable Long drainUntil;

    /** Listens from the time this returns. */
    public ServerEndpoint(Address address, TransportOptions options, CallRouter router) throws IOException {
        this.options = options;
        this.router = router;
        this.tls = options.tls() == null ? null : new LiveTls(options.tls());
        this.sockets = Sockets.open(options.eventLoops());
        try {
            this.listening = sockets.listen(address, new Initializer());
        } catch (IOException | RuntimeException e) {
            sockets.close();
            if (tls != null) {
                tls.close();
            }
            throw e;
        }
        this.bound = Sockets.bound(listening, address);
    }

    /** The address with the port that was bound. */
    public Address address() {
        return bound;
    }

    /** See {@link dev.peregrine.transport.ServerTransport#reloadCertificates}. */
    public void reloadCertificates() {
        if (tls != null) {
            tls.reload();
        }
    }

    /** See {@link dev.peregrine.transport.ServerTransport#shutdown}. */
    public void shutdown(Duration drain) {
        long until = System.nanoTime() + Math.max(0, drain.toNanos());
        boolean first;
        lock.lock();
        try {
            first = drainUntil == null;
            if (drainUntil == null || until - drainUntil < 0) {
                drainUntil = until;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (first) {
            drainAndEnd();
        } else {
            awaitUninterruptibly();
        }
    }

    private void drainAndEnd() {
        try {
            listening.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
            each(ServerStreams::drain);
            awaitNoConnections();
            each(ServerStreams::stop);
            awaitClosed();
        } finally {
            sockets.close();
            if (tls != null) {
                tls.close();
            }
            terminated.countDown();
        }
    }

    private void each(Consumer<ServerStreams> action) {
        for (Connection connection : connections) {
            try {
                connection.turns().loop().execute(() -> action.accept((ServerStreams) connection.streams()));
            } catch (RejectedExecutionException e) {
                connections.remove(connection);
            }
        }
    }

    /** Waits until all connections have closed, or draining has lasted long enough. */
    private void awaitNoConnections() {
        boolean interrupted = false;
        lock.lock();
        try {
            while (!connections.isEmpty() && drainUntil != null) {
                long left = drainUntil - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                try {
                    long ignored = changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                    drainUntil = System.nanoTime();
                }
            }
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the connections that were told to have closed; they have a moment for it. */
    private void awaitClosed() {
        lock.lock();
        try {
            drainUntil = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        } finally {
            lock.unlock();
        }
        awaitNoConnections();
    }

    /** False if the server is being shut down: then nobody would drain this connection. */
    private boolean add(Connection connection) {
        lock.lock();
        try {
            return drainUntil == null && connections.add(connection);
        } finally {
            lock.unlock();
        }
    }

    private void lost(Connection connection) {
        lock.lock();
        try {
            connections.remove(connection);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitUninterruptibly() {
        boolean interrupted = false;
        while (true) {
            try {
                terminated.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the server has been shut down. */
    public void awaitTermination() throws InterruptedException {
        terminated.await();
    }

    /** Sets up each accepted channel. */
    @ChannelHandler.Sharable
    private final class Initializer extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ClientEndpoint.WATER_MARK);
            channel.pipeline().addLast(sockets.lingeringClose());
            if (tls != null) {
                channel.pipeline()
                        .addLast(TlsContexts.serverHandler(tls.context(), options.connectTimeout(), channel.alloc()));
            }
            Turns turns = new Turns((SharedLoop) channel.eventLoop());
            Connection connection =
                    ConnectionBuilder.build(true, options, turns, new ServerStreams(router, ServerEndpoint.this::lost));
            if (!add(connection)) {
                channel.close();
                return;
            }
            channel.closeFuture().addListener(closed -> lost(connection));
            channel.pipeline().addLast(connection);
            // Who connects and says nothing must not keep a socket for ever.
            Future<?> timer = channel.eventLoop()
                    .schedule(
                            () -> loseSilent(connection),
                            options.connectTimeout().toNanos(),
                            TimeUnit.NANOSECONDS);
            channel.closeFuture().addListener(closed -> timer.cancel(false));
        }

        private void loseSilent(Connection connection) {
            if (!connection.decoder().prefaceReceived()) {
                connection.lose("the client sent no HTTP/2 preface");
            }
        }
    }
}
