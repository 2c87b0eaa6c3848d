package dev.peregrine.server.reflection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.peregrine.proto.FlightProto;
import dev.peregrine.proto.reflection.ExtensionRequest;
import dev.peregrine.proto.reflection.ServerReflectionRequest;
import dev.peregrine.proto.reflection.ServerReflectionResponse;
import dev.peregrine.proto.reflection.ServiceResponse;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.TransportOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The questions of gRPC's server reflection, each asked directly, and then over the wire. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ServerReflectionTest {
    private static final List<String> SERVICES = List.of(
            "arrow.flight.protocol.FlightService",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection");
    private static final ServerReflectionRequest LIST =
            ServerReflectionRequest.newBuilder().setListServices("*").build();

    private final ServerReflection reflection = new ServerReflection();
    private final Set<String> sent = new HashSet<>();

    private ServerReflectionResponse ask(ServerReflectionRequest.Builder request) {
        ServerReflectionRequest complete = request.setHost("me").build();
        ServerReflectionResponse response = reflection.answer(complete, sent);
        assertThat(response.getOriginalRequest()).isEqualTo(complete);
        assertThat(response.getValidHost()).isEqualTo("me");
        return response;
    }

    private static ServerReflectionRequest.Builder symbol(String name) {
        return ServerReflectionRequest.newBuilder().setFileContainingSymbol(name);
    }

    private static List<FileDescriptorProto> files(ServerReflectionResponse response) {
        assertThat(response.hasFileDescriptorResponse()).as("%s", response).isTrue();
        List<FileDescriptorProto> files = new ArrayList<>();
        for (ByteString bytes : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            try {
                files.add(FileDescriptorProto.parseFrom(bytes));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
        return files;
    }

    private static List<String> names(ServerReflectionResponse response) {
        return files(response).stream().map(FileDescriptorProto::getName).toList();
    }

    private static void assertError(ServerReflectionResponse response, GrpcCode code, String message) {
        assertThat(response.getErrorResponse().getErrorCode()).isEqualTo(code.number());
        assertThat(response.getErrorResponse().getErrorMessage()).isEqualTo(message);
    }

    @Test
    void listsFlightAndItself() {
        assertThat(ask(ServerReflectionRequest.newBuilder().setListServices(""))
                        .getListServicesResponse()
                        .getServiceList())
                .extracting(ServiceResponse::getName)
                .containsExactlyElementsOf(SERVICES);
    }

    @ParameterizedTest
    @CsvSource({
        "arrow.flight.protocol.FlightService, Flight.proto",
        "arrow.flight.protocol.FlightService.DoGet, Flight.proto",
        "arrow.flight.protocol.FlightInfo, Flight.proto",
        "arrow.flight.protocol.FlightInfo.ordered, Flight.proto",
        "arrow.flight.protocol.FlightDescriptor.DescriptorType, Flight.proto",
        "arrow.flight.protocol.FlightDescriptor.CMD, Flight.proto",
        "arrow.flight.protocol.SessionOptionValue.StringListValue.values, Flight.proto",
        "google.protobuf.Timestamp, google/protobuf/timestamp.proto",
        "grpc.reflection.v1.ErrorResponse, grpc/reflection/v1/reflection.proto",
        "grpc.reflection.v1alpha.ServerReflection, grpc/reflection/v1alpha/reflection.proto"
    })
    void findsTheFileOfASymbol(String symbol, String file) {
        assertThat(names(ask(symbol(symbol))).get(0)).isEqualTo(file);
    }

    @Test
    void aFileComesWithItsImportsOnce() {
        assertThat(names(ask(symbol("arrow.flight.protocol.Ticket"))))
                .containsExactly("Flight.proto", "google/protobuf/timestamp.proto");
        // Asked again, the file itself, because no answer would be an error.
        assertThat(names(ask(ServerReflectionRequest.newBuilder().setFileByFilename("Flight.proto"))))
                .containsExactly("Flight.proto");
    }

    @Test
    void aFileIsTheOneThatTheServerWasBuiltFromWithTheFieldsNamesInJson() {
        FileDescriptorProto file = files(
                        ask(ServerReflectionRequest.newBuilder().setFileByFilename("Flight.proto")))
                .get(0);
        FileDescriptorProto.Builder without = file.toBuilder();
        List<String> jsonNames = new ArrayList<>();
        without.getMessageTypeBuilderList().forEach(type -> takeJsonNames(type, jsonNames));
        assertThat(without.build()).isEqualTo(FlightProto.getDescriptor().toProto());
        assertThat(jsonNames)
                .doesNotContain("")
                .contains("ticket", "flightDescriptor", "totalRecords", "stringListValue");
    }

    private static void takeJsonNames(DescriptorProto.Builder type, List<String> names) {
        type.getFieldBuilderList().forEach(field -> {
            names.add(field.getJsonName());
            field.clearJsonName();
        });
        type.getNestedTypeBuilderList().forEach(nested -> takeJsonNames(nested, names));
    }

    @Test
    void theOlderVersionDiffersInNothingButThePackage() {
        FileDescriptorProto v1 =
                files(ask(symbol("grpc.reflection.v1.ServerReflection"))).get(0);
        FileDescriptorProto alpha =
                files(ask(symbol("grpc.reflection.v1alpha.ServerReflection"))).get(0);
        assertThat(alpha.toString().replace("v1alpha", "v1")).isEqualTo(v1.toString());
        assertThat(alpha.getPackage()).isEqualTo("grpc.reflection.v1alpha");
        assertThat(alpha.getService(0).getMethod(0).getInputType())
                .isEqualTo(".grpc.reflection.v1alpha.ServerReflectionRequest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Flight",
                "arrow.flight.protocol",
                "arrow.flight.protocol.DoGet",
                ".google.protobuf.Timestamp"
            })
    void noSuchSymbolIsNotFound(String symbol) {
        assertError(ask(symbol(symbol)), GrpcCode.NOT_FOUND, "there is no symbol " + symbol);
    }

    @Test
    void noSuchFileIsNotFound() {
        assertError(
                ask(ServerReflectionRequest.newBuilder().setFileByFilename("FlightSql.proto")),
                GrpcCode.NOT_FOUND,
                "there is no file FlightSql.proto");
    }

    @Test
    void thereAreNoExtensions() {
        assertError(
                ask(ServerReflectionRequest.newBuilder()
                        .setFileContainingExtension(ExtensionRequest.newBuilder()
                                .setContainingType("arrow.flight.protocol.Action")
                                .setExtensionNumber(5))),
                GrpcCode.NOT_FOUND,
                "there is no extension 5 of arrow.flight.protocol.Action");
        var none = ask(ServerReflectionRequest.newBuilder()
                        .setAllExtensionNumbersOfType("arrow.flight.protocol.SetSessionOptionsResult.Error"))
                .getAllExtensionNumbersResponse();
        assertThat(none.getBaseTypeName()).isEqualTo("arrow.flight.protocol.SetSessionOptionsResult.Error");
        assertThat(none.getExtensionNumberList()).isEmpty();
        for (String other :
                List.of("Nothing", "arrow.flight.protocol.FlightService", "arrow.flight.protocol.Nothing")) {
            assertError(
                    ask(ServerReflectionRequest.newBuilder().setAllExtensionNumbersOfType(other)),
                    GrpcCode.NOT_FOUND,
                    "there is no message type " + other);
        }
    }

    @Test
    void aQuestionOfALaterVersionIsUnimplemented() {
        assertError(
                ask(ServerReflectionRequest.newBuilder()),
                GrpcCode.UNIMPLEMENTED,
                "the request has none of the questions that this server knows");
    }

    /** Asks all, one after the other answer, and then ends the stream. */
    private static List<ServerReflectionResponse> over(int port, String path, ServerReflectionRequest... requests)
            throws GrpcException, InterruptedException {
        try (ClientTransport transport =
                ClientTransport.create(new Address.Tcp("localhost", port), TransportOptions.forClient())) {
            Inbox<ServerReflectionResponse> inbox = new Inbox<>(ProtoDecoder.of("response", bytes -> {
                try {
                    return ServerReflectionResponse.parseFrom(bytes);
                } catch (InvalidProtocolBufferException e) {
                    throw new IllegalArgumentException(e);
                }
            }));
            OutgoingCall call = transport.start(path, new Metadata(), null, inbox);
            inbox.attach(call);
            List<ServerReflectionResponse> answers = new ArrayList<>();
            for (ServerReflectionRequest request : requests) {
                call.send(ProtoMessages.frame(request.toByteArray()));
                answers.add(inbox.take());
            }
            call.halfClose();
            assertThat(inbox.take()).isNull();
            return answers;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ServerReflection.V1, ServerReflection.V1ALPHA})
    void answersWhileTheStreamIsOpen(String path, BufferAllocator memory) throws Exception {
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new FlightService() {})
                .allocator(memory)
                .reflection(true)
                .start()) {
            ServerReflectionRequest ticket =
                    symbol("arrow.flight.protocol.Ticket").build();
            List<ServerReflectionResponse> answers =
                    over(server.port(), path, LIST, symbol("nothing").build(), ticket, ticket);
            assertThat(answers.get(0).getListServicesResponse().getServiceCount())
                    .isEqualTo(3);
            assertThat(answers.get(1).getErrorResponse().getErrorCode()).isEqualTo(GrpcCode.NOT_FOUND.number());
            assertThat(names(answers.get(2))).containsExactly("Flight.proto", "google/protobuf/timestamp.proto");
            assertThat(names(answers.get(3))).containsExactly("Flight.proto");
        }
    }

    @Test
    void isOffUnlessAskedFor(BufferAllocator memory) {
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new FlightService() {})
                .allocator(memory)
                .start()) {
            assertThatThrownBy(() -> over(server.port(), ServerReflection.V1, LIST))
                    .isInstanceOfSatisfying(
                            GrpcException.class,
                            e -> assertThat(e.status().code()).isEqualTo(GrpcCode.UNIMPLEMENTED));
        }
    }

    @Test
    void aQuestionThatIsTooLongFailsTheCall(BufferAllocator memory) {
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new FlightService() {})
                .allocator(memory)
                .reflection(true)
                .start()) {
            assertThatThrownBy(() -> over(
                            server.port(),
                            ServerReflection.V1,
                            symbol("x".repeat(70_000)).build()))
                    .isInstanceOfSatisfying(
                            GrpcException.class,
                            e -> assertThat(e.status().code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED));
        }
    }
}
