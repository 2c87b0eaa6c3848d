package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.conformance.NeedsProgram;
import dev.peregrine.conformance.Programs;
import dev.peregrine.conformance.Run;
import dev.peregrine.protocol.Location;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs' default mode, a JSON file at a time, between each pair of programs. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class PutAndGetTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String GO_CLIENT = "arrow-flight-integration-client";
    private static final String GO_SERVER = "arrow-flight-integration-server";

    @TempDir
    private Path folder;

    static List<IntegrationFile> all() {
        return IntegrationFiles.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void ourClientWithOurServer(IntegrationFile file, BufferAllocator memory) throws Exception {
        String path = file.write(folder, memory).toString();
        try (FlightServer server = IntegrationTestServer.start(memory, "-port", "0")) {
            IntegrationTestClient.run(memory, "-host", "localhost", "-port", "" + server.port(), "-path", path);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    @NeedsProgram(GO_SERVER)
    void ourClientWithTheGoServer(IntegrationFile file, BufferAllocator memory) throws Exception {
        String path = file.write(folder, memory).toString();
        List<String> serve = List.of(Programs.find(GO_SERVER).toString(), "-port=0");
        try (ListeningProgram server = ListeningProgram.start(serve)) {
            IntegrationTestClient.run(memory, "-host", "localhost", "-port", "" + server.port(), "-j", path);
        }
    }

    /** Its reader of JSON has no unions. */
    static List<IntegrationFile> readByGo() {
        return all().stream().filter(file -> !file.name().equals("unions")).toList();
    }

    @Test
    void theScoreIsTwentySixAndTwentyFive() {
        assertThat(all()).hasSize(26);
        assertThat(readByGo()).hasSize(25);
    }

    /** That client does not look at what it gets, so ours does. */
    @ParameterizedTest
    @MethodSource("readByGo")
    @NeedsProgram(GO_CLIENT)
    void theGoClientWithOurServer(IntegrationFile file, BufferAllocator memory) throws Exception {
        String path = file.write(folder, memory).toString();
        try (FlightServer server = IntegrationTestServer.start(memory, "-port", "0")) {
            Run run = Run.of(
                    PATIENCE,
                    List.of(
                            Programs.find(GO_CLIENT).toString(),
                            "-host=localhost",
                            "-port=" + server.port(),
                            "-path",
                            path));
            assertThat(run.exit()).as(run.output()).isZero();
            try (FlightClient client = FlightClient.builder(Location.tcp("localhost", server.port()))
                    .allocator(memory)
                    .build()) {
                new PutAndGet(path).get(client, memory);
            }
        }
    }

    @Test
    void otherDataAreNoticed(BufferAllocator memory) throws Exception {
        IntegrationFile one = all().get(0);
        Path path = one.write(folder, memory);
        try (FlightServer server = IntegrationTestServer.start(memory, "-port", "0");
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(memory)
                        .build()) {
            PutAndGet mode = new PutAndGet(path.toString());
            mode.check(client, memory);
            new IntegrationFile(one.name(), one.schema(), List.of(17, 21)).write(folder, memory);
            assertThatThrownBy(() -> mode.get(client, memory)).hasMessageContaining("rows of batch 1");
            new IntegrationFile(one.name(), one.schema(), List.of(17)).write(folder, memory);
            assertThatThrownBy(() -> mode.get(client, memory)).hasMessageContaining("more batches than in the file");
        }
    }

    /** The programs as programs. */
    @Test
    @Tag("interop")
    void ourProgramsRunByThemselves(BufferAllocator memory) throws Exception {
        String path = all().get(0).write(folder, memory).toString();
        try (ListeningProgram server = ListeningProgram.start(Run.java(IntegrationTestServer.class, "-port", "0"))) {
            String port = String.valueOf(server.port());
            Run run = Run.of(
                    PATIENCE,
                    Run.java(IntegrationTestClient.class, "-host", "localhost", "-port", port, "-path", path));
            assertThat(run.exit()).as(run.output()).isZero();
        }
    }
}
