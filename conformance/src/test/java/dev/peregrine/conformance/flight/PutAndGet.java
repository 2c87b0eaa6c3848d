package dev.peregrine.conformance.flight;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import java.io.File;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.JsonFileReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What the programs do without a scenario: the client puts the batches of a JSON file under the file's name, gets them back
 * from wherever the server says they are, and compares.
 *
 * @param file the client's; null at a server
 */
record PutAndGet(@Nullable String file, StoredFlights flights) implements Scenario {
    PutAndGet(@Nullable String file) {
        this(file, new StoredFlights());
    }

    @Override
    public FlightService service() {
        return flights;
    }

    @Override
    public void started(FlightServer server) {
        flights.port(server.port());
    }

    @Override
    public void check(FlightClient client, BufferAllocator memory) throws IOException {
        put(client, memory);
        get(client, memory);
    }

    private FlightDescriptor descriptor() {
        return FlightDescriptor.path(file);
    }

    private void put(FlightClient client, BufferAllocator memory) throws IOException {
        try (JsonFileReader json = new JsonFileReader(new File(file), memory)) {
            Schema schema = json.start();
            try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory);
                    FlightPut put = client.doPut(descriptor(), schema, json)) {
                for (int batch = 0; json.read(root); batch++) {
                    put.writer().write(root, StoredFlights.number(batch));
                    PutResult acknowledgement = put.metadataReader().read();
                    assertThat(acknowledgement)
                            .as("acknowledgement of batch %d", batch)
                            .isNotNull();
                    assertThat(new String(acknowledgement.metadata(), UTF_8)).isEqualTo(String.valueOf(batch));
                    root.clear();
                }
                put.writer().doneWriting();
                assertThat(put.metadataReader().read())
                        .as("acknowledgement of no batch")
                        .isNull();
            }
        }
    }

    /** Gets what is under the file's name, from all places, and compares it with the file. */
    void get(FlightClient client, BufferAllocator memory) throws IOException {
        FlightInfo info = client.getFlightInfo(descriptor());
        assertThat(info.endpoints()).isNotEmpty();
        for (FlightEndpoint endpoint : info.endpoints()) {
            assertThat(endpoint.locations()).isNotEmpty();
            for (Location location : endpoint.locations()) {
                try (FlightClient there =
                        FlightClient.builder(location).allocator(memory).build()) {
                    compare(there, endpoint.ticket(), memory);
                }
            }
        }
    }

    private void compare(FlightClient client, Ticket ticket, BufferAllocator memory) throws IOException {
        try (JsonFileReader json = new JsonFileReader(new File(file), memory);
                FlightStreamReader reader = client.doGet(ticket)) {
            Schema schema = json.start();
            EqualBatches.assertEqual(schema, reader.schema());
            try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory)) {
                for (int batch = 0; json.read(root); batch++) {
                    assertThat(reader.next()).as("batch %d", batch).isTrue();
                    EqualBatches.assertEqual(batch, root, json, reader.root(), reader.dictionaries());
                    assertThat(reader.metadata()).isEqualTo(StoredFlights.number(batch));
                    root.clear();
                }
            }
            assertThat(reader.next()).as("more batches than in the file").isFalse();
        }
    }
}
