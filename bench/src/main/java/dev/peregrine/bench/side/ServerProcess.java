package dev.peregrine.bench.side;

import dev.peregrine.bench.lab.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One thread. The server of a peer in a process of its own, for a client in this one. */
public final class ServerProcess implements AutoCloseable {
    private final Path folder;
    private final Child process;
    private final Target target;

    /** By the name of one of the peers that come with the benchmarks, but pyarrow. */
    public ServerProcess(String peer, boolean tls) throws Exception {
        folder = Files.createTempDirectory("peregrine-bench");
        Link link = tls ? Link.TLS : Link.TCP;
        Programs programs = new Programs(null, folder);
        process = new Child(programs.server(Pair.of(peer, Peer.ALL).server(), link, false), folder);
        target = new Target("127.0.0.1", Rounds.port(process), tls ? programs.authority() : null, null);
    }

    /** Where it is. */
    public Target target() {
        return target;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.close();
        delete(folder);
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
