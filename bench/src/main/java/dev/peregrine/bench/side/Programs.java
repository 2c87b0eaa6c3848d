package dev.peregrine.bench.side;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The command lines of clients and servers. */
final class Programs {
    private static final String SCRIPT = "pyarrow_peer.py";
    private static final String LAB = "dev.peregrine.bench.lab.";
    private static final int FIRST_WITH_WARNINGS = 24;

    private final String java;
    private final ClassPath classPath;
    private final @Nullable String python;
    private final Path folder;
    private final Certificates certificates;

    /**
     * Java is this process's, with its class path.
     *
     * @param python with pyarrow, or null
     * @param folder for the script that it runs, certificates, sockets and archives
     */
    Programs(@Nullable String python, Path folder) throws IOException {
        java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        classPath = new ClassPath(folder);
        certificates = Certificates.write(folder);
        this.python = python;
        this.folder = folder;
        try (InputStream script = Programs.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new IllegalStateException(SCRIPT + " is not beside " + Programs.class);
            }
            Files.copy(script, folder.resolve(SCRIPT));
        }
    }

    /** What clients are to trust. */
    Path authority() {
        return certificates.authority();
    }

    /** Where a Unix socket is. */
    private String socket() {
        return folder.resolve("socket").toString();
    }

    /** Writes a line that begins with {@code ready} and ends with its port when it listens. */
    List<String> server(Peer peer, Link link, boolean verify) throws IOException {
        List<String> command =
                switch (peer.kind()) {
                    case PYARROW -> python("server");
                    case PROGRAM -> new ArrayList<>(peer.programs().get(0));
                    default -> lab("Server", peer.name());
                };
        // Not all programs of others can say which port they were given.
        int port = peer.kind() == Peer.Kind.PROGRAM ? freePort() : 0;
        command.addAll(List.of("--port", Integer.toString(port)));
        if (link == Link.TLS) {
            command.addAll(List.of("--tls-cert", certificates.certificate().toString()));
            command.addAll(List.of("--tls-key", certificates.key().toString()));
        } else if (link == Link.UNIX) {
            Files.deleteIfExists(Path.of(socket()));
            command.addAll(List.of("--unix", socket()));
        }
        if (verify && peer.kind() != Peer.Kind.PROGRAM) {
            command.add("--verify");
        }
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Writes a JSON line for each work. */
    List<String> client(Pair pair, Link link, List<Work> works, int port, long serverPid, Settings settings) {
        Peer peer = pair.client();
        List<String> command =
                switch (peer.kind()) {
                    case PYARROW -> python("client");
                    case PROGRAM -> new ArrayList<>(peer.programs().get(1));
                    default -> lab("Client", peer.name());
                };
        // The certificate is for the name too, and gRPC in C++ wants one.
        command.addAll(List.of("--host", link == Link.TLS ? "localhost" : "127.0.0.1"));
        command.addAll(List.of("--port", Integer.toString(port), "--server-pid", Long.toString(serverPid)));
        command.addAll(List.of(
                "--work", String.join(",", works.stream().map(Work::name).toList())));
        command.addAll(
                List.of("--warm", number(settings.warmUp(pair)), "--reps", Integer.toString(settings.repetitions())));
        if (link == Link.TLS) {
            command.addAll(List.of("--tls-cert", certificates.authority().toString()));
        } else if (link == Link.UNIX) {
            command.addAll(List.of("--unix", socket()));
        }
        if (peer.kind() != Peer.Kind.PROGRAM) {
            command.addAll(List.of("--rep-seconds", number(settings.repetitionSeconds())));
            command.addAll(List.of("--calls", Integer.toString(settings.calls())));
            if (settings.verify()) {
                command.add("--verify");
            }
        }
        return command;
    }

    /** Makes one GetFlightInfo and ends. Java's flags are {@code flags}. */
    List<String> oneCall(Peer peer, int port, List<String> flags) {
        List<String> where = List.of("--host", "127.0.0.1", "--port", Integer.toString(port), "--work", "info1");
        List<String> command =
                switch (peer.kind()) {
                    case PYARROW -> python("client");
                    case PROGRAM -> new ArrayList<>(peer.programs().get(1));
                    default -> {
                        List<String> java = java(peer.name(), flags);
                        java.addAll(List.of(LAB + "ColdStart", peer.name(), "127.0.0.1", Integer.toString(port)));
                        yield java;
                    }
                };
        if (!peer.java()) {
            command.addAll(where);
        }
        return command;
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.3f", number);
    }

    private List<String> lab(String main, String peer) {
        List<String> command = java(peer, List.of("-Xmx2g"));
        command.addAll(List.of(LAB + main, "--peer", peer));
        return command;
    }

    private List<String> java(String peer, List<String> flags) {
        List<String> command = new ArrayList<>(List.of(java, "--add-opens=java.base/java.nio=ALL-UNNAMED"));
        command.addAll(flags);
        if (Runtime.version().feature() >= FIRST_WITH_WARNINGS) {
            command.add("--sun-misc-unsafe-memory-access=allow");
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (peer.equals(Peer.TUNED)) {
            command.add("-Darrow.enable_unsafe_memory_access=true");
            command.add("-Darrow.enable_null_check_for_get=false");
        }
        boolean tcnative = !peer.equals(Peer.OURS) && !peer.equals(Peer.NON_BLOCKING);
        command.addAll(List.of("-cp", classPath.text(tcnative)));
        return command;
    }

    private List<String> python(String role) {
        if (python == null) {
            throw new IllegalStateException("there is no Python with pyarrow");
        }
        return new ArrayList<>(List.of(python, folder.resolve(SCRIPT).toString(), role));
    }
}
