package dev.peregrine.bench.side;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
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
        assertThat(all.pairs())
                .extracting(Pair::toString)
                .containsExactly("floor", "peregrine", "flight-core", "flight-core-tuned", "pyarrow");
        assertThat(all.works()).hasSize(10);
        assertThat(all.rounds()).isEqualTo(3);
        assertThat(all.warmUp()).isEqualTo(10);
        assertThat(all.works(Pair.of("floor"))).hasSize(9).doesNotContain("ping32");
        assertThat(settings(false).pairs()).hasSize(4);
    }

    @Test
    void quickIsAboutTwoMinutesAndCanBeChanged() {
        assertThat(settings(true, "--quick").estimate()).isBetween(100.0, 200.0);
        Settings changed = settings(
                true, "--quick", "--rounds", "7", "--work", "get:1,info", "--peers", "pyarrow:peregrine,floor");
        assertThat(changed.rounds()).isEqualTo(7);
        assertThat(changed.works()).containsExactly("get:1", "info");
        assertThat(changed.pairs())
                .extracting(Pair::client, Pair::server)
                .containsExactly(tuple("pyarrow", "peregrine"), tuple("floor", "floor"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --peers=nobody          | peregrine: there is no peer 'nobody'; there are floor, peregrine, flight-core, flight-core-tuned, pyarrow, and CLIENT:SERVER of two of them.
                    --peers=floor:peregrine | peregrine: floor speaks no Flight, so it cannot be paired as 'floor:peregrine'.
                    --peers=pyarrow         | peregrine: there is no Python with pyarrow; PEREGRINE_PYTHON can name one.
                    --work=get              | peregrine: there is no work 'get'; works are get:ROWS, put:ROWS, exchange, ping, info, ping32.
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
                Pair.of("peregrine"),
                2,
                "{\"work\":\"get:64\",\"gib_s\":1.5,\"min\":1,\"max\":2,\"batches\":3,\"rows\":384,"
                        + "\"client_cpu_s_gib\":0.25,\"server_cpu_s_gib\":0.5}",
                7);
        assertThat(get)
                .isEqualTo(new Sample(
                        Pair.of("peregrine"),
                        2,
                        "get:64",
                        Unit.GIB_PER_SECOND,
                        1.5,
                        1,
                        2,
                        Double.NaN,
                        384,
                        0.25,
                        0.5,
                        7));
        Sample ping = Sample.of(
                Pair.of("floor"),
                1,
                "{\"work\":\"ping\",\"p50_us\":15.5,\"p99_us\":99,\"min\":15,\"max\":16,\"n\":20,\"client_cpu_us\":5}",
                Double.NaN);
        assertThat(List.of(ping.p99(), ping.clientCpu(), (double) ping.amount()))
                .containsExactly(99.0, 5.0, 20.0);
        assertThat(ping.serverCpu()).isNaN();
        assertThatThrownBy(() -> Sample.of(Pair.of("floor"), 1, "{\"work\":\"ping\"}", 0))
                .isInstanceOf(PeerFailure.class)
                .hasMessage("printed a line without a figure: {\"work\":\"ping\"}");
    }

    @Test
    void theMachinesCpuTimeHasNeitherIdleNorGuests() {
        assertThat(MachineCpu.busySeconds("cpu  100 200 300 4000 5000 600 700 800 900 1000"))
                .isEqualTo(1 + 2 + 3 + 6 + 7 + 8);
    }
}
