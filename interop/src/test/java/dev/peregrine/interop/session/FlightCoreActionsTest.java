package dev.peregrine.interop.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.CancelFlightInfoResult;
import dev.peregrine.protocol.CancelStatus;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.GetSessionOptionsResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The specification's own actions with flight-core, in both directions. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class FlightCoreActionsTest {
    private static final Instant LATER = Instant.ofEpochSecond(2_000_000_000, 5_000);

    private static final FlightInfo INFO = FlightInfo.of(
            new Schema(List.of()), FlightDescriptor.command("query"), new FlightEndpoint(Ticket.of("ticket")));

    private static final Map<String, SessionOptionValue> OPTIONS = Map.of(
            "text", SessionOptionValue.of("\u00e4"),
            "bool", SessionOptionValue.of(true),
            "whole", SessionOptionValue.of(-1L),
            "number", SessionOptionValue.of(0.5),
            "list", SessionOptionValue.of(List.of("a", "\u3065")));

    private static Map<String, org.apache.arrow.flight.SessionOptionValue> theirOptions() {
        return Map.of(
                "text", SessionOptionValueFactory.makeSessionOptionValue("\u00e4"),
                "bool", SessionOptionValueFactory.makeSessionOptionValue(true),
                "whole", SessionOptionValueFactory.makeSessionOptionValue(-1L),
                "number", SessionOptionValueFactory.makeSessionOptionValue(0.5),
                "list", SessionOptionValueFactory.makeSessionOptionValue(new String[] {"a", "\u3065"}));
    }

    private static FlightEndpoint renewed(FlightEndpoint endpoint) {
        return new FlightEndpoint(endpoint.ticket(), endpoint.locations(), LATER, endpoint.appMetadata());
    }

    /** Knows the flight and the options above. */
    private static final class Ours implements FlightService {
        private Map<String, SessionOptionValue> session = Map.of();

        @Override
        public CancelFlightInfoResult cancelFlightInfo(ServerCall call, FlightInfo info) {
            return new CancelFlightInfoResult(
                    info.endpoints().equals(INFO.endpoints()) ? CancelStatus.CANCELLING : CancelStatus.UNSPECIFIED);
        }

        @Override
        public FlightEndpoint renewFlightEndpoint(ServerCall call, FlightEndpoint endpoint) {
            return renewed(endpoint);
        }

        @Override
        public SetSessionOptionsResult setSessionOptions(ServerCall call, Map<String, SessionOptionValue> options) {
            session = new HashMap<>(options);
            boolean unset = SessionOptionValue.UNSET.equals(session.remove("unset"));
            return new SetSessionOptionsResult(Map.of(
                    "unset",
                    unset ? SetSessionOptionsResult.Error.INVALID_VALUE : SetSessionOptionsResult.Error.ERROR));
        }

        @Override
        public GetSessionOptionsResult getSessionOptions(ServerCall call) {
            return new GetSessionOptionsResult(session);
        }

        @Override
        public CloseSessionResult closeSession(ServerCall call) {
            return new CloseSessionResult(CloseSessionResult.Status.NOT_CLOSEABLE);
        }
    }

    @Test
    void theirClientWithOurServer(BufferAllocator memory) throws Exception {
        Ours service = new Ours();
        try (FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", service)
                        .allocator(memory)
                        .start();
                BufferAllocator theirs = new RootAllocator();
                var client = org.apache.arrow.flight.FlightClient.builder(
                                theirs, org.apache.arrow.flight.Location.forGrpcInsecure("127.0.0.1", server.port()))
                        .build()) {
            var info = org.apache.arrow.flight.FlightInfo.deserialize(ByteBuffer.wrap(INFO.serialize()));
            assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info))
                            .getStatus())
                    .isEqualTo(org.apache.arrow.flight.CancelStatus.CANCELLING);
            // flight-core 19 adds the seconds to the nanoseconds when it reads a time, so that they count twice.
            assertThat(client.renewFlightEndpoint(new RenewFlightEndpointRequest(
                                    info.getEndpoints().get(0)))
                            .getExpirationTime())
                    .contains(LATER.plusSeconds(LATER.getEpochSecond()));

            Map<String, org.apache.arrow.flight.SessionOptionValue> set = new HashMap<>(theirOptions());
            set.put("unset", SessionOptionValueFactory.makeEmptySessionOptionValue());
            assertThat(client.setSessionOptions(new SetSessionOptionsRequest(set))
                            .getErrors()
                            .get("unset")
                            .value)
                    .isEqualTo(org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue.INVALID_VALUE);
            assertThat(service.session).isEqualTo(OPTIONS);
            assertThat(client.getSessionOptions(new GetSessionOptionsRequest()).getSessionOptions())
                    .isEqualTo(theirOptions());
            assertThat(client.closeSession(new CloseSessionRequest()).getStatus())
                    .isEqualTo(org.apache.arrow.flight.CloseSessionResult.Status.NOT_CLOSABLE);
        }
    }

    /** Answers each action with flight-core's own messages. */
    private static final class Theirs extends NoOpFlightProducer {
        @Override
        public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
            try {
                listener.onNext(new Result(bytes(answer(action))));
                listener.onCompleted();
            } catch (IOException | URISyntaxException | RuntimeException e) {
                listener.onError(e);
            }
        }

        private static ByteBuffer answer(Action action) throws IOException, URISyntaxException {
            ByteBuffer body = ByteBuffer.wrap(action.getBody());
            switch (action.getType()) {
                case "CancelFlightInfo":
                    assertThat(CancelFlightInfoRequest.deserialize(body)
                                    .getInfo()
                                    .getEndpoints())
                            .hasSize(1);
                    return new org.apache.arrow.flight.CancelFlightInfoResult(
                                    org.apache.arrow.flight.CancelStatus.NOT_CANCELLABLE)
                            .serialize();
                case "RenewFlightEndpoint":
                    var endpoint = RenewFlightEndpointRequest.deserialize(body).getFlightEndpoint();
                    return org.apache.arrow.flight.FlightEndpoint.builder(endpoint.getTicket())
                            .setExpirationTime(LATER)
                            .build()
                            .serialize();
                case "SetSessionOptions":
                    assertThat(SetSessionOptionsRequest.deserialize(body).getSessionOptions())
                            .isEqualTo(theirOptions());
                    return new org.apache.arrow.flight.SetSessionOptionsResult(Map.of(
                                    "text",
                                    new org.apache.arrow.flight.SetSessionOptionsResult.Error(
                                            org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue.INVALID_NAME)))
                            .serialize();
                case "GetSessionOptions":
                    return new org.apache.arrow.flight.GetSessionOptionsResult(theirOptions()).serialize();
                default:
                    assertThat(action.getType()).isEqualTo("CloseSession");
                    return new org.apache.arrow.flight.CloseSessionResult(
                                    org.apache.arrow.flight.CloseSessionResult.Status.CLOSED)
                            .serialize();
            }
        }

        private static byte[] bytes(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        }
    }

    @Test
    void ourClientWithTheirServer(BufferAllocator memory) throws Exception {
        try (BufferAllocator theirs = new RootAllocator();
                var server = org.apache.arrow.flight.FlightServer.builder(
                                theirs, org.apache.arrow.flight.Location.forGrpcInsecure("127.0.0.1", 0), new Theirs())
                        .build()
                        .start();
                FlightClient client = FlightClient.builder(Location.tcp("127.0.0.1", server.getPort()))
                        .allocator(memory)
                        .build()) {
            assertThat(client.cancelFlightInfo(INFO).status()).isEqualTo(CancelStatus.NOT_CANCELLABLE);
            FlightEndpoint endpoint = INFO.endpoints().get(0);
            assertThat(client.renewFlightEndpoint(endpoint)).isEqualTo(renewed(endpoint));
            assertThat(client.setSessionOptions(OPTIONS).errors())
                    .isEqualTo(Map.of("text", SetSessionOptionsResult.Error.INVALID_NAME));
            assertThat(client.getSessionOptions().sessionOptions()).isEqualTo(OPTIONS);
            assertThat(client.closeSession().status()).isEqualTo(CloseSessionResult.Status.CLOSED);
        }
    }
}
