package dev.peregrine.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.ServerTransport;
import dev.peregrine.transport.TransportOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Servers that do what no Flight server should, or that are not there. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class StrangeServersTest {
    private static final FlightDescriptor ANY = FlightDescriptor.path("any");
    private static final FlightInfo INFO = FlightInfo.of(null, ANY);

    /** What the server does with a call as soon as its headers have come. */
    private Consumer<IncomingCall> answer = call -> call.finish(GrpcStatus.OK, new Metadata());

    private ServerTransport server;
    private FlightClient client;

    @BeforeEach
    void serve(BufferAllocator memory) throws IOException {
        server = ServerTransport.start(
                new Address.Tcp("localhost", 0), TransportOptions.forServer(), path -> this::accept);
        client = FlightClient.builder("grpc://" + server.address())
                .allocator(memory)
                .build();
    }

    private CallListener accept(IncomingCall call) {
        Inbox<byte[]> inbox = new Inbox<>(ProtoDecoder.of("anything", bytes -> bytes));
        inbox.attach(call);
        answer.accept(call);
        return inbox;
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static void send(IncomingCall call, byte[]... messages) {
        for (byte[] message : messages) {
            call.send(ProtoMessages.frame(message));
        }
    }

    private static void finish(IncomingCall call) {
        call.finish(GrpcStatus.OK, new Metadata());
    }

    @Test
    void noAnswerIsUnimplemented() {
        assertThatThrownBy(() -> client.getFlightInfo(ANY))
                .isInstanceOf(FlightUnimplementedException.class)
                .hasMessageContaining("no answer to GetFlightInfo instead of one");
        assertThatThrownBy(() -> client.async().getSchema(ANY).get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(FlightUnimplementedException.class);
    }

    @Test
    void twoAnswersAreUnimplemented() {
        answer = call -> {
            send(call, INFO.serialize(), INFO.serialize());
            finish(call);
        };
        assertThatThrownBy(() -> client.getFlightInfo(ANY))
                .isInstanceOf(FlightUnimplementedException.class)
                .hasMessageContaining("a second answer to GetFlightInfo instead of one");
    }

    @Test
    void aServerMayAnswerBeforeItIsAsked() {
        answer = call -> {
            send(call, INFO.serialize());
            finish(call);
        };
        for (int i = 0; i < 200; i++) {
            assertThat(client.getFlightInfo(ANY)).isEqualTo(INFO);
            assertThat(client.listFlights(Criteria.EMPTY).toList()).containsExactly(INFO);
        }
    }

    @Test
    void aGarbledAnswerFailsItsCall() {
        byte[] garbled = {0x0a, 100, 1, 2};
        answer = call -> {
            send(call, garbled);
            finish(call);
        };
        assertThatThrownBy(() -> client.getFlightInfo(ANY))
                .isInstanceOf(FlightInternalException.class)
                .hasMessageContaining("FlightInfo");
        assertThatThrownBy(() -> client.listActions().toList()).isInstanceOf(FlightInternalException.class);
        assertThatThrownBy(() -> {
                    try (FlightStreamReader reader = client.doGet(Ticket.of("t"))) {
                        reader.schema();
                    }
                })
                .isInstanceOf(FlightInternalException.class);
        answer = call -> {
            send(call, Result.of("still here").serialize());
            finish(call);
        };
        assertThat(client.doAction(new Action("a")).toList()).containsExactly(Result.of("still here"));
    }

    @Test
    void answersBeforeALostConnectionAreDelivered() {
        answer = call -> {
            send(call, INFO.serialize(), INFO.serialize());
            call.cancel(GrpcCode.UNAVAILABLE.with("gone"));
        };
        List<FlightInfo> seen = new ArrayList<>();
        // How much of it the reset overtakes is the network's affair, but it must be an error and not an end.
        assertThatThrownBy(() -> client.listFlights(Criteria.EMPTY).forEach(seen::add))
                .isInstanceOf(FlightException.class);
        assertThat(seen).hasSizeLessThanOrEqualTo(2).allMatch(INFO::equals);
    }

    @Test
    void aBearerTokenMayComeWithoutAnythingElse() {
        answer = call -> call.finish(GrpcStatus.OK, new Metadata().add("authorization", "bearer xyz"));
        assertThat(client.authenticateBasicToken("user", "secret"))
                .isEqualTo(new HeaderPair("authorization", "bearer xyz"));
    }

    @Test
    void anErrorWithoutAReasonSaysSo() {
        answer = call -> call.finish(GrpcCode.DATA_LOSS.with(""), new Metadata());
        assertThatThrownBy(() -> client.getFlightInfo(ANY)).isInstanceOfSatisfying(FlightInternalException.class, e -> {
            assertThat(e.grpcCode()).isEqualTo(GrpcCode.DATA_LOSS.number());
            assertThat(e)
                    .hasMessageContaining(FlightMethods.name(FlightMethods.GET_FLIGHT_INFO))
                    .hasMessageContaining(server.address().toString());
        });
    }

    @Test
    void aPutWhoseServerRefusesAtOnce() {
        answer = call -> call.finish(GrpcCode.PERMISSION_DENIED.with("not you"), new Metadata());
        assertThatThrownBy(() -> {
                    try (FlightPut put = client.doPut(ANY, new org.apache.arrow.vector.types.pojo.Schema(List.of()))) {
                        put.writer().doneWriting();
                        put.metadataReader().read();
                    }
                })
                .isInstanceOf(FlightException.class)
                .hasMessageContaining("not you");
    }

    @Test
    void aServerThatIsNotThere(BufferAllocator memory) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (FlightClient nobody = FlightClient.builder("grpc://localhost:" + port)
                .allocator(memory)
                .build()) {
            assertThatThrownBy(() -> nobody.getFlightInfo(ANY))
                    .isInstanceOf(FlightUnavailableException.class)
                    .hasMessageContaining("" + port);
            assertThatThrownBy(() -> nobody.async().getFlightInfo(ANY).get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(FlightUnavailableException.class);
            assertThatThrownBy(() -> nobody.listFlights(Criteria.EMPTY).toList())
                    .isInstanceOf(FlightUnavailableException.class);
            assertThatThrownBy(() -> {
                        try (FlightStreamReader reader = nobody.doGet(Ticket.of("t"))) {
                            reader.next();
                        }
                    })
                    .isInstanceOf(FlightUnavailableException.class);
            assertThatThrownBy(() -> {
                        try (FlightPut put =
                                nobody.doPut(ANY, new org.apache.arrow.vector.types.pojo.Schema(List.of()))) {
                            put.writer().doneWriting();
                        }
                    })
                    .isInstanceOf(FlightUnavailableException.class);
            assertThatThrownBy(() -> nobody.waitForAvailable(Duration.ofSeconds(3)))
                    .isInstanceOf(FlightUnavailableException.class);
        }
    }

    @Test
    void locationsThatAreNotOurs() {
        assertThatThrownBy(() -> FlightClient.connect("http://localhost:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grpc+tls://");
        assertThatThrownBy(() -> FlightClient.connect("localhost:1")).isInstanceOf(IllegalArgumentException.class);
    }
}
