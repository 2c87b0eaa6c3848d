package dev.peregrine.server.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.error.FlightWriteSizeExceededException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class PutRecipeTest {
    // begin put
    List<String> put(Location location, BufferAllocator allocator) {
        List<String> acknowledged = new ArrayList<>();
        try (FlightClient client = FlightClient.builder(location)
                        .allocator(allocator)
                        .writeSizeLimitBytes(64 << 10)
                        .build();
                VectorSchemaRoot root = VectorSchemaRoot.create(Readings.SCHEMA, allocator);
                FlightPut put = client.doPut(FlightDescriptor.path("readings"), root.getSchema())) {
            for (int batch = 0; batch < 10; batch++) {
                Readings.fill(root, batch * 20_000L, 20_000);
                write(put.writer(), root);
            }
            put.writer().doneWriting();
            for (PutResult ack; (ack = put.metadataReader().read()) != null; ) {
                acknowledged.add(new String(ack.metadata(), StandardCharsets.UTF_8));
            }
        }
        return acknowledged;
    }
    // end put

    // begin split
    void write(FlightStreamWriter writer, VectorSchemaRoot root) {
        try {
            writer.write(root);
        } catch (FlightWriteSizeExceededException e) {
            int half = root.getRowCount() / 2;
            if (half == 0) {
                throw e;
            }
            try (VectorSchemaRoot first = root.slice(0, half);
                    VectorSchemaRoot rest = root.slice(half)) {
                write(writer, first);
                write(writer, rest);
            }
        }
    }
    // end split

    @Test
    void everyRowArrivesInBatchesBelowTheLimit(BufferAllocator allocator) {
        Readings readings = new Readings();
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", readings)
                .allocator(allocator)
                .start()) {
            List<String> acknowledged = put(server.location(), allocator);
            // 160 kB are four batches of 40.
            assertThat(acknowledged).hasSize(40).endsWith("path readings: 200000");
            assertThat(readings.stored)
                    .containsExactlyElementsOf(
                            LongStream.range(0, 200_000).boxed().toList());
        }
    }
}
