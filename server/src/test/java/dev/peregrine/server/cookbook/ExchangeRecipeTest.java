package dev.peregrine.server.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class ExchangeRecipeTest {
    // begin exchange
    List<Long> exchange(FlightClient client, BufferAllocator allocator) {
        List<Long> answers = new ArrayList<>();
        try (FlightExchange exchange = client.doExchange(FlightDescriptor.command("double"))) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(exchange, allocator));
            while (exchange.reader().next()) {
                answers.addAll(Readings.values(exchange.reader().root()));
            }
            writing.join();
        }
        return answers;
    }

    void write(FlightExchange exchange, BufferAllocator allocator) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Readings.SCHEMA, allocator)) {
            exchange.writer().begin(root.getSchema());
            for (int batch = 0; batch < 10; batch++) {
                Readings.fill(root, batch * 1000L, 1000);
                exchange.writer().write(root);
            }
            exchange.writer().doneWriting();
        } catch (FlightException e) {
            exchange.cancel();
            throw e;
        }
    }
    // end exchange

    @Test
    void everyAnswerComes(BufferAllocator allocator) {
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new Readings())
                        .allocator(allocator)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(allocator)
                        .build()) {
            assertThat(exchange(client, allocator))
                    .containsExactlyElementsOf(
                            LongStream.range(0, 10_000).map(i -> 2 * i).boxed().toList());
        }
    }
}
