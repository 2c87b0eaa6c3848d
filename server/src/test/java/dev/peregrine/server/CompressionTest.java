package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.MessageCompression;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages are compressed as client, server, or their calls say. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CompressionTest {
    private static final String LIST_ACTIONS = "/arrow.flight.protocol.FlightService/ListActions";
    private static final String LONG = "long ".repeat(1000);

    private record Lister(@Nullable MessageCompression compression) implements FlightService {
        @Override
        public Iterable<ActionType> listActions(ServerCall call) {
            if (compression != null) {
                call.compression(compression);
            }
            return List.of(new ActionType("a", LONG));
        }
    }

    @ParameterizedTest
    @CsvSource({"IDENTITY, GZIP, gzip", "GZIP, , gzip", "GZIP, DEFLATE, deflate", "GZIP, IDENTITY, ", "IDENTITY, , "})
    void aServerAndItsCalls(
            MessageCompression usual,
            @Nullable MessageCompression ofCall,
            @Nullable String named,
            BufferAllocator memory)
            throws Exception {
        try (Duo duo = Duo.of(memory, new Lister(ofCall), server -> server.compression(usual), client -> client);
                ScriptedPeer peer = ScriptedPeer.connect(duo.server().port())) {
            peer.sends(
                    peer.requestHeaders(1, LIST_ACTIONS, "grpc-accept-encoding", "gzip, deflate"),
                    Frame.data(1, true, new byte[5]));
            CharSequence encoding = peer.receivesHeaders("the answer", 1, false).get("grpc-encoding");
            assertThat(encoding == null ? null : encoding.toString()).isEqualTo(named);
            byte[] message = peer.receives("the list", Http2FrameTypes.DATA).payload();
            assertThat(message[0]).isEqualTo((byte) (named == null ? 0 : 1));
            if (named == null) {
                assertThat(message).hasSizeGreaterThan(LONG.length());
            } else {
                assertThat(message).hasSizeLessThan(LONG.length() / 10);
            }
            assertThat(duo.client().listActions()).containsExactly(new ActionType("a", LONG));
        }
    }

    @ParameterizedTest
    @CsvSource({"IDENTITY, GZIP, gzip", "GZIP, , gzip", "GZIP, DEFLATE, deflate", "GZIP, IDENTITY, "})
    void aClientAndItsCalls(
            MessageCompression usual,
            @Nullable MessageCompression ofCall,
            @Nullable String named,
            BufferAllocator memory)
            throws Exception {
        try (ScriptedPeer.Port port = new ScriptedPeer.Port();
                FlightClient client = FlightClient.builder(new Location("grpc://localhost:" + port.number()))
                        .allocator(memory)
                        .compression(usual)
                        .build()) {
            CallOptions options = ofCall == null ? CallOptions.NONE : CallOptions.NONE.compression(ofCall);
            var later = client.async().getFlightInfo(FlightDescriptor.path(LONG), options);
            try (ScriptedPeer peer = port.accept()) {
                CharSequence encoding =
                        peer.receivesHeaders("the call", 3, false).get("grpc-encoding");
                assertThat(encoding == null ? null : encoding.toString()).isEqualTo(named);
                byte[] message =
                        peer.receives("the request", Http2FrameTypes.DATA).payload();
                assertThat(message[0]).isEqualTo((byte) (named == null ? 0 : 1));
            }
            assertThat(later).failsWithin(Duration.ofSeconds(30));
        }
    }

    @Test
    void bothWays(BufferAllocator memory) {
        FlightService echo = new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                return FlightInfo.of(null, descriptor);
            }
        };
        try (Duo duo = Duo.of(
                memory,
                echo,
                server -> server.compression(MessageCompression.GZIP),
                client -> client.compression(MessageCompression.DEFLATE))) {
            FlightDescriptor asked = FlightDescriptor.path(LONG);
            assertThat(duo.client().getFlightInfo(asked).descriptor()).isEqualTo(asked);
        }
    }
}
