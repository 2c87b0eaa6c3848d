package dev.peregrine.bench.side;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.peregrine.bench.report.TargetTable;
import dev.peregrine.bench.report.Targets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What is understood: the command line, what clients print, /proc/stat. */
class SideBySideTest {
    private static Settings settings(boolean pyarrow, String... arguments) {
        CommandLine line = SideBySide.line();
        line.parseArgs(arguments);
        return line.<SideBySide>getCommand().settings(pyarrow);
    }

    @Test
    void withoutOptionsItIsEverything() {
        Settings all = settings(true);
        assertThat(pairs(all))
                .containsExactly(
                        "floor",
                        "peregrine",
                        "peregrine-nonblocking",
                        "peregrine-tcnative",
                        "flight-core",
                        "flight-core-tuned",
                        "pyarrow");
        assertThat(all.works()).hasSize(23);
        assertThat(all.rounds()).isEqualTo(3);
        assertThat(all.warmUp()).isEqualTo(20);
        assertThat(works(all, "floor")).hasSize(14).doesNotContain("ping32", "get-tls:65536");
        assertThat(works(all, "peregrine-nonblocking")).containsExactly("ping", "info", "ping32", "tail");
        assertThat(works(all, "flight-core")).hasSize(18).doesNotContain("get-unix:65536");
        assertThat(pairs(settings(false))).hasSize(6);
    }

    private static List<String> pairs(Settings settings) {
        return settings.entries().stream().map(entry -> entry.pair().toString()).toList();
    }

    private static List<String> works(Settings settings, String pair) {
        return settings.entries().stream()
                .filter(entry -> entry.pair().toString().equals(pair))
                .flatMap(entry -> entry.works().stream())
                .map(Work::name)
                .toList();
    }

    @Test
    void programsOfOthersTakePart() {
        Settings settings = settings(true, "--targets", "--program", "go=lab-go server,lab-go client -v");
        assertThat(pairs(settings)).contains("go", "peregrine:pyarrow").doesNotContain("peregrine:go", "go:peregrine");
        assertThat(works(settings, "go"))
                .containsExactly(
                        "get:64", "get:4096", "get:65536", "put:64", "put:4096", "put:65536", "ping", "get-tls:65536");
        assertThat(works(settings, "pyarrow:peregrine"))
                .containsExactly("get:4096", "get:65536", "put:4096", "put:65536");
        Settings all = settings(true, "--program", "go=lab-go server,lab-go client -v");
        assertThat(works(all, "go")).hasSize(12).doesNotContain("ingest", "tail", "get16:65536", "get-lz4:65536");
        Peer go = settings.entries().stream()
                .map(entry -> entry.pair().client())
                .filter(peer -> peer.name().equals("go"))
                .findFirst()
                .orElseThrow();
        assertThat(go.programs()).containsExactly(List.of("lab-go", "server"), List.of("lab-go", "client", "-v"));
    }

    @Test
    void whatTheTargetsNeedIsMeasuredInLessThanAnHour() {
        Settings settings = settings(
                true,
                "--targets",
                "--program=cpp=lab-cpp server,lab-cpp client",
                "--program=rust=lab-rust server,lab-rust client",
                "--rounds=1",
                "--warm-up=10",
                "--repetitions=3");
        assertThat(settings.estimate()).isBetween(600.0, 3600.0);
        List<Sample> samples = settings.entries().stream()
                .flatMap(entry -> entry.works().stream().map(work -> sample(entry.pair(), work)))
                .toList();
        assertThat(TargetTable.lines(Targets.of(new Comparison(settings, Map.of(), samples, List.of()))))
                .last()
                .asString()
                .endsWith("; 0 were not measured.");
        assertThat(works(settings, "peregrine")).doesNotContain("info", "get-lz4:65536");
        assertThat(works(settings, "floor")).containsExactly("get:4096", "get:65536", "put:4096", "put:65536");
    }

    private static Sample sample(Pair pair, Work work) {
        return new Sample(pair, 1, work.name(), Unit.GIB_PER_SECOND, 1, 1, 1, 1, 1, new Cost(1, 1, 1, 1), 0);
    }

