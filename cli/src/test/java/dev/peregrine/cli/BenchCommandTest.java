package dev.peregrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.peregrine.cli.Typed.Typist;
import dev.peregrine.cli.bench.ConventionService;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code peregrine bench --against}, for moments: what it says does not depend on how fast it was. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class BenchCommandTest {
    private final BufferAllocator allocator = new RootAllocator();
    private final ConventionService service = new ConventionService(allocator);
    private FlightServer server;
    private String uri;

    @BeforeEach
    void serve() {
        server = FlightServer.builder("grpc://localhost:0", service)
                .allocator(allocator)
                .start();
        uri = server.location().uri();
    }

    @AfterEach
    void stop() {
        server.close();
        allocator.close();
    }

    private Typed bench(String... more) {
        String[] args = new String[more.length + 7];
        System.arraycopy(
                new String[] {"bench", "--against", uri, "--duration", "200ms", "--warm-up", "0"}, 0, args, 0, 7);
        System.arraycopy(more, 0, args, 7, more.length);
        return Typed.command(args);
    }

    @Test
    void everyWorkIsDoneAndReported() throws IOException {
        Typed bench = bench(
                "-w",
                "get,put,exchange,ping,info",
                "--rows",
                "10",
                "--streams",
                "3",
                "--connections",
                "2",
                "--verify",
                "--json");
        assertThat(bench.err()).isEmpty();
        assertThat(bench.code()).isZero();
        JsonNode json = new ObjectMapper().readTree(bench.out());
        assertThat(json.path("connections").asInt()).isEqualTo(2);
        assertThat(json.path("works").findValuesAsText("work"))
                .containsExactly("get", "put", "exchange", "ping", "info");
        assertThat(json.path("works").findValuesAsText("failed")).containsOnly("0");
        assertThat(service.gets.get()).isPositive();
        assertThat(service.putRows.get()).isPositive().satisfies(rows -> assertThat(rows % 10)
                .isZero());
        assertThat(service.exchanged.get()).isPositive();
        assertThat(service.actions.get()).isPositive();
        assertThat(service.infos.get()).isPositive();
    }

    @Test
    void aPersonGetsTables() {
        Typed bench = bench("--path", "any");
        assertThat(bench.err()).isEmpty();
        assertThat(bench.out())
                .startsWith(uri + ": 1 stream over 1 connection, 200 ms each after 0 ms of warm-up\n\n work │ ")
                .contains("GiB/s", "\n get ", "get: call to its first batch");
        assertThat(service.putRows.get()).isZero();
    }

    @Test
    void aBarShowsOnATerminalAndGoesAway() {
        Typed bench = new Typist()
                .atTerminal(80)
                .type("bench", "--against", uri, "--action", "x", "--duration", "300ms", "--warm-up", "0");
        assertThat(bench.code()).isZero();
        assertThat(bench.err()).contains("ping").endsWith("\r\u001b[K");
        assertThat(service.actions.get()).isPositive();
    }

    @Test
    void whatTheServerGetsWrongIsSaid() {
        service.lies = true;
        Typed bench = bench("--work", "ping,get", "--verify");
        assertThat(bench.code()).isEqualTo(1);
        assertThat(bench.err()).isEqualTo("peregrine: action 'ping' did not answer with its body.\n");
        assertThat(bench.out()).isEmpty();
    }

    @Test
    void whatWasMeasuredBeforeAFailureIsShown() {
        service.lies = true;
        Typed bench = bench("--work", "info,get", "--verify");
        assertThat(bench.code()).isEqualTo(1);
        assertThat(bench.out()).contains("info: call");
        assertThat(bench.err())
                .isEqualTo("peregrine: a batch came that differs from what was to come: column 'c', row 3.\n");
    }

    @Test
    void nobodyIsThere() {
        server.close();
        Typed bench = bench();
        assertThat(bench.code()).isEqualTo(3);
        assertThat(bench.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --rows 0                  | --rows has to be at least 1.
                    --streams 0               | --streams has to be at least 1.
                    --connections 2           | --connections 2 needs as many --streams at least; there are 1.
                    --path a --command b      | --path and --command both name a flight; one will do.
                    --ticket t --verify       | --verify knows the values of the convention only, not those of a flight or a ticket.
                    --work run                | Invalid value for option '--work' (WORK): 'run' is no work; there are get, put, exchange, ping, info.
                    """)
    void whatCannotBeIsSaid(String options, String message) {
        Typed bench = bench(options.strip().split(" "));
        assertThat(bench.code()).isEqualTo(2);
        assertThat(bench.err()).startsWith("peregrine: " + message + "\n");
    }

    @Test
    void noTimeIsTooShort() {
        Typed bench = Typed.command("bench", "--against", uri, "--duration", "0");
        assertThat(bench.code()).isEqualTo(2);
        assertThat(bench.err()).isEqualTo("peregrine: --duration has to be longer than nothing.\n");
    }

    @Test
    void withoutAServiceItSaysWhereTheComparisonIs() {
        Typed bench = Typed.command("bench");
        assertThat(bench.code()).isEqualTo(2);
        assertThat(bench.err())
                .isEqualTo(
                        "peregrine: Measure what? Name a service with --against URI; the comparison without one is run"
                                + " by ./peregrine in a clone.\n");
    }
}
