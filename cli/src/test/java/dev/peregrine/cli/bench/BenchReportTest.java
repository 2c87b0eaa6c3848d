package dev.peregrine.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.peregrine.cli.bench.Measured.Window;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What is printed for given figures. */
class BenchReportTest {
    private static final long GIB = 1 << 30;
    private static final Plan PLAN =
            new Plan(List.of(Work.GET, Work.PING), 100, 7, 4, 2, Duration.ofSeconds(3), Duration.ofMillis(500), true);

    private static Histogram histogram() {
        Histogram histogram = new Histogram(3);
        for (int i = 1; i <= 1000; i++) {
            histogram.recordValue(i * 1_000L);
        }
        return histogram;
    }

    private static List<Measured> measured() {
        List<Window> windows = List.of(
                new Window(1, 3_000, 3 * GIB, 10), new Window(2, 2_000, 2 * GIB, 20), new Window(1, 2_000, 2 * GIB, 5));
        return List.of(
                new Measured(Work.GET, windows, histogram(), Map.of("no room", 1234L)),
                new Measured(Work.PING, windows, new Histogram(3), Map.of()));
    }

    @Test
    void tablesForPeople() {
        assertThat(String.join("\n", BenchReport.text("grpc://there:1", PLAN, measured(), true)) + "\n")
                .isEqualTo("""
                        grpc://there:1: 4 streams over 2 connections, 3.00 s each after 500 ms of warm-up, values verified

                         work │ GiB/s │  min │  max │ rows/s │   min │   max │ calls │ failed
                        ──────┼───────┼──────┼──────┼────────┼───────┼───────┼───────┼────────
                         get  │  2.00 │ 1.00 │ 3.00 │  2,000 │ 1,000 │ 3,000 │    35 │  1,234

                         work │ calls/s │ min │ max │ calls │ failed
                        ──────┼─────────┼─────┼─────┼───────┼────────
                         ping │      10 │   5 │  10 │    35 │      0

                         µs                           │   p50 │   p90 │   p99 │ p99.9 │     max │ times
                        ──────────────────────────────┼───────┼───────┼───────┼───────┼─────────┼───────
                         get: call to its first batch │ 500.2 │ 900.1 │ 990.2 │ 999.4 │ 1,000.4 │ 1,000
                         ping: call                   │   0.0 │   0.0 │   0.0 │   0.0 │     0.0 │     0
                        get: 1,234 failures: no room
                        """);
    }

    @Test
    void jsonForPrograms() throws IOException {
        JsonNode json = new ObjectMapper().readTree(BenchReport.json("grpc://there:1", PLAN, measured()));
        assertThat(json.path("against").asText()).isEqualTo("grpc://there:1");
        assertThat(json.path("streams").asInt()).isEqualTo(4);
        assertThat(json.path("warm_up_s").asDouble()).isEqualTo(0.5);
        assertThat(json.path("works")).hasSize(2);
        JsonNode get = json.path("works").path(0);
        assertThat(get.path("work").asText()).isEqualTo("get");
        assertThat(get.path("gib_s")).hasToString("{\"median\":2.0,\"min\":1.0,\"max\":3.0}");
        assertThat(get.path("total_rows").asLong()).isEqualTo(7_000);
        assertThat(get.path("total_calls").asLong()).isEqualTo(35);
        assertThat(get.path("latency_us").path("count").asLong()).isEqualTo(1_000);
        assertThat(get.path("latency_us").path("p99.9").asDouble()).isEqualTo(999.423);
        assertThat(get.path("failures")).hasToString("{\"no room\":1234}");
        JsonNode ping = json.path("works").path(1);
        assertThat(ping.has("gib_s")).isFalse();
        assertThat(ping.path("calls_s").path("median").asDouble()).isEqualTo(10);
    }
}