    @Test
    void quickIsAboutThreeMinutesAndCanBeChanged() {
        assertThat(settings(true, "--quick").estimate()).isBetween(120.0, 240.0);
        Settings changed = settings(
                true, "--quick", "--rounds", "7", "--work", "get:1,info", "--peers", "pyarrow:peregrine,floor");
        assertThat(changed.rounds()).isEqualTo(7);
        assertThat(changed.works()).containsExactly("get:1", "info");
        assertThat(changed.entries())
                .extracting(
                        entry -> entry.pair().client().name(),
                        entry -> entry.pair().server().name())
                .containsExactly(tuple("pyarrow", "peregrine"), tuple("floor", "floor"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --peers=nobody          | peregrine: there is no peer 'nobody'; there are floor, peregrine, peregrine-nonblocking, peregrine-tcnative, flight-core, flight-core-tuned, pyarrow, and CLIENT:SERVER of two of them.
                    --peers=floor:peregrine | peregrine: floor speaks no Flight, so it cannot be paired as 'floor:peregrine'.
                    --peers=pyarrow         | peregrine: there is no Python with pyarrow; PEREGRINE_PYTHON can name one.
                    --work=get              | peregrine: there is no work 'get'; works are get:ROWS, put:ROWS, get16:ROWS, get16x4:ROWS, each as get-tls:ROWS and get-unix:ROWS too, get-lz4:ROWS, get-zstd:ROWS, exchange, ping, info, ping32, ingest, ingest64, tail, coldstart, coldstart-cds.
                    --program=go            | peregrine: a program is NAME=SERVER,CLIENT, as in 'go=lab-go server,lab-go client', not 'go'.
                    --program=floor=a,b     | peregrine: 'floor' cannot be the name of a program: that is small letters, digits and hyphens, and no other peer's.
                    --rounds=0              | peregrine: --rounds has to be at least 1.
                    """)
    void whatCannotBeIsSaid(String option, String message) {
        assertThatThrownBy(() -> settings(false, option))
                .isInstanceOf(ParameterException.class)
                .hasMessage(message);
    }

    @Test
    void aLineOfAClientIsRead() throws PeerFailure {
        Sample get = Sample.of(
                Pair.of("peregrine", Peer.ALL),
                2,
                "{\"work\":\"get:64\",\"gib_s\":1.5,\"min\":1,\"max\":2,\"batches\":3,\"rows\":384,"
                        + "\"client_cpu_s_gib\":0.25,\"server_cpu_s_gib\":0.5,\"client_heap_b\":7,\"server_heap_b\":8}",
                7);
        assertThat(get)
                .isEqualTo(new Sample(
                        Pair.of("peregrine", Peer.ALL),
                        2,
                        "get:64",
                        Unit.GIB_PER_SECOND,
                        1.5,
                        1,
                        2,
                        Double.NaN,
                        384,
                        new Cost(0.25, 0.5, 7, 8),
                        7));
        Sample ping = Sample.of(
                Pair.of("floor", Peer.ALL),
                1,
                "{\"work\":\"ping\",\"p50_us\":15.5,\"p99_us\":99,\"min\":15,\"max\":16,\"n\":20,\"client_cpu_us\":5}",
                Double.NaN);
        assertThat(List.of(ping.p99(), ping.cost().clientCpu(), (double) ping.amount()))
                .containsExactly(99.0, 5.0, 20.0);
        assertThat(ping.cost().serverCpu()).isNaN();
        assertThatThrownBy(() -> Sample.of(Pair.of("floor", Peer.ALL), 1, "{\"work\":\"ping\"}", 0))
                .isInstanceOf(PeerFailure.class)
                .hasMessage("printed a line without a figure: {\"work\":\"ping\"}");
    }

    @Test
    void theMachinesCpuTimeHasNeitherIdleNorGuests() {
        assertThat(MachineCpu.busySeconds("cpu  100 200 300 4000 5000 600 700 800 900 1000"))
                .isEqualTo(1 + 2 + 3 + 6 + 7 + 8);
    }
}
