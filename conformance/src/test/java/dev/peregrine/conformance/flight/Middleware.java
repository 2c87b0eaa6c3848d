package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.client.middleware.ClientMiddleware;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightServerException;
import dev.peregrine.server.FlightServerBuilder;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.ServerMiddleware;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** {@code middleware}: a header of the request comes back with the answer, whether the call fails or not. */
final class Middleware implements Scenario {
    private static final String HEADER = "x-middleware";
    private static final String VALUE = "expected value";

    /** What came back, with the headers or with the trailers: servers differ. */
    private volatile String received = "";

    @Override
    public FlightService service() {
        return new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                if (!descriptor.equals(FlightDescriptor.command("success"))) {
                    throw FlightServerException.of("unknown");
                }
                return FlightInfo.of(
                        new Schema(List.of()),
                        descriptor,
                        new FlightEndpoint(Ticket.of("foo"), Location.tcp("localhost", 10010)));
            }
        };
    }

    @Override
    public void configure(FlightServerBuilder server) {
        server.middleware(call -> new ServerMiddleware() {
            @Override
            public void sendingHeaders(CallHeaders headers) {
                String value = call.headers().get(HEADER);
                headers.add(HEADER, value == null ? "" : value);
            }
        });
    }

    @Override
    public void configure(FlightClientBuilder client) {
        client.middleware(call -> new ClientMiddleware() {
            @Override
            public void sendingHeaders(CallHeaders headers) {
                headers.add(HEADER, VALUE);
            }

            @Override
            public void receivedHeaders(CallHeaders headers) {
                String value = headers.get(HEADER);
                received = value == null ? received : value;
            }

            @Override
            public void receivedTrailers(CallHeaders trailers) {
                receivedHeaders(trailers);
            }
        });
    }

    @Override
    public void check(FlightClient client, BufferAllocator memory) {
        assertThatThrownBy(() -> client.getFlightInfo(FlightDescriptor.command("")))
                .isInstanceOf(FlightException.class);
        assertThat(received).isEqualTo(VALUE);

        received = "";
        client.getFlightInfo(FlightDescriptor.command("success"));
        assertThat(received).isEqualTo(VALUE);
    }
}
