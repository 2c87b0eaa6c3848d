package dev.peregrine.bench.lab;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One thread. CPU time of this process and of the server's. */
final class ProcessCpu {
    private final ProcessHandle client = ProcessHandle.current();
    private final @Nullable ProcessHandle server;
    private double clientStart;
    private double serverStart;

    /** The server's process id, or null if it is not known. */
    ProcessCpu(@Nullable Long server) {
        this.server = server == null
                ? null
                : ProcessHandle.of(server)
                        .orElseThrow(() -> new IllegalArgumentException("there is no process " + server));
    }

    void start() {
        clientStart = seconds(client);
        serverStart = seconds(server);
    }

    /** What was used since {@link #start}, divided by {@code work}, as two members of a JSON object. */
    String json(String unit, double work) {
        String text =
                String.format(Locale.ROOT, "\"client_cpu_%s\":%.3f", unit, (seconds(client) - clientStart) / work);
        return server == null
                ? text
                : text
                        + String.format(
                                Locale.ROOT, ",\"server_cpu_%s\":%.3f", unit, (seconds(server) - serverStart) / work);
    }

    private static double seconds(@Nullable ProcessHandle process) {
        if (process == null) {
            return 0;
        }
        Optional<Duration> total = process.info().totalCpuDuration();
        return total.orElse(Duration.ZERO).toNanos() / 1e9;
    }
}
