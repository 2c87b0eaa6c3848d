package dev.peregrine.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.peregrine.bench.side.Comparison;
import dev.peregrine.bench.side.Cost;
import dev.peregrine.bench.side.Entry;
import dev.peregrine.bench.side.Pair;
import dev.peregrine.bench.side.Peer;
import dev.peregrine.bench.side.Sample;
import dev.peregrine.bench.side.Settings;
import dev.peregrine.bench.side.Unit;
import dev.peregrine.bench.side.Work;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** What is shown of given figures. */
class ReportsTest {
    private static final Pair FLOOR = Pair.of("floor", Peer.ALL);
    private static final Pair OURS = Pair.of("peregrine", Peer.ALL);
    private static final Pair CROSS = Pair.of("pyarrow:peregrine", Peer.ALL);
    private static final Pair FLIGHT_CORE = Pair.of("flight-core", Peer.ALL);

    private static Sample get(Pair pair, int round, double median, double noise) {
        return new Sample(
                pair,
                round,
                "get:64",
                Unit.GIB_PER_SECOND,
                median,
                median - 0.25,
                median + 0.25,
                Double.NaN,
                640,
                new Cost(0.5, 1, 2048, Double.NaN),
                noise);
    }

    private static Sample ping(Pair pair, double median) {
        return new Sample(
                pair,
                1,
                "ping",
                Unit.MICROSECONDS,
                median,
                median - 1,
                median + 1,
                1234.5,
                100,
                new Cost(50, 40, 1000, 2000),
                Double.NaN);
    }

    private static Comparison comparison(List<String> failures, double noise) {
        List<Work> works = Stream.of("get:64", "info", "ping").map(Work::of).toList();
        Settings settings = new Settings(
                Stream.of(FLOOR, OURS, CROSS, FLIGHT_CORE)
                        .map(pair -> new Entry(pair, works))
                        .toList(),
                3,
                10,
                5,
                1.2,
                100,
                7,
                false);
        List<Sample> samples = List.of(
                get(FLOOR, 1, 4, 1),
                get(OURS, 1, 2, 2),
                get(CROSS, 1, 1.5, 3),
                get(FLIGHT_CORE, 1, 0.5, 4),
                ping(OURS, 80),
                ping(FLIGHT_CORE, 160),
                get(OURS, 2, 3, noise),
                get(OURS, 3, 1, 2));
        return new Comparison(settings, Map.of("processors", "2"), samples, failures);
    }

    @Test
    void tablesForATerminal() {
        assertThat(String.join("\n", TextReport.lines(comparison(List.of(), 9))) + "\n")
                .isEqualTo("""
                        get:64: GiB/s (more is better); CPU s/GiB
                                             median    min    max  p99  to floor  to flight-core   CPU  client  server  heap client  heap server  others
                          floor                4.00   3.75   4.25    -      1.00            8.00  1.50   0.500    1.00        2,048            -     1 %
                          peregrine            2.00  0.750   3.25    -     0.500            4.00  1.50   0.500    1.00        2,048            -     9 %
                          pyarrow:peregrine    1.50   1.25   1.75    -     0.375            3.00  1.50   0.500    1.00        2,048            -     3 %
                          flight-core         0.500  0.250  0.750    -     0.125            1.00  1.50   0.500    1.00        2,048            -     4 %

                        ping: µs, p50 (less is better); CPU µs
                                       median   min   max    p99  to floor  to flight-core   CPU  client  server  heap client  heap server  others
                          peregrine      80.0  79.0  81.0  1,235         -           0.500  90.0    50.0    40.0        1,000        2,000       -
                          flight-core     160   159   161  1,235         -            1.00  90.0    50.0    40.0        1,000        2,000       -

                        Medians of 3 rounds; min and max of all repetitions. CPU is client and server together; heap: bytes that each allocates for a batch or call; others: what the rest of the machine used, % of one core, in the worst round.
                        """);
    }

    @Test
    void aBusyMachineAndFailuresAreSaid() {
        assertThat(TextReport.lines(comparison(List.of("round 1, pyarrow: the server ended"), 57)))
                .endsWith(
                        "The machine was busy: others used up to 57 % of one core. Repeat this on a quiet one before you"
                                + " believe it.",
                        "FAILED: round 1, pyarrow: the server ended");
    }

    @Test
    void jsonForPrograms() throws Exception {
        JsonNode json = new ObjectMapper().readTree(JsonReport.of(comparison(List.of("it ended"), 9)));
        assertThat(json.path("machine").path("processors").asText()).isEqualTo("2");
        assertThat(json.path("settings").path("rounds").asInt()).isEqualTo(3);
        assertThat(json.path("samples")).hasSize(8);
        assertThat(json.path("samples").path(0).path("rows").asLong()).isEqualTo(640);
        assertThat(json.path("samples").path(4).path("calls").asLong()).isEqualTo(100);
        assertThat(json.path("failures").path(0).asText()).isEqualTo("it ended");
        assertThat(json.path("summaries")).hasSize(6);
        JsonNode ours = json.path("summaries").path(1);
        assertThat(ours)
                .hasToString(
                        "{\"work\":\"get:64\",\"client\":\"peregrine\",\"server\":\"peregrine\",\"unit\":\"gib_s\","
                                + "\"rounds\":3,\"median\":2.0,\"min\":0.75,\"max\":3.25,\"p99_us\":null,\"to_floor\":0.5,"
                                + "\"to_flight_core\":4.0,\"client_cpu_s_gib\":0.5,\"server_cpu_s_gib\":1.0,"
                                + "\"client_heap_b\":2048.0,\"server_heap_b\":null,\"others_cpu_percent\":9.0}");
    }

    @Test
    void barsToScale() throws Exception {
        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(BarChart.of(comparison(List.of(), 9)))));
        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(1 + 6);
        // The longest line ends at the right edge of the panel: 4.25 GiB/s are 440 units.
        assertThat(width(svg, 1)).isEqualTo(4 / 4.25 * 440, within());
        assertThat(width(svg, 2)).isEqualTo(2 / 4.25 * 440, within());
        assertThat(svg.getElementsByTagName("text").item(0).getTextContent())
                .isEqualTo("get:64, GiB/s (more is better)");
        assertThat(svg.getElementsByTagName("path").getLength()).isEqualTo(6);
    }

    @Test
    void targetsThatWereMeasuredAreJudged() {
        List<Target> targets = Targets.of(comparison(List.of(), 9));
        assertThat(targets)
                .filteredOn(Target::known)
                .extracting(Target::what, Target::to, Target::ratio, Target::demand, Target::met)
                .containsExactly(
                        // 2 GiB/s beside the only peer, 0.5
                        tuple("get:64", "flight-core", 4.0, "at least 2.00 x", true),
                        tuple("get:64, heap/batch, client", "", Double.NaN, "at most 2,048", true),
                        tuple("ping, p99, peregrine", "flight-core", 1.0, "at most 1.00 x", true));
        assertThat(TargetTable.lines(targets))
                .anyMatch(line -> line.matches("  get:64 +2.00  flight-core +0.500 +4.00  at least 2.00 x +met"))
                .anyMatch(line -> line.matches("  ping, p50 +80.0  flight-core-tuned .* needs flight-core-tuned"))
                .anyMatch(line -> line.matches("  coldstart .* not measured"))
                .last()
                .asString()
                .startsWith("3 of 3 targets are met; ");
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(0.06);
    }

    private static double width(Document svg, int rect) {
        return Double.parseDouble(((Element) svg.getElementsByTagName("rect").item(rect)).getAttribute("width"));
    }
}
