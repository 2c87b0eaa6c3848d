package dev.peregrine.interop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client of ours against a pyarrow server. */
@Tag("interop")
@WithPython
class PyarrowServerTest extends PeerTest {
    private final List<ChildProcess> peers = new ArrayList<>();
    private Location plain;
    private Location handshake;
    private Location basic;
    private Location tls;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path cert = certificate.writeTo(folder);
        plain = Location.of("grpc://127.0.0.1:" + serve());
        handshake = Location.tcp("127.0.0.1", serve("--auth", "handshake"));
        basic = Location.tcp("127.0.0.1", serve("--auth", "basic"));
        tls = Location.tls("127.0.0.1", serve("--tls-cert", cert, "--tls-key", folder.resolve("key.pem")));
    }

    private int serve(Object... arguments) {
        ChildProcess peer = ChildProcess.pythonPeer("server.py", arguments);
        peers.add(peer);
        return peer.port();
    }

    @AfterAll
    void stop() {
        peers.forEach(ChildProcess::close);
    }

    @Override
    public Location plain() {
        return plain;
    }

    @Override
    public Location handshake() {
        return handshake;
    }

    @Override
    public Location basic() {
        return basic;
    }

    @Override
    public Location tls() {
        return tls;
    }

    /** pyarrow has no error that becomes one of the other two. */
    @Override
    public Set<FlightStatusCode> statuses() {
        return EnumSet.complementOf(EnumSet.of(FlightStatusCode.ALREADY_EXISTS, FlightStatusCode.RESOURCE_EXHAUSTED));
    }

    /** These are Python's and Arrow's own errors, which have a message only. */
    @Override
    public boolean sendsExtraInfo(FlightStatusCode status) {
        return !EnumSet.of(
                        FlightStatusCode.NOT_FOUND, FlightStatusCode.INVALID_ARGUMENT, FlightStatusCode.UNIMPLEMENTED)
                .contains(status);
    }

    @Override
    public boolean collectsListings() {
        return true;
    }

    @Test
    void pollFlightInfoWhereNobodyPolls() {
        assertThatThrownBy(() -> client().pollFlightInfo(FlightDescriptor.command("poll")))
                .isInstanceOf(FlightUnimplementedException.class);
    }
}
