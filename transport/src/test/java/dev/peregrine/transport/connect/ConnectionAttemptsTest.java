package dev.peregrine.transport.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.transport.Address;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order and the times of attempts; the clock is Netty's for tests. */
class ConnectionAttemptsTest {
    private record Tried(SocketAddress address, EmbeddedChannel channel, ChannelPromise promise) {}

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final List<Tried> tried = new ArrayList<>();
    private final Promise<Channel> connected = new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);

    ConnectionAttemptsTest() {
        clock.freezeTime();
    }

    private static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static SocketAddress at(String literal) {
        return new InetSocketAddress(ip(literal), 80);
    }

    private void begin(String... literals) {
        List<SocketAddress> candidates = new ArrayList<>();
        for (String literal : literals) {
            candidates.add(at(literal));
        }
        new ConnectionAttempts(
                        clock.eventLoop(),
                        new Address.Tcp("host", 80),
                        Duration.ofSeconds(20),
                        System.nanoTime() + TimeUnit.SECONDS.toNanos(20),
                        (address, millis) -> {
                            EmbeddedChannel channel = new EmbeddedChannel();
                            ChannelPromise promise =
                                    new DefaultChannelPromise(channel, ImmediateEventExecutor.INSTANCE);
                            tried.add(new Tried(address, channel, promise));
                            return promise;
                        },
                        candidates,
                        connected)
                .next();
    }

    private void passes(long millis) {
        clock.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        clock.runScheduledPendingTasks();
    }

    @AfterEach
    void close() {
        tried.forEach(each -> each.channel.close());
        clock.close();
    }

    @Test
    void kindsOfAddressesTakeTurns() {
        assertThat(AddressOrder.interleaved(List.of(ip("::1"), ip("::2"), ip("::3"), ip("10.0.0.1"), ip("10.0.0.2"))))
                .containsExactly(ip("::1"), ip("10.0.0.1"), ip("::2"), ip("10.0.0.2"), ip("::3"));
        assertThat(AddressOrder.interleaved(List.of(ip("10.0.0.1"), ip("10.0.0.2"), ip("::1"))))
                .as("the resolver's first stays first")
                .containsExactly(ip("10.0.0.1"), ip("::1"), ip("10.0.0.2"));
    }

    @Test
    void aSlowOneIsJoinedByTheNextAndTheFirstToSucceedWins() {
        begin("::1", "10.0.0.1", "10.0.0.2");
        passes(ConnectionAttempts.DELAY - 1);
        assertThat(tried).hasSize(1);
        passes(1);
        assertThat(tried).extracting(Tried::address).containsExactly(at("::1"), at("10.0.0.1"));
        tried.get(1).promise.setSuccess();
        assertThat(connected.getNow()).isSameAs(tried.get(1).channel);
        assertThat(tried.get(0).channel.isOpen()).as("is given up").isFalse();
        passes(10 * ConnectionAttempts.DELAY);
        assertThat(tried).as("nobody else is tried").hasSize(2);
    }

    @Test
    void aFailureIsFollowedByTheNextAtOnce() {
        begin("::1", "10.0.0.1");
        tried.get(0).promise.setFailure(new ConnectException("Connection refused"));
        assertThat(tried).hasSize(2);
        tried.get(1).promise.setSuccess();
        assertThat(connected.getNow()).isSameAs(tried.get(1).channel);
    }

    @Test
    void eachFailureIsNamed() {
        begin("::1", "10.0.0.1");
        passes(ConnectionAttempts.DELAY);
        tried.get(1).promise.setFailure(new ConnectException("Network is unreachable"));
        assertThat(connected.isDone()).as("one is left").isFalse();
        tried.get(0).promise.setFailure(new ConnectException("Connection refused"));
        assertThat(connected.cause())
                .hasMessage("Cannot connect to host:80: 10.0.0.1:80: Network is unreachable;"
                        + " [0:0:0:0:0:0:0:1]:80: connection refused; is the server running, and is this its port?");
    }

    @Test
    void oneThatSucceedsTooLateIsClosed() {
        begin("::1", "10.0.0.1");
        passes(ConnectionAttempts.DELAY);
        tried.get(1).promise.setSuccess();
        tried.get(0).promise.setSuccess();
        assertThat(connected.getNow()).isSameAs(tried.get(1).channel);
        assertThat(tried.get(0).channel.isOpen()).isFalse();
    }
}
