package dev.peregrine.protocol.metrics;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Any thread, event loops too, so nothing here may block or take long. Hears of the calls and connections of a client or a
 * server, to count and time them. Without it nothing is counted, and that costs nothing.
 *
 * <p>Methods have defaults that do nothing, so that more can be heard in later versions.
 */
public interface FlightMetrics {
    /** At which end. */
    enum Side {
        CLIENT,
        SERVER
    }

    /**
     * A call begins.
     *
     * @param method as in the specification: {@code DoGet}
     * @param peer the other end's address; of a client's call as its location says it
     * @return null if nobody wants to hear more of this call
     */
    default @Nullable CallMetrics callStarted(Side side, String method, String peer) {
        return null;
    }

    /** A connection can be used. */
    default void connectionOpened(Side side, String peer) {}

    /** A connection is gone that could be used for so long. */
    default void connectionClosed(Side side, String peer, Duration lived) {}
}
