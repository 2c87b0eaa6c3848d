package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.TransportOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no Flight client would send cost their own call and nothing else. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class WrongRequestsTest {
    /** The length of field 1 says 100 bytes, but there are two. */
    private static final byte[] GARBLED = {0x0a, 100, 1, 2};

    private final AtomicInteger asked = new AtomicInteger();
    private FlightServer server;
    private ClientTransport transport;

    @BeforeEach
    void serve(BufferAllocator memory) {
        server = FlightServer.builder("grpc://localhost:0", new FlightService() {
                    @Override
                    public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                        asked.incrementAndGet();
                        return null;
                    }

                    @Override
                    public Iterable<Result> doAction(ServerCall call, Action action) {
                        return List.of(new Result(action.body()));
                    }

                    @Override
                    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
                        asked.incrementAndGet();
                        while (in.next()) {}
                    }
                })
                .allocator(memory)
                .start();
        transport = ClientTransport.create(new Address.Tcp("localhost", server.port()), TransportOptions.forClient());
    }

    @AfterEach
    void close() {
        // The server still serves.
        assertThat(call(FlightMethods.DO_ACTION, new Action("echo").serialize()))
                .isEqualTo(GrpcStatus.OK);
        transport.close();
        server.close();
    }

    /** Sends these messages and half-closes; gives the status. */
    private GrpcStatus call(String path, byte[]... messages) {
        Inbox<byte[]> inbox = new Inbox<>(ProtoDecoder.of("anything", bytes -> bytes));
        OutgoingCall call = transport.start(path, new Metadata(), null, inbox);
        inbox.attach(call);
        for (byte[] message : messages) {
            call.send(ProtoMessages.frame(message));
        }
        call.halfClose();
        try {
            while (inbox.take() != null) {}
            return GrpcStatus.OK;
        } catch (GrpcException e) {
            return e.status();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GetFlightInfo", "PollFlightInfo", "GetSchema", "DoGet", "DoAction", "ListFlights"})
    void aRequestThatIsNoMessageIsInvalid(String method) {
        GrpcStatus status = call("/" + FlightMethods.SERVICE + "/" + method, GARBLED);
        assertThat(status.code()).isEqualTo(GrpcCode.INVALID_ARGUMENT);
        assertThat(status.message()).startsWith(method + ": ");
        assertThat(asked.get()).isZero();
    }

    @Test
    void noRequestIsUnimplemented() {
        GrpcStatus status = call(FlightMethods.GET_FLIGHT_INFO);
        assertThat(status).isEqualTo(GrpcCode.UNIMPLEMENTED.with("GetFlightInfo takes one request, but none came"));
        assertThat(asked.get()).isZero();
    }

    @Test
    void twoRequestsAreUnimplemented() {
        byte[] request = FlightDescriptor.path("a").serialize();
        GrpcStatus status = call(FlightMethods.GET_FLIGHT_INFO, request, request);
        assertThat(status)
                .isEqualTo(GrpcCode.UNIMPLEMENTED.with("GetFlightInfo takes one request, but a second one came"));
        assertThat(asked.get()).isZero();
    }

    @Test
    void anUnknownMethodIsUnimplemented() {
        assertThat(call("/" + FlightMethods.SERVICE + "/DoMagic", GARBLED).code())
                .isEqualTo(GrpcCode.UNIMPLEMENTED);
    }

    @Test
    void aPutOfGarbageIsInvalid() {
        GrpcStatus status = call(FlightMethods.DO_PUT, GARBLED);
        assertThat(status.code()).isEqualTo(GrpcCode.INVALID_ARGUMENT);
        assertThat(status.message()).startsWith("DoPut: ");
    }

    @Test
    void aPutOfNothingEndsInTheService() {
        assertThat(call(FlightMethods.DO_PUT)).isEqualTo(GrpcStatus.OK);
        assertThat(asked.get()).isEqualTo(1);
    }

    @Test
    void aRequestCutOffIsFreed() {
        OutgoingCall call = transport.start(
                FlightMethods.DO_PUT, new Metadata(), null, new Inbox<>(ProtoDecoder.of("anything", bytes -> bytes)));
        // A FlightData whose body of a mebibyte has only just begun.
        byte[] head = {0, 0, 16, 0, 16, (byte) 0xc2, 0x3e, (byte) 0x80, (byte) 0x80, 0x40, 1, 2, 3};
        call.send(io.netty.buffer.Unpooled.wrappedBuffer(head));
        call.cancel(GrpcCode.CANCELLED.with("enough"));
    }
}
