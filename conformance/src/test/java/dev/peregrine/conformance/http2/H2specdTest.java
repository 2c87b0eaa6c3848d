package dev.peregrine.conformance.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.conformance.NeedsProgram;
import dev.peregrine.conformance.Programs;
import dev.peregrine.conformance.Run;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client of ours under h2specd, which plays a server in 57 ways, most of them wrong. */
@ExtendWith(LeakCheck.class)
@NeedsProgram("h2specd")
@Timeout(600)
final class H2specdTest {
    private static final int CASES = 57;

    /**
     * Runs that end without a score: a port was taken in between, or a case took more than the three seconds that h2specd
     * gives it, whatever it is told, which ends the run.
     */
    private static final int ATTEMPTS = 3;

    @TempDir
    private Path folder;

    @Test
    void allCases(BufferAllocator memory) throws Exception {
        OneCallClients clients = new OneCallClients(folder, memory);
        Run run;
        try (clients) {
            int attempt = 1;
            do {
                run = Run.of(
                        Duration.ofSeconds(180),
                        List.of(
                                Programs.find("h2specd").toString(),
                                "--from-port",
                                Integer.toString(freePorts()),
                                "--timeout",
                                "2",
                                "--exec",
                                clients.command()));
            } while (run.exit() != 0 && attempt++ < ATTEMPTS);
        }
        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(Score.of(run.output()))
                .as(String.join("\n", clients.outcomes()))
                .isEqualTo(new Score(CASES, CASES, List.of()));
        assertThat(clients.outcomes()).hasSizeGreaterThanOrEqualTo(CASES);
    }

    /** The first of as many ports as there are cases, below those that systems give to clients. */
    private static int freePorts() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(10_000, 30_000);
            if (areFree(first)) {
                return first;
            }
        }
        throw new IOException("there are no " + CASES + " free ports in a row");
    }

    private static boolean areFree(int first) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int port = first; port < first + CASES; port++) {
                sockets.add(new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")));
            }
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
