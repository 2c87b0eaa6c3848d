package dev.peregrine.transport.connect;

import dev.peregrine.transport.Address;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Connects to one of several addresses: tries the next one when an attempt fails, or has not succeeded
 * after a quarter of a second. The first that succeeds wins, the others are given up.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8305.html#section-5">RFC 8305, 5</a>
 */
final class ConnectionAttempts {
    /** The Connection Attempt Delay, milliseconds. */
    static final long DELAY = 250;

    /** Begins to connect to an address, for so many milliseconds at most. */
    interface Connector {
        ChannelFuture connect(SocketAddress address, int millis);
    }

    private final EventLoop loop;
    private final Address address;
    private final Duration timeout;
    private final long deadline;
    private final Connector connector;
    private final List<SocketAddress> candidates;
    private final Promise<Channel> connected;
    private final List<ChannelFuture> running = new ArrayList<>();
    private final Map<SocketAddress, Throwable> failures = new LinkedHashMap<>();
    private int tried;
    private @Nullable Future<?> timer;

    /**
     * @param address what the user knows the candidates by
     * @param timeout what was given for all of it
     * @param deadline when that is over, in {@link System#nanoTime()}
     * @param candidates not empty, in the order in which they are tried
     * @param connected is given the first channel that is connected, or why there is none
     */
    ConnectionAttempts(
            EventLoop loop,
            Address address,
            Duration timeout,
            long deadline,
            Connector connector,
            List<SocketAddress> candidates,
            Promise<Channel> connected) {
        this.loop = loop;
        this.address = address;
        this.timeout = timeout;
        this.deadline = deadline;
        this.connector = connector;
        this.candidates = candidates;
        this.connected = connected;
    }

    /** Tries the next one; if there is none and none is being tried any more, that was it. */
    void next() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        if (connected.isDone()) {
            return;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (tried == candidates.size() || (millis <= 0 && tried > 0)) {
            if (running.isEmpty()) {
                connected.tryFailure(ConnectErrors.explain(address, timeout, failures));
            }
            return;
        }
        SocketAddress candidate = candidates.get(tried++);
        ChannelFuture attempt = connector.connect(candidate, (int) Math.max(1, Math.min(millis, Integer.MAX_VALUE)));
        running.add(attempt);
        if (tried < candidates.size()) {
            timer = loop.schedule(this::next, DELAY, TimeUnit.MILLISECONDS);
        }
        attempt.addListener(done -> ended(candidate, attempt));
    }

    private void ended(SocketAddress candidate, ChannelFuture attempt) {
        running.remove(attempt);
        if (!attempt.isSuccess()) {
            Throwable cause = attempt.cause();
            failures.put(candidate, cause == null ? new ConnectException("no reason is known") : cause);
            next();
        } else if (connected.trySuccess(attempt.channel())) {
            // Closing a channel that is being connected ends the attempt.
            List.copyOf(running).forEach(other -> other.channel().close());
            if (timer != null) {
                timer.cancel(false);
            }
        } else {
            attempt.channel().close();
        }
    }
}
