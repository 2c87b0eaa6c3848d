package dev.peregrine.interop.parade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.PollInfo;
import org.junit.jupiter.api.Test;

/** PollFlightInfo of a peer that implements it. */
interface PollChecks extends InfoChecks {
    @Test
    default void pollFlightInfo() {
        PollInfo first = client().pollFlightInfo(FlightDescriptor.command("poll"));
        assertThat(first.isComplete()).isFalse();
        assertThat(first.progress()).isEmpty();
        assertThat(first.expirationTime()).isEqualTo(Parade.EXPIRES);
        assertInfo(first.info());

        PollInfo second = client().pollFlightInfo(first.descriptor());
        assertThat(second.progress()).hasValue(0.5);
        assertThat(second.expirationTime()).isNull();

        PollInfo last = client().pollFlightInfo(second.descriptor());
        assertThat(last.isComplete()).isTrue();
        assertThat(last.progress()).hasValue(1.0);
        assertInfo(last.info());
    }
}
