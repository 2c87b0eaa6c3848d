package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.Location;
import dev.peregrine.transport.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which locations can be connected to, and how the others are refused. */
final class LocationsTest {
    @ParameterizedTest
    @CsvSource({
        "grpc://localhost:8815, localhost, 8815, false",
        "grpc+tcp://10.1.2.3:1, 10.1.2.3, 1, false",
        "grpc+tls://db.example.com:443, db.example.com, 443, true",
        "grpc://[::1]:8815, ::1, 8815, false",
        "grpc+tcp://0.0.0.0:0, 0.0.0.0, 0, false",
        "grpc://my_service:8815, my_service, 8815, false",
        "grpc://localhost:8815/, localhost, 8815, false"
    })
    void tcp(String uri, String host, int port, boolean tls) {
        assertThat(Locations.target(Location.of(uri)))
                .isEqualTo(new Locations.Target(new Address.Tcp(host, port), tls));
    }

    @Test
    void unix() {
        assertThat(Locations.target(Location.of("grpc+unix:///run/a%20b.sock")))
                .isEqualTo(new Locations.Target(new Address.Unix("/run/a b.sock"), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8815",
                "localhost",
                "",
                "http://localhost:80",
                "grpc://localhost",
                "grpc://:80",
                "grpc://localhost:70000",
                "grpc://a_b:x",
                "grpc+unix://relative/path",
                "grpc://lo calhost:1",
                "arrow-flight-reuse-connection://?"
            })
    void refused(String uri) {
        assertThatThrownBy(() -> Locations.target(Location.of(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("location " + uri)
                .hasMessageContaining("grpc+tls://host:port");
    }

    @Test
    void thereAndBack() {
        for (Location location :
                new Location[] {Location.tcp("h", 1), Location.tls("::1", 2), Location.unix("/run/a b#c%.sock")}) {
            Locations.Target target = Locations.target(location);
            assertThat(Locations.location(target.address(), target.tls())).isEqualTo(location);
        }
    }
}
