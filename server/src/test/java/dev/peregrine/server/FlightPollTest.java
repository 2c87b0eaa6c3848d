package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.CancellationToken;
import dev.peregrine.client.FlightPoll;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightTimedOutException;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Polling until a query is done. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class FlightPollTest {
    private static final FlightDescriptor QUERY = FlightDescriptor.command("query");
    private static final Duration MILLI = Duration.ofMillis(1);

    /** Is done at the fourth call; "never" is not, "lost" is gone, "nothing" has no result. */
    private static final class Queries implements FlightService {
        @Override
        public PollInfo pollFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            String at = descriptor.toString();
            FlightInfo info = FlightInfo.of(null, QUERY);
            if (at.contains("nothing")) {
                return new PollInfo(null, null, OptionalDouble.empty(), null);
            }
            if (at.contains("lost")) {
                return null;
            }
            if (at.contains("never")) {
                return new PollInfo(info, descriptor, OptionalDouble.empty(), null);
            }
            int asked = at.contains("query") ? 1 : Integer.parseInt(at.replaceAll("\\D", "")) + 1;
            return asked == 4
                    ? new PollInfo(info, null, OptionalDouble.of(1.0), null)
                    : new PollInfo(info, FlightDescriptor.path("poll" + asked), OptionalDouble.of(asked / 4.0), null);
        }
    }

    @Test
    void asksUntilTheQueryIsDone(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Queries())) {
            List<Double> progress = new ArrayList<>();
            FlightInfo info = duo.client()
                    .poll(QUERY)
                    .pause(MILLI, MILLI)
                    .timeout(Duration.ofSeconds(30))
                    .onProgress(answer -> progress.add(answer.progress().getAsDouble()))
                    .await();
            assertThat(info.descriptor()).isEqualTo(QUERY);
            assertThat(progress).containsExactly(0.25, 0.5, 0.75, 1.0);
        }
    }

    @Test
    void failuresEndIt(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Queries())) {
            FlightPoll lost = duo.client().poll(FlightDescriptor.command("lost"));
            assertThatThrownBy(lost::await).isInstanceOf(FlightNotFoundException.class);
            FlightPoll nothing = duo.client().poll(FlightDescriptor.command("nothing"));
            assertThatThrownBy(nothing::await)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("has no FlightInfo");
            FlightPoll listener = duo.client().poll(QUERY).onProgress(answer -> {
                throw new IllegalStateException("enough");
            });
            assertThatThrownBy(listener::await).hasMessage("enough");
        }
    }

    @Test
    void theTimeoutEndsIt(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Queries())) {
            FlightPoll poll = duo.client()
                    .poll(FlightDescriptor.command("never"))
                    .pause(Duration.ofMinutes(5), Duration.ofMinutes(5))
                    .timeout(Duration.ofSeconds(1));
            assertThatThrownBy(poll::await).isInstanceOf(FlightTimedOutException.class);
        }
    }

    /** While it pauses for longer than the test may take. */
    @Test
    void aTokenAnInterruptAndTheEndOfTheClientEndIt(BufferAllocator memory) {
        Duration forLong = Duration.ofMinutes(5);
        Duo duo = Duo.of(memory, new Queries());
        try {
            CancellationToken token = new CancellationToken();
            FlightPoll cancelled = duo.client()
                    .poll(FlightDescriptor.command("never"))
                    .options(CallOptions.NONE.cancelledBy(token))
                    .pause(forLong, forLong)
                    .onProgress(answer -> token.cancel());
            assertThatThrownBy(cancelled::await)
                    .isInstanceOf(FlightCancelledException.class)
                    .hasMessageContaining("was cancelled");

            FlightPoll interrupted = duo.client()
                    .poll(FlightDescriptor.command("never"))
                    .pause(forLong, forLong)
                    .onProgress(answer -> Thread.currentThread().interrupt());
            assertThatThrownBy(interrupted::await)
                    .isInstanceOf(FlightCancelledException.class)
                    .hasMessageContaining("was interrupted");
            assertThat(Thread.interrupted()).isTrue();

            FlightPoll closed = duo.client()
                    .poll(FlightDescriptor.command("never"))
                    .pause(forLong, forLong)
                    .onProgress(answer -> duo.client().close());
            assertThatThrownBy(closed::await).isInstanceOf(FlightCancelledException.class);
        } finally {
            duo.close();
        }
    }

    @Test
    void wrongSettingsAreRefusedAtOnce(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Queries())) {
            FlightPoll poll = duo.client().poll(QUERY);
            assertThatThrownBy(() -> poll.timeout(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> poll.pause(Duration.ZERO, MILLI)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> poll.pause(Duration.ofMillis(2), MILLI))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("longest");
        }
    }
}
