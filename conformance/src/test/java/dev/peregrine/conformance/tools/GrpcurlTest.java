package dev.peregrine.conformance.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.peregrine.cli.Peregrine;
import dev.peregrine.conformance.NeedsProgram;
import dev.peregrine.conformance.Programs;
import dev.peregrine.conformance.Run;
import dev.peregrine.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** grpcurl, which has no .proto file of Flight, lists, describes and calls the service. */
@ExtendWith(LeakCheck.class)
@NeedsProgram("grpcurl")
@Timeout(180)
class GrpcurlTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SERVICE = "arrow.flight.protocol.FlightService";
    private static final String TRADES = "{\"type\": \"PATH\", \"path\": [\"trades\"]}";

    @TempDir
    private Path folder;

    private static Run grpcurl(List<String> options, String... more) throws Exception {
        return Run.of(PATIENCE, FolderServer.command(Programs.find("grpcurl"), options, more));
    }

    private static List<String> connection(FolderServer server) {
        return server.tls() ? List.of("-cacert", server.certChain().toString()) : List.of("-plaintext");
    }

    private static String output(FolderServer server, String... more) throws Exception {
        Run run = grpcurl(connection(server), more);
        assertThat(run.exit()).as(run.output()).isZero();
        return run.output();
    }

    /** The answer of a call that has one. */
    private static JsonNode call(FolderServer server, String method, String request) throws Exception {
        return new ObjectMapper().readTree(output(server, "-d", request, server.address(), SERVICE + "/" + method));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String text(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asText()), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void listsAndDescribes(boolean tls, BufferAllocator memory) throws Exception {
        try (FolderServer server = FolderServer.start(tls, folder, memory)) {
            assertThat(output(server, server.address(), "list").lines())
                    .containsExactly(
                            SERVICE, "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection");
            assertThat(output(server, server.address(), "list", SERVICE).lines())
                    .containsExactly(
                            SERVICE + ".DoAction",
                            SERVICE + ".DoExchange",
                            SERVICE + ".DoGet",
                            SERVICE + ".DoPut",
                            SERVICE + ".GetFlightInfo",
                            SERVICE + ".GetSchema",
                            SERVICE + ".Handshake",
                            SERVICE + ".ListActions",
                            SERVICE + ".ListFlights",
                            SERVICE + ".PollFlightInfo");
            assertThat(output(server, server.address(), "describe", SERVICE + ".DoGet"))
                    .contains("rpc DoGet ( .arrow.flight.protocol.Ticket )"
                            + " returns ( stream .arrow.flight.protocol.FlightData )");
            assertThat(output(server, server.address(), "describe", "arrow.flight.protocol.FlightEndpoint"))
                    .contains(
                            ".arrow.flight.protocol.Ticket ticket = 1",
                            ".google.protobuf.Timestamp expiration_time = 3");
            // All services, those of reflection too.
            assertThat(output(server, server.address(), "describe"))
                    .contains(
                            SERVICE + " is a service",
                            "grpc.reflection.v1.ServerReflection is a service",
                            "grpc.reflection.v1alpha.ServerReflection is a service");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callsWithoutAProtoFile(boolean tls, BufferAllocator memory) throws Exception {
        try (FolderServer server = FolderServer.start(tls, folder, memory)) {
            JsonNode info = call(server, "GetFlightInfo", TRADES);
            assertThat(info.at("/flightDescriptor/path/0").asText()).isEqualTo("trades");
            assertThat(info.at("/totalRecords").asText()).isEqualTo("3");
            assertThat(text(info.at("/endpoint/0/ticket/ticket"))).isEqualTo("trades");

            // One flight, so one answer.
            assertThat(call(server, "ListFlights", "{}")).isEqualTo(info);

            JsonNode result = call(server, "DoAction", "{\"type\": \"stat\", \"body\": \"" + base64("trades") + "\"}");
            JsonNode stat = new ObjectMapper().readTree(text(result.get("body")));
            assertThat(stat.get("name").asText()).isEqualTo("trades");
            assertThat(stat.get("records").asInt()).isEqualTo(3);

            assertThat(output(server, server.address(), SERVICE + "/ListActions"))
                    .contains("\"type\": \"delete\"", "\"type\": \"stat\"", "\"type\": \"healthcheck\"");

            // The schema and a batch.
            assertThat(output(
                            server,
                            "-d",
                            "{\"ticket\": \"" + base64("trades") + "\"}",
                            server.address(),
                            SERVICE + "/DoGet"))
                    .containsPattern("(?s)\"dataHeader\".*\"dataHeader\".*\"dataBody\"");
        }
    }

    @Test
    void showsTheStatusOfACallThatFails(BufferAllocator memory) throws Exception {
        try (FolderServer server = FolderServer.start(false, folder, memory)) {
            Run run = grpcurl(
                    List.of("-plaintext", "-d", "{\"type\": \"PATH\", \"path\": [\"none\"]}"),
                    server.address(),
                    SERVICE + "/GetFlightInfo");
            // grpcurl exits with 64 and the code's number.
            assertThat(run.exit()).as(run.output()).isEqualTo(64 + 5);
            assertThat(run.output()).contains("Code: NotFound", "none");
        }
    }

    /** The command line's server has reflection, unless it is told not to. */
    @Test
    void peregrineServeAnswersUnlessTold() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Run on = listOf(Run.java(Peregrine.class, "serve", data.toString(), "--port", "0"));
        assertThat(on.exit()).as(on.output()).isZero();
        assertThat(on.output()).contains(SERVICE);

        Run off = listOf(Run.java(Peregrine.class, "serve", data.toString(), "--port", "0", "--no-reflection"));
        assertThat(off.exit()).as(off.output()).isNotZero();
        assertThat(off.output()).contains("server does not support the reflection API");
    }

    /** Runs a server, waits for its first line, which ends with its location, and has grpcurl list its services. */
    private static Run listOf(List<String> serve) throws Exception {
        Process process = new ProcessBuilder(serve)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String line = CompletableFuture.supplyAsync(
                            () -> process.inputReader().lines().findFirst())
                    .get(60, TimeUnit.SECONDS)
                    .orElseThrow();
            return grpcurl(List.of("-plaintext"), line.substring(line.lastIndexOf('/') + 1), "list");
        } finally {
            process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
    }
}
