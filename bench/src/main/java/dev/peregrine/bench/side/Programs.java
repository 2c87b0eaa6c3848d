package dev.peregrine.bench.side;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The command lines of clients and servers. */
final class Programs {
    private static final String SCRIPT = "pyarrow_peer.py";
    private static final int FIRST_WITH_WARNINGS = 24;

    private final String java;
    private final String classPath;
    private final @Nullable String python;
    private final Path folder;

    /**
     * Java is this process's, with its class path.
     *
     * @param python with pyarrow, or null
     * @param folder for the script that it runs
     */
    Programs(@Nullable String python, Path folder) throws IOException {
        java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        classPath = System.getProperty("java.class.path");
        this.python = python;
        this.folder = folder;
        try (InputStream script = Programs.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new IllegalStateException(SCRIPT + " is not beside " + Programs.class);
            }
            Files.copy(script, folder.resolve(SCRIPT));
        }
    }

    /** Writes {@code ready port N} when it listens. */
    List<String> server(String peer) {
        List<String> command = peer.equals(Pair.PYARROW) ? python("server") : java("Server", peer);
        command.addAll(List.of("--port", "0"));
        return command;
    }

    /** Writes a JSON line for each work. */
    List<String> client(Pair pair, int port, long serverPid, Settings settings) {
        String peer = pair.client();
        List<String> command = peer.equals(Pair.PYARROW) ? python("client") : java("Client", peer);
        command.addAll(List.of("--port", Integer.toString(port), "--server-pid", Long.toString(serverPid)));
        command.addAll(List.of("--work", String.join(",", settings.works(pair))));
        command.addAll(List.of("--warm", number(settings.warmUp()), "--reps", "" + settings.repetitions()));
        command.addAll(
                List.of("--rep-seconds", number(settings.repetitionSeconds()), "--calls", "" + settings.calls()));
        return command;
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.3f", number);
    }

    private List<String> java(String main, String peer) {
        List<String> command = new ArrayList<>(List.of(java, "-Xmx2g", "--add-opens=java.base/java.nio=ALL-UNNAMED"));
        if (Runtime.version().feature() >= FIRST_WITH_WARNINGS) {
            command.add("--sun-misc-unsafe-memory-access=allow");
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", classPath, "dev.peregrine.bench.lab." + main, "--peer", peer));
        return command;
    }

    private List<String> python(String role) {
        if (python == null) {
            throw new IllegalStateException("there is no Python with pyarrow");
        }
        return new ArrayList<>(List.of(python, folder.resolve(SCRIPT).toString(), role));
    }
}
