package dev.peregrine.bench.side;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes for as short as can be: the work is done and reported; how fast does not matter. */
@Timeout(600)
class RoundsTest {
    private static final List<String> WORKS = List.of(
            "get:65536",
            "put:4096",
            "get3x2:4096",
            "exchange",
            "ping",
            "info",
            "ping32",
            "ingest",
            "ingest64",
            "tail",
            "get-lz4:4096",
            "put-zstd:4096",
            "put2-lz4:4096",
            "get-tls:4096",
            "get-unix:4096",
            "coldstart",
            "coldstart-cds");

    @TempDir
    Path folder;

    private Comparison run(List<String> peers, List<String> works, int rounds, String python)
            throws IOException, InterruptedException {
        List<Entry> entries = new Entrants(Peer.ALL, python != null, false, false).of(peers, works);
        Settings settings = new Settings(entries, rounds, 0.001, 1, 0.001, 2, 1, true);
        List<String> said = new ArrayList<>();
        Comparison comparison = new Rounds(settings, new Programs(python, folder), folder, said::add).run(Map.of());
        assertThat(said)
                .hasSize(comparison.samples().size() + comparison.failures().size());
        return comparison;
    }

    private static void everyWorkWasDone(Comparison comparison, Pair pair) {
        assertThat(comparison.failures()).isEmpty();
        assertThat(comparison.samples())
                .extracting(Sample::work)
                .containsExactlyElementsOf(comparison.settings().works());
        for (Sample sample : comparison.samples()) {
            assertThat(sample.pair()).isEqualTo(pair);
            switch (sample.work()) {
                case "get:65536" -> assertThat(sample.amount()).isPositive().isEqualTo(sample.amount() / 65536 * 65536);
                case "put:4096",
                        "get3x2:4096",
                        "get-tls:4096",
                        "get-unix:4096",
                        "get-lz4:4096",
                        "put-zstd:4096",
                        "put2-lz4:4096" ->
                    assertThat(sample.amount()).isPositive().isEqualTo(sample.amount() / 4096 * 4096);
                case "exchange", "ingest", "tail", "coldstart", "coldstart-cds" ->
                    assertThat(sample.amount()).isEqualTo(1);
                case "ingest64" -> assertThat(sample.amount()).isPositive();
                case "ping32" -> assertThat(sample.amount()).isGreaterThanOrEqualTo(32);
                default -> assertThat(sample.amount()).isEqualTo(2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"floor", "peregrine", "flight-core-tuned"})
    void aPeerDoesEveryWork(String peer) throws Exception {
        everyWorkWasDone(run(List.of(peer), WORKS, 1, null), Pair.of(peer, Peer.ALL));
    }

    @ParameterizedTest
    @CsvSource({"flight-core, ping", "peregrine-nonblocking, ping", "peregrine-tcnative, get-tls:4096"})
    void aVariantDoesWhatTellsItApart(String peer, String work) throws Exception {
        everyWorkWasDone(run(List.of(peer), List.of(work), 1, null), Pair.of(peer, Peer.ALL));
    }

    @Test
    @Tag("interop")
    void pyarrowDoesEveryWork() throws Exception {
        Python python =
                Python.find().orElseThrow(() -> new AssertionError("no Python with pyarrow; see PEREGRINE_PYTHON"));
        everyWorkWasDone(run(List.of("pyarrow"), WORKS, 1, python.command()), Pair.of("pyarrow", Peer.ALL));
    }

    @Test
    void peersTakeTurns() throws Exception {
        Comparison comparison = run(List.of("floor", "peregrine"), List.of("ping"), 2, null);
        assertThat(comparison.samples())
                .extracting(sample -> sample.round() + " " + sample.pair())
                .containsExactly("1 floor", "1 peregrine", "2 floor", "2 peregrine");
        assertThat(comparison.of("ping")).extracting(Summary::rounds).containsExactly(2, 2);
    }

    @Test
    void aPeerThatFailsIsReportedAndTheOthersGoOn() throws Exception {
        // A program that ends at once is no Python.
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Comparison comparison = run(List.of("pyarrow", "floor"), List.of("ping"), 1, java);
        assertThat(comparison.failures())
                .singleElement()
                .asString()
                .startsWith("round 1, pyarrow: the server ended with exit code 1: ");
        assertThat(comparison.samples()).extracting(Sample::pair).containsExactly(Pair.of("floor", Peer.ALL));
    }
}
