package dev.peregrine.interop.parade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.error.FlightServerException;
import dev.peregrine.protocol.error.FlightUnauthorizedException;
import dev.peregrine.protocol.error.FlightWriteSizeExceededException;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.Test;

/** DoPut to a peer. */
interface PutChecks extends PeerServer {
    private static String ack(FlightPut put) {
        PutResult result = put.metadataReader().read();
        return result == null ? null : Parade.text(result.metadata());
    }

    private void putInts(FlightDescriptor descriptor, String expectedAck) {
        try (FlightPut put = client().doPut(descriptor, Parade.INTS);
                VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator())) {
            for (int n = 0; n < Parade.BATCHES; n++) {
                Parade.fillInts(root, n);
                put.writer().write(root);
            }
            put.writer().doneWriting();
            assertThat(ack(put)).isEqualTo(expectedAck);
            assertThat(ack(put)).isNull();
            assertThat(ack(put)).as("asked again after the end").isNull();
        }
    }

    @Test
    default void doPut() {
        putInts(FlightDescriptor.path("sum"), "12");
    }

    @Test
    default void doPutByCommand() {
        putInts(FlightDescriptor.command("sum"), "12");
    }

    /** The peer compares what it gets with what it must be. */
    @Test
    default void doPutValues() {
        putInts(FlightDescriptor.path("compare"), "equal");
    }

    @Test
    default void doPutWithoutAcks() {
        putInts(FlightDescriptor.path("quiet"), null);
    }

    /** Each batch is answered before the next one is sent. */
    @Test
    default void doPutWithMetadata() {
        try (FlightPut put = client().doPut(FlightDescriptor.path("count"), Parade.INTS);
                VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator())) {
            for (int n = 0; n < Parade.BATCHES; n++) {
                Parade.fillInts(root, n);
                put.writer().write(root, Parade.bytes("batch " + n));
                assertThat(ack(put)).isEqualTo("batch " + n);
            }
            put.writer().writeMetadata(Parade.bytes("alone"));
            assertThat(ack(put)).isEqualTo("alone");
            put.writer().doneWriting();
            assertThat(ack(put)).isNull();
        }
    }

    @Test
    default void doPutRawAndLentBatches() throws Exception {
        try (FlightPut put = client().doPut(FlightDescriptor.path("compare"), Parade.INTS);
                VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator());
                VectorSchemaRoot lent = VectorSchemaRoot.create(Parade.INTS, allocator())) {
            Parade.fillInts(root, 0);
            try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
                put.writer().write(batch);
            }
            Parade.fillInts(lent, 1);
            var free = put.writer().lend(lent);
            Parade.fillInts(root, 2);
            put.writer().write(root);
            put.writer().doneWriting();
            assertThat(ack(put)).isEqualTo("equal");
            free.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    default void doPutDictionary() {
        try (Parade.Words words = new Parade.Words(allocator());
                FlightPut put = client().doPut(
                                FlightDescriptor.path("compare_words"), words.root.getSchema(), words.dictionaries)) {
            for (int n = 0; n < Parade.BATCHES; n++) {
                words.fill(n);
                put.writer().write(words.root);
            }
            put.writer().doneWriting();
            assertThat(ack(put)).isEqualTo("equal");
        }
    }

    @Test
    default void doPutNothing() {
        try (FlightPut put = client().doPut(FlightDescriptor.path("sum"), Parade.INTS)) {
            put.writer().doneWriting();
            assertThat(ack(put)).isEqualTo("0");
        }
    }

    @Test
    default void doPutBig() {
        try (FlightPut put = client().doPut(FlightDescriptor.path("sum"), Parade.BIG);
                VectorSchemaRoot root = VectorSchemaRoot.create(Parade.BIG, allocator())) {
            for (int n = 0; n < 3; n++) {
                Parade.fillBig(root, 1 << 20, n);
                put.writer().write(root);
            }
            put.writer().doneWriting();
            assertThat(ack(put)).isEqualTo("" + (3 << 20));
        }
    }

    @Test
    default void doPutRefused() {
        assertThatThrownBy(() -> putInts(FlightDescriptor.path("refuse"), null))
                .isInstanceOf(FlightUnauthorizedException.class)
                .hasMessageContaining("no puts here")
                .hasMessageContaining("DoPut");
    }

    /** The server fails with batches under way: whatever waits learns the server's reason. */
    @Test
    default void doPutRefusedWhileWriting() {
        assertThatThrownBy(() -> {
                    try (FlightPut put = client().doPut(FlightDescriptor.path("fail"), Parade.BIG);
                            VectorSchemaRoot root = VectorSchemaRoot.create(Parade.BIG, allocator())) {
                        for (int n = 0; n < 1000; n++) {
                            Parade.fillBig(root, 1 << 16, n);
                            put.writer().write(root);
                        }
                        put.writer().doneWriting();
                    }
                })
                .isInstanceOfSatisfying(FlightServerException.class, e -> assertThat(Parade.text(e.extraInfo()))
                        .isEqualTo("extra"))
                .hasMessageContaining("cannot take the second batch");
    }

    @Test
    default void doPutTooLarge() {
        try (FlightClient limited = FlightClient.builder(plain())
                        .allocator(allocator())
                        .writeSizeLimitBytes(4096)
                        .build();
                FlightPut put = limited.doPut(FlightDescriptor.path("sum"), Parade.BIG);
                VectorSchemaRoot root = VectorSchemaRoot.create(Parade.BIG, allocator())) {
            FlightStreamWriter writer = put.writer();
            Parade.fillBig(root, 1000, 0);
            assertThatThrownBy(() -> writer.write(root))
                    .isInstanceOfSatisfying(FlightWriteSizeExceededException.class, e -> {
                        assertThat(e.limit()).isEqualTo(4096);
                        assertThat(e.actual()).isBetween(8000L, 8600L);
                    });
            Parade.fillBig(root, 10, 0);
            writer.write(root);
            writer.doneWriting();
            assertThat(ack(put)).isEqualTo("10");
        }
    }
}
