package dev.peregrine.conformance.hostile;

import dev.peregrine.testing.http2.Assault;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.HostileClient;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.testing.http2.Victim;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What an attack did to a server.
 *
 * @param survived whether the server's process lives
 * @param answered whether, behind the attack, a PING was answered or the connection closed, within two minutes
 * @param hungUp whether the server closed the connection
 * @param goAway the error of its GOAWAY, if one was seen
 * @param growth how much resident memory and live heap grew together at most, bytes
 * @param processorTime what the server used from the attack's first byte to the answer
 * @param longestWait the longest that another client waited meanwhile for an answer on a new connection
 */
record Effect(
        boolean survived,
        boolean answered,
        boolean hungUp,
        @Nullable Http2Error goAway,
        long growth,
        Duration processorTime,
        Duration longestWait) {
    private static final String SERVICE = "/arrow.flight.protocol.FlightService/";
    private static final long BETWEEN_PROBES_MILLIS = 50;
    private static final int MOST_LOOKS = 25;

    /** Who uses no more in a fifth of a second has nothing to do. */
    private static final Duration REST = Duration.ofMillis(20);

    /** Plays the attack and watches the server meanwhile. */
    static Effect of(HostileClient attack, ServerProcess server) throws IOException, InterruptedException {
        long heap = server.heap();
        long resident = server.resident();
        Duration used = server.processorTime();
        AtomicLong mostResident = new AtomicLong(resident);
        AtomicLong longest = new AtomicLong();
        ScheduledExecutorService watch = Executors.newScheduledThreadPool(2);
        Future<?> memory = watch.scheduleWithFixedDelay(
                () -> mostResident.accumulateAndGet(server.resident(), Math::max), 0, 20, TimeUnit.MILLISECONDS);
        Future<?> probes = watch.scheduleWithFixedDelay(
                () -> longest.accumulateAndGet(wait(server.port()).toNanos(), Math::max),
                0,
                BETWEEN_PROBES_MILLIS,
                TimeUnit.MILLISECONDS);
        boolean answered = true;
        boolean hungUp = false;
        try (Assault assault = Assault.play(attack, victim(server.port()))) {
            if (attack.answersPing()) {
                try {
                    hungUp = assault.hungUp();
                } catch (AssertionError e) {
                    answered = false;
                }
            }
            Duration processorTime = server.processorTime().minus(used);
            probes.cancel(false);
            awaitRest(server, watch);
            boolean survived = server.isAlive();
            long live = survived ? Math.max(0, server.heap() - heap) : 0;
            longest.accumulateAndGet(survived ? wait(server.port()).toNanos() : 0, Math::max);
            return new Effect(
                    survived,
                    answered,
                    hungUp,
                    assault.goAway(),
                    mostResident.get() - resident + live,
                    processorTime,
                    Duration.ofNanos(longest.get()));
        } catch (SocketTimeoutException e) {
            // Nothing was said to the attacker for as long as it waits, not even SETTINGS.
            return new Effect(
                    server.isAlive(),
                    false,
                    false,
                    null,
                    mostResident.get() - resident,
                    server.processorTime().minus(used),
                    Duration.ofNanos(longest.get()));
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } finally {
            memory.cancel(false);
            watch.shutdownNow();
        }
    }

    /** Waits until the server has nothing to do any more, or for some seconds. */
    private static void awaitRest(ServerProcess server, ScheduledExecutorService clock)
            throws InterruptedException, ExecutionException {
        Duration before = Duration.ZERO;
        Duration now = server.processorTime();
        for (int i = 0; i < MOST_LOOKS && now.minus(before).compareTo(REST) > 0; i++) {
            before = now;
            now = clock.schedule(server::processorTime, 200, TimeUnit.MILLISECONDS)
                    .get();
        }
    }

    private static Victim victim(int port) {
        // Ticket.ticket, field 1, of one byte.
        byte[] ticket = {0, 0, 0, 0, 3, 0x0A, 1, 'x'};
        return new Victim(port, SERVICE + "DoExchange", SERVICE + "DoGet", ticket, SERVICE + "ListActions");
    }

    /** How long a small call on a new connection takes; as long as the patience if there is no answer. */
    static Duration wait(int port) {
        long begin = System.nanoTime();
        try (ScriptedPeer peer = ScriptedPeer.connect(port)) {
            peer.sends(peer.requestHeaders(1, SERVICE + "ListActions"), Frame.data(1, true, Frame.message(0)));
            for (Frame frame; (frame = peer.read()) != null; ) {
                if (frame.type() == Http2FrameTypes.HEADERS && frame.has(Http2Flags.END_STREAM)) {
                    break;
                }
            }
        } catch (IOException e) {
            // It took as long as it took.
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** What the server did, in a word or two. */
    String reaction() {
        if (!survived) {
            return "**died**";
        }
        if (!answered) {
            return "no answer";
        }
        if (hungUp) {
            return goAway == null ? "closed" : goAway.toString();
        }
        return "goes on";
    }
}
