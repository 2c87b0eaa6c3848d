package dev.peregrine.interop.parade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightExchange;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

/** DoExchange with a peer. */
interface ExchangeChecks extends PeerServer {
    private FlightExchange exchange(String command) {
        return client().doExchange(FlightDescriptor.command(command));
    }

    @Test
    default void doExchangeEcho() {
        try (FlightExchange exchange = exchange("echo");
                VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator())) {
            FlightStreamWriter writer = exchange.writer();
            FlightStreamReader reader = exchange.reader();
            writer.begin(Parade.INTS);
            for (int n = 0; n < Parade.BATCHES; n++) {
                Parade.fillInts(root, n);
                writer.write(root, Parade.bytes("m" + n));
                assertThat(reader.next()).isTrue();
                assertThat(Parade.text(reader.metadata())).isEqualTo("m" + n);
                Parade.assertInts(reader.root(), n);
            }
            Parade.fillInts(root, 1);
            writer.write(root);
            assertThat(reader.next()).isTrue();
            assertThat(reader.metadata()).isEmpty();
            Parade.assertInts(reader.root(), 1);
            writer.writeMetadata(Parade.bytes("alone"));
            assertThat(reader.next()).isTrue();
            assertThat(reader.hasData()).isFalse();
            assertThat(Parade.text(reader.metadata())).isEqualTo("alone");
            writer.doneWriting();
            assertThat(reader.next()).isFalse();
        }
    }

    /** The descriptor alone is the first message; the server talks. */
    @Test
    default void doExchangeWithoutBegin() {
        try (FlightExchange exchange = exchange("get")) {
            exchange.writer().doneWriting();
            for (int n = 0; n < Parade.BATCHES; n++) {
                assertThat(exchange.reader().next()).isTrue();
                Parade.assertInts(exchange.reader().root(), n);
            }
            assertThat(exchange.reader().next()).isFalse();
        }
    }

    @Test
    default void doExchangeDictionary() {
        try (FlightExchange exchange = exchange("echo");
                Parade.Words words = new Parade.Words(allocator())) {
            exchange.writer().begin(words.root.getSchema(), words.dictionaries);
            for (int n = 0; n < Parade.BATCHES; n++) {
                words.fill(n);
                exchange.writer().write(words.root);
                assertThat(exchange.reader().next()).isTrue();
                Parade.assertWords(exchange.reader().root(), exchange.reader().dictionaries(), n);
            }
            exchange.writer().doneWriting();
            assertThat(exchange.reader().next()).isFalse();
        }
    }

    /** 12 MiB each way at once: writer and reader must not wait for each other. */
    @Test
    default void doExchangeFromTwoThreads() throws Exception {
        int rows = 8192;
        int batches = 200;
        try (FlightExchange exchange = exchange("echo")) {
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
                try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.BIG, allocator())) {
                    exchange.writer().begin(Parade.BIG);
                    for (int n = 0; n < batches; n++) {
                        Parade.fillBig(root, rows, n);
                        exchange.writer().write(root);
                    }
                    exchange.writer().doneWriting();
                }
            });
            for (int n = 0; n < batches; n++) {
                assertThat(exchange.reader().next()).isTrue();
                Parade.assertBig(exchange.reader().root(), rows, n);
            }
            assertThat(exchange.reader().next()).isFalse();
            written.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    default void doExchangeThatBreaksOff() {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator())) {
            FlightExchange exchange = exchange("fail");
            exchange.writer().begin(Parade.INTS);
            Parade.fillInts(root, 0);
            exchange.writer().write(root);
            assertThat(exchange.reader().next()).isTrue();
            assertThatThrownBy(() -> exchange.reader().next())
                    .isInstanceOfSatisfying(FlightInternalException.class, e -> assertThat(Parade.text(e.extraInfo()))
                            .isEqualTo("extra"))
                    .hasMessageContaining("the exchange broke off")
                    .hasMessageContaining("DoExchange");
            assertThatThrownBy(exchange::close)
                    .as("close says it once more")
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("the exchange broke off");
        }
    }

    @Test
    default void doExchangeUnknown() {
        try (FlightExchange exchange = exchange("nothing")) {
            assertThatThrownBy(() -> exchange.reader().next())
                    .isInstanceOf(FlightUnimplementedException.class)
                    .hasMessageContaining("no such exchange");
            exchange.cancel(); // else close() says it once more
        }
    }
}
