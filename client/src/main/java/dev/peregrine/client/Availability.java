package dev.peregrine.client;

import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightTimedOutException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.ProtoMessages;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The caller's thread. Waits until a server answers, as {@link FlightClient#waitForAvailable} says. */
final class Availability {
    private static final Duration PAUSE = Duration.ofMillis(25);

    private final ClientConnection connection;
    private final Duration timeout;
    private final long deadline;

    Availability(ClientConnection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    void await() {
        FlightException last = null;
        while (true) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.isNegative() || left.isZero()) {
                throw tooLate(last);
            }
            FlightException failure = ask(left);
            if (failure == null) {
                return;
            }
            last = failure instanceof FlightTimedOutException && last != null ? last : failure;
            pause();
        }
    }

    /** Asks once. Null if the server has answered, whatever it was. */
    private @Nullable FlightException ask(Duration left) {
        try (FlightIterable<FlightInfo> flights = connection.iterate(
                FlightMethods.LIST_FLIGHTS,
                Criteria.EMPTY.serialize(),
                ProtoMessages.infos(),
                CallOptions.of(left).connectingAtOnce())) {
            flights.awaitFirst();
            return null;
        } catch (FlightUnavailableException e) {
            return e;
        } catch (FlightTimedOutException e) {
            return System.nanoTime() - deadline < 0 ? null : e;
        } catch (FlightCancelledException e) {
            if (connection.isClosed() || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return null;
        } catch (FlightException e) {
            return null;
        }
    }

    private void pause() {
        try {
            if (connection.awaitClosed(PAUSE)) {
                throw FlightCancelledException.of(
                        "the client of " + connection.location() + " was closed while it waited for the server");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FlightCancelledException.of(
                    "the thread that waited for the server at " + connection.location() + " was interrupted", e);
        }
    }

    private FlightException tooLate(@Nullable FlightException last) {
        String waited =
                "the server at " + connection.location() + " did not answer within " + timeout.toMillis() + " ms";
        if (last == null) {
            return FlightTimedOutException.of(waited);
        }
        return last instanceof FlightTimedOutException
                ? FlightTimedOutException.of(waited, last)
                : FlightUnavailableException.of(waited + "; the last attempt: " + last.description(), last);
    }
}
