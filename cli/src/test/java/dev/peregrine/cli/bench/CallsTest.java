package dev.peregrine.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each call moves what it says, counts what it moved, and finds wrong answers. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class CallsTest {
    private static final Asked CONVENTION = new Asked(null, null, null);
    private static final Plan PLAN =
            new Plan(List.of(), 10, 3, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), true);

    private final BufferAllocator allocator = new RootAllocator();
    private final ConventionService service = new ConventionService(allocator);
    private FlightServer server;
    private FlightClient client;

    @BeforeEach
    void connect() {
        server = FlightServer.builder("grpc://localhost:0", service)
                .allocator(allocator)
                .start();
        client = FlightClient.builder(server.location()).allocator(allocator).build();
    }

    @AfterEach
    void disconnect() {
        client.close();
        server.close();
        allocator.close();
    }

    private Link link() {
        return new Link(client, CallOptions.NONE, allocator, endpoint -> client);
    }

    private Tally once(Work work, Asked asked, Plan plan) throws InterruptedException {
        Tally.Phase phase = new Tally.Phase();
        phase.measuring = true;
        Tally tally = Tally.of(phase);
        try (Calls calls = Calls.of(work, link(), asked, plan)) {
            calls.call(tally);
        }
        return tally;
    }

    @ParameterizedTest
    @CsvSource({"GET,30,1", "PUT,30,1", "EXCHANGE,30,3", "PING,0,1", "INFO,0,1"})
    void aCallIsCountedWithItsRowsAndItsLatencies(Work work, long rows, long latencies) throws InterruptedException {
        Tally tally = once(work, CONVENTION, PLAN);
        assertThat(tally.calls()).isOne();
        assertThat(tally.rows()).isEqualTo(rows);
        assertThat(tally.bytes()).isGreaterThanOrEqualTo(GeneratedBatch.bytes((int) rows));
        assertThat(tally.latencies().getTotalCount()).isEqualTo(latencies);
        assertThat(service.gets.get()).isEqualTo(work == Work.GET ? 1 : 0);
        assertThat(service.putRows.get()).isEqualTo(work == Work.PUT ? 30 : 0);
        assertThat(service.exchanged.get()).isEqualTo(work == Work.EXCHANGE ? 30 : 0);
        assertThat(service.actions.get()).isEqualTo(work == Work.PING ? 1 : 0);
        assertThat(service.infos.get()).isEqualTo(work == Work.INFO ? 1 : 0);
    }

    @Test
    void aFlightIsGotWithAllItsParts() throws InterruptedException {
        Plan plain = new Plan(List.of(), 10, 3, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), false);
        Tally tally = once(Work.GET, new Asked(null, FlightDescriptor.path("any"), null), plain);
        assertThat(tally.rows()).isEqualTo(7 * 2 + 5);
        assertThat(tally.calls()).isOne();
        assertThat(tally.latencies().getTotalCount()).isEqualTo(2);
        assertThat(service.infos.get()).isOne();
        assertThat(once(Work.GET, new Asked(Ticket.of("4,5"), null, null), plain)
                        .rows())
                .isEqualTo(20);
    }

    @ParameterizedTest
    @EnumSource(
            value = Work.class,
            names = {"GET", "PUT", "EXCHANGE"})
    void aProbeStopsAfterOneBatch(Work work) throws InterruptedException {
        Tally probe = Tally.probe();
        try (Calls calls = Calls.of(work, link(), CONVENTION, PLAN)) {
            calls.call(probe);
        }
        assertThat(probe.rows()).isEqualTo(10);
        assertThat(probe.latencies().getTotalCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET      | a batch came that differs from what was to come: column 'c', row 3
                    PUT      | the server acknowledged '31' after 30 rows; a server that does not follow the convention needs --path or --command
                    EXCHANGE | the exchange did not send back the batch that it was sent; it has to echo
                    PING     | action 'ping' did not answer with its body
                    """)
    void aWrongAnswerIsNoticed(Work work, String message) {
        service.lies = true;
        assertThatThrownBy(() -> once(work, CONVENTION, PLAN))
                .isInstanceOf(WrongAnswer.class)
                .hasMessage(message);
    }
}
