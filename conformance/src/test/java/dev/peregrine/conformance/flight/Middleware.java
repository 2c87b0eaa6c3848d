package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.ResponseMetadata;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightServerException;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** {@code middleware}: a header of the request comes back with the answer, whether the call fails or not. */
final class Middleware implements Scenario {
    private static final String HEADER = "x-middleware";
    private static final String VALUE = "expected value";

    @Override
    public FlightService service() {
        return new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                String value = call.headers().get(HEADER);
                call.addHeader(HEADER, value == null ? "" : value);
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
    public void check(FlightClient client, BufferAllocator memory) {
        ResponseMetadata bad = new ResponseMetadata();
        assertThatThrownBy(() -> client.getFlightInfo(FlightDescriptor.command(""), options(bad)))
                .isInstanceOf(FlightException.class);
        assertThat(received(bad)).isEqualTo(VALUE);

        ResponseMetadata good = new ResponseMetadata();
        client.getFlightInfo(FlightDescriptor.command("success"), options(good));
        assertThat(received(good)).isEqualTo(VALUE);
    }

    private static CallOptions options(ResponseMetadata response) {
        return CallOptions.NONE.header(HEADER, VALUE).response(response);
    }

    /** Servers send it with the headers or with the trailers. */
    private static String received(ResponseMetadata response) {
        String header = response.headers().get(HEADER);
        return String.valueOf(header == null ? response.trailers().get(HEADER) : header);
    }
}
