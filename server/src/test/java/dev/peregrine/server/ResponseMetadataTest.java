package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.ResponseMetadata;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.testing.LeakCheck;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client sees the headers and trailers that a service adds. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ResponseMetadataTest {
    private static final class Talkative implements FlightService {
        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            add(call);
            return descriptor.command().length > 0 ? null : FlightInfo.of(null, descriptor);
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            add(call);
            out.begin(Rows.SCHEMA);
        }

        private static void add(ServerCall call) {
            call.addHeader("x-first", "1");
            call.addHeader("set-cookie", "a=1");
            call.addHeader("set-cookie", "b=2; Path=/");
            call.addTrailer("x-last", "2");
            call.addTrailer("x-last-bin", new byte[] {3});
        }
    }

    private static void assertComplete(ResponseMetadata response) {
        CallHeaders headers = response.headers();
        assertThat(headers.get("x-first")).isEqualTo("1");
        assertThat(headers.getAll("set-cookie")).containsExactly("a=1", "b=2; Path=/");
        assertThat(response.trailers().get("x-last")).isEqualTo("2");
        assertThat(response.trailers().getBinary("x-last-bin")).containsExactly(3);
    }

    @Test
    void ofACallThatGoesWell(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Talkative())) {
            ResponseMetadata response = new ResponseMetadata();
            assertThat(response.headers().isEmpty()).isTrue();
            CallOptions options = CallOptions.NONE.response(response).header("x-after", "kept");
            duo.client().getFlightInfo(FlightDescriptor.path("there"), options);
            assertComplete(response);
        }
    }

    @Test
    void ofACallThatFails(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Talkative())) {
            ResponseMetadata response = new ResponseMetadata();
            assertThatThrownBy(() -> duo.client()
                            .getFlightInfo(FlightDescriptor.command("gone"), CallOptions.NONE.response(response)))
                    .isInstanceOf(FlightNotFoundException.class);
            assertComplete(response);
        }
    }

    @Test
    void ofAStreamAtItsEnd(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Talkative())) {
            ResponseMetadata response = new ResponseMetadata();
            CallOptions options = CallOptions.NONE.response(response);
            try (FlightStreamReader reader = duo.client().doGet(Ticket.of("t"), options)) {
                reader.schema();
                assertThat(response.headers().get("x-first")).isEqualTo("1");
                assertThat(reader.next()).isFalse();
            }
            assertComplete(response);
        }
    }
}
