package dev.peregrine.interop.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.peregrine.interop.support.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The most of what a stream may have, in JVMs of their own: dictionaries, and bytes in one body. */
@Tag("slow")
@Timeout(300)
class LargeStreamsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final Path MEMORY = Path.of("/proc/meminfo");

    /** flight-core calls itself for each of them. What waits is bounded by the stream's window, and nothing is left. */
    @Test
    void hundredThousandDictionaryBatches() {
        Memory used = run(ManyDictionaries.class, "-Xmx128m", "-XX:MaxDirectMemorySize=128m");
        assertThat(used.arrow()).isLessThan(32L << 20);
        assertThat(used.limbo()).isZero();
    }

    /** What is sent, what is received, and 256 MiB of it while these are moved to a larger buffer. */
    @Test
    void oneBodyOfAlmostTwoGibibytes() throws IOException {
        long free = availableKibibytes();
        assumeThat(free)
                .as("MemAvailable in /proc/meminfo: %d KiB; twice 1.9 GiB and some more are needed", free)
                .isGreaterThan(6L << 20);
        Memory used = run(LargeBody.class, "-Xmx256m", "-XX:MaxDirectMemorySize=5g");
        assertThat(used.arrow()).isBetween(2 * LargeBody.BYTES, 5L << 30);
        assertThat(used.limbo()).isZero();
    }

    /** Without what looks for leaks: it notes where each buffer goes, which takes most of the time, and nothing is left anyway. */
    private static Memory run(Class<?> main, String... flags) {
        List<String> all = new ArrayList<>(
                List.of("-Darrow.memory.debug.allocator=false", "-Dio.netty.leakDetection.level=disabled"));
        all.addAll(List.of(flags));
        try (ChildProcess child = ChildProcess.program(main, all)) {
            return Memory.parse(child.finish(PATIENCE).get(0));
        }
    }

    private static long availableKibibytes() throws IOException {
        return Files.readAllLines(MEMORY).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
