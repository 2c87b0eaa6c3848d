package dev.peregrine.conformance.flight;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** {@code do_exchange:echo}: four batches of ten numbers, each back before the next; every other one with app_metadata. */
final class Echo implements Scenario {
    private static final FlightDescriptor ECHO = FlightDescriptor.command("echo");

    @Override
    public FlightService service() {
        return new FlightService() {
            @Override
            public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
                if (!ECHO.equals(in.descriptor())) {
                    throw FlightInvalidArgumentException.of("the descriptor is not the command echo");
                }
                out.begin(in.schema());
                while (in.next()) {
                    if (in.hasData()) {
                        out.write(in.root(), in.metadata());
                    } else {
                        out.writeMetadata(in.metadata());
                    }
                }
            }
        };
    }

    @Override
    public void check(FlightClient client, BufferAllocator memory) {
        try (FlightExchange exchange = client.doExchange(ECHO);
                VectorSchemaRoot root = VectorSchemaRoot.create(Numbers.INT32, memory)) {
            exchange.writer().begin(Numbers.INT32);
            for (int batch = 0; batch < 4; batch++) {
                int first = 10 * batch;
                Numbers.fill(root, IntStream.range(first, first + 10).toArray());
                String metadata = batch % 2 == 0 ? String.valueOf(batch) : "";
                exchange.writer().write(root, metadata.getBytes(UTF_8));
                List<Long> rows = Numbers.rows(root);

                FlightStreamReader reader = exchange.reader();
                assertThat(reader.next()).isTrue();
                assertThat(reader.schema()).isEqualTo(Numbers.INT32);
                assertThat(Numbers.rows(reader.root())).hasSize(10).isEqualTo(rows);
                assertThat(new String(reader.metadata(), UTF_8)).isEqualTo(metadata);
            }
            exchange.writer().doneWriting();
            assertThat(exchange.reader().next()).isFalse();
        }
    }
}
