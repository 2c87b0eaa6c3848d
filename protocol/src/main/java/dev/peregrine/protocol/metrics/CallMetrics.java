package dev.peregrine.protocol.metrics;

import dev.peregrine.protocol.error.FlightStatusCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Any thread, event loops too, so nothing here may block or take long. Hears of one call. */
public interface CallMetrics {
    /** A message was queued to be sent: so many bytes with its prefix, before compression. */
    default void messageSent(long bytes) {}

    /** A message has come: so many bytes with its prefix, after decompression. */
    default void messageReceived(long bytes) {}

    /** A thread that sends waited so long, because the peer reads slowly. */
    default void waitedToSend(Duration time) {}

    /** At a client: an attempt has failed and the call is made again. */
    default void repeated() {}

    /**
     * The call is over. Exactly once, last.
     *
     * @param failure null if it went well. At a server: what the client was told, or why it was not
     * @param duration since its beginning, all attempts included
     */
    default void ended(@Nullable FlightStatusCode failure, Duration duration) {}
}
