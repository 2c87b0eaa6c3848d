package dev.peregrine.transport.http2;

import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.connect.Keepalive;
import java.util.concurrent.TimeUnit;

/** Event loop only. Asks a connection's silent peer whether it is there, and loses the connection that does not answer. */
final class KeepaliveTimer {
    private final Connection connection;
    private final long patienceMillis;
    private final Keepalive keepalive;
    private boolean isSet;
    private long pingedAt;

    /** The connection has begun, and {@code options} have a keepalive time, {@code silence}. */
    KeepaliveTimer(Connection connection, TransportOptions options, long silence) {
        this.connection = connection;
        this.patienceMillis = options.keepaliveTimeout().toMillis();
        this.keepalive = new Keepalive(
                silence,
                options.keepaliveTimeout().toNanos(),
                options.keepaliveWithoutCalls() || connection.connection().isServer(),
                options.maxPingsWithoutData(),
                System.nanoTime());
    }

    /** Bytes arrived. */
    void read() {
        keepalive.read(System.nanoTime());
    }

    /** Calls were opened or closed. */
    void callsChanged() {
        if (!isSet) {
            ask();
        }
    }

    /** Does what is to be done now, and sets the timer. */
    void ask() {
        if (!connection.isOpen()) {
            return;
        }
        keepalive.calls(connection.connection().numActiveStreams() > 0);
        if (connection.hasSentSince(pingedAt)) {
            keepalive.sent();
        }
        long now = System.nanoTime();
        switch (keepalive.step(now)) {
            case REST -> {
                return;
            }
            case LOST -> {
                connection.lose("it did not answer a keepalive PING within " + patienceMillis + " ms");
                return;
            }
            case PING -> {
                pingedAt = connection.sent();
                connection.ping(now);
            }
            case WAIT -> {}
        }
        isSet = true;
        connection.context().executor().schedule(this::elapsed, keepalive.delay(now), TimeUnit.NANOSECONDS);
    }

    private void elapsed() {
        isSet = false;
        ask();
    }
}
