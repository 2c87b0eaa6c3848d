package dev.peregrine.interop.parade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** ListFlights, GetFlightInfo and GetSchema of a peer. */
interface InfoChecks extends PeerServer {
    /** Whether the peer sends a listing only when it has all of it. */
    default boolean collectsListings() {
        return false;
    }

    @Test
    default void listFlights() {
        List<FlightInfo> infos = client().listFlights(Criteria.EMPTY).toList();

        assertThat(infos).extracting(i -> i.descriptor().path()).containsExactly(List.of("ints"), List.of("words"));
        assertInfo(infos.get(0));
    }

    @Test
    default void listFlightsWithCriteria() {
        assertThat(client().listFlights(Criteria.of("words")).toList())
                .extracting(FlightInfo::descriptor)
                .containsExactly(FlightDescriptor.path("words"));
        assertThat(client().listFlights(Criteria.of("none")).toList()).isEmpty();
    }

    @Test
    default void listManyFlights() {
        List<FlightInfo> infos = client().listFlights(Criteria.of("many")).toList();

        assertThat(infos).hasSize(1000);
        for (int i = 0; i < infos.size(); i++) {
            assertThat(infos.get(i).totalRecords()).isEqualTo(i);
            assertThat(infos.get(i).descriptor().path()).containsExactly("many", "" + i);
        }
    }

    @Test
    default void listFlightsThatBreaksOff() {
        List<FlightInfo> seen = new ArrayList<>();

        assertThatThrownBy(() -> client().listFlights(Criteria.of("fail")).forEach(seen::add))
                .isInstanceOf(FlightUnavailableException.class)
                .hasMessageContaining("the list broke off")
                .hasMessageContaining("ListFlights")
                .hasMessageContaining("127.0.0.1");
        assertThat(seen).hasSize(collectsListings() ? 0 : 1);
    }

    @Test
    default void getFlightInfoByPath() {
        FlightInfo info = client().getFlightInfo(FlightDescriptor.path("ints"));

        assertThat(info.descriptor()).isEqualTo(FlightDescriptor.path("ints"));
        assertInfo(info);
    }

    @Test
    default void getFlightInfoByCommand() {
        FlightInfo info = client().getFlightInfo(FlightDescriptor.command("ints"));

        assertThat(info.descriptor()).isEqualTo(FlightDescriptor.command("ints"));
        assertInfo(info);
    }

    @Test
    default void getFlightInfoAsFuture() throws Exception {
        assertInfo(client().async().getFlightInfo(FlightDescriptor.path("ints")).get(20, TimeUnit.SECONDS));
    }

    @Test
    default void getFlightInfoOfNoFlight() {
        assertThatThrownBy(() -> client().getFlightInfo(FlightDescriptor.path("nothing")))
                .isInstanceOf(FlightNotFoundException.class)
                .hasMessageContaining("no such flight")
                .hasMessageContaining("GetFlightInfo")
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    default void infoSurvivesSerialization() {
        FlightInfo info = client().getFlightInfo(FlightDescriptor.path("ints"));

        assertThat(FlightInfo.deserialize(info.serialize())).isEqualTo(info);
    }

    @Test
    default void getSchema() {
        assertThat(client().getSchema(FlightDescriptor.path("ints"))).isEqualTo(Parade.INTS);
    }

    @Test
    default void getSchemaOfNoFlight() {
        assertThatThrownBy(() -> client().getSchema(FlightDescriptor.path("nothing")))
                .isInstanceOf(FlightNotFoundException.class)
                .hasMessageContaining("no such flight");
    }

    /** Throws AssertionError unless it is the info of the ints. */
    default void assertInfo(FlightInfo info) {
        assertThat(info.schema()).isEqualTo(Parade.INTS);
        assertThat(info.totalRecords()).isEqualTo(12);
        assertThat(info.totalBytes()).isEqualTo(480);
        assertThat(info.ordered()).isTrue();
        assertThat(Parade.text(info.appMetadata())).isEqualTo("info");
        assertThat(info.endpoints()).hasSize(2);
        FlightEndpoint first = info.endpoints().get(0);
        assertThat(first.ticket()).isEqualTo(Ticket.of("ints"));
        assertThat(first.locations())
                .containsExactly(
                        Location.of(plain().uri().replace("grpc://", "grpc+tcp://")), Location.REUSE_CONNECTION);
        assertThat(first.expirationTime()).isEqualTo(Parade.EXPIRES);
        assertThat(Parade.text(first.appMetadata())).isEqualTo("endpoint");
        FlightEndpoint second = info.endpoints().get(1);
        assertThat(second.ticket()).isEqualTo(Ticket.of("words"));
        assertThat(second.locations()).isEmpty();
        assertThat(second.expirationTime()).isNull();
    }
}
