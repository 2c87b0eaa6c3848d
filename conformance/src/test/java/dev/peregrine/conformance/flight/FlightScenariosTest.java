package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.peregrine.conformance.NeedsProgram;
import dev.peregrine.conformance.Programs;
import dev.peregrine.conformance.Run;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each scenario between each pair of programs: ours with Go's, Go's with ours, ours with ours. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class FlightScenariosTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String GO_CLIENT = "arrow-flight-integration-client";
    private static final String GO_SERVER = "arrow-flight-integration-server";

    static List<String> ours() {
        return Scenarios.names();
    }

    /** The Go programs do not have the exchange. */
    static List<String> common() {
        return Scenarios.names().stream()
                .filter(name -> !name.equals("do_exchange:echo"))
                .toList();
    }

    @Test
    void theScoreIsTwelveAndEleven() {
        assertThat(ours()).hasSize(12);
        assertThat(common()).hasSize(11);
    }

    @ParameterizedTest
    @MethodSource("ours")
    void ourClientWithOurServer(String scenario, BufferAllocator memory) throws Exception {
        try (FlightServer server = IntegrationTestServer.start(memory, "-port", "0", "-scenario", scenario)) {
            runOurClient(memory, server.port(), scenario);
        }
    }

    @ParameterizedTest
    @MethodSource("common")
    @NeedsProgram(GO_SERVER)
    void ourClientWithTheGoServer(String scenario, BufferAllocator memory) throws Exception {
        try (ListeningProgram server = ListeningProgram.start(
                List.of(Programs.find(GO_SERVER).toString(), "-port=0", "-scenario", scenario))) {
            runOurClient(memory, server.port(), scenario);
        }
    }

    @ParameterizedTest
    @MethodSource("common")
    @NeedsProgram(GO_CLIENT)
    void theGoClientWithOurServer(String scenario, BufferAllocator memory) throws Exception {
        try (FlightServer server = IntegrationTestServer.start(memory, "-port", "0", "-scenario", scenario)) {
            Run run = Run.of(
                    PATIENCE,
                    List.of(
                            Programs.find(GO_CLIENT).toString(),
                            "-host=localhost",
                            "-port=" + server.port(),
                            "-scenario",
                            scenario));
            assertThat(run.exit()).as(run.output()).isZero();
        }
    }

    private static void runOurClient(BufferAllocator memory, int port, String scenario) {
        String[] arguments = {"-host", "localhost", "-port", String.valueOf(port), "-scenario", scenario};
        assertThatCode(() -> IntegrationTestClient.run(memory, arguments)).doesNotThrowAnyException();
    }

    /** The programs as programs: their command lines, what they print, how they exit. */
    @Test
    @Tag("interop")
    void ourProgramsRunByThemselves() throws Exception {
        List<String> serve = Run.java(IntegrationTestServer.class, "-port", "0", "-scenario", "ordered");
        try (ListeningProgram server = ListeningProgram.start(serve)) {
            String port = String.valueOf(server.port());
            Run good = Run.of(
                    PATIENCE,
                    Run.java(IntegrationTestClient.class, "-host", "localhost", "-port", port, "-scenario", "ordered"));
            assertThat(good.exit()).as(good.output()).isZero();
            // Of another scenario, that server is a wrong one.
            Run bad = Run.of(
                    PATIENCE,
                    Run.java(
                            IntegrationTestClient.class,
                            "--host=localhost",
                            "--port=" + port,
                            "--scenario=poll_flight_info"));
            assertThat(bad.exit()).as(bad.output()).isEqualTo(1);
            assertThat(bad.output()).contains("PollFlightInfo is not implemented by this server");
        }
    }
}
