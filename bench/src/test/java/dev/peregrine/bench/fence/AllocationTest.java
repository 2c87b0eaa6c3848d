package dev.peregrine.bench.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Heap bytes that each side allocates for a batch in steady state, Arrow's own objects included. Measured in a JVM with its
 * usual compilers, since what they save by escape analysis counts.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class AllocationTest {
    @ParameterizedTest
    @CsvSource({
        "get, 64, 50000, 2304, 512",
        "put, 64, 50000, 512, 2304",
        "get, 65536, 500, 4096, 4096",
        "put, 65536, 500, 4096, 4096"
    })
    void aBatchCostsSoManyBytesAtMost(
            String work, int rows, int batches, long client, long server, @TempDir Path folder) throws Exception {
        Probe probe = Probe.run(AllocationProbe.class, folder, List.of(), work, rows, batches);
        assertThat(probe.number("client")).as(probe.said()).isBetween(1L, client);
        assertThat(probe.number("server")).as(probe.said()).isBetween(1L, server);
    }
}
