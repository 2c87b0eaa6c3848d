package dev.peregrine.cli.verify;

import dev.peregrine.cli.Acknowledgements;
import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * One thread. One file and one service: DoPut of the file's messages as they are, GetFlightInfo, DoGet of every endpoint, and what comes
 * compared with the file. In memory at a time: a batch of each, and the dictionaries.
 */
public final class StoredFile {
    /**
     * The service.
     *
     * @param open gives the stream of an endpoint, whose schema has come
     */
    public record Service(
            FlightClient client,
            CallOptions options,
            BufferAllocator allocator,
            Function<FlightEndpoint, FlightStreamReader> open) {}

    private final Service service;
    private final Path file;
    private final FlightDescriptor descriptor;

    public StoredFile(Service service, Path file, FlightDescriptor descriptor) {
        this.service = service;
        this.file = file;
        this.descriptor = descriptor;
    }

    /**
     * Puts it, gets it and compares.
     *
     * @throws FlightUnavailableException the service cannot be reached, or was lost
     */
    public Verdict verify() throws InterruptedException {
        try {
            put();
        } catch (IOException | ArithmeticException e) {
            return Verdict.none(Verdict.Kind.UNREADABLE, message(e));
        } catch (FlightUnavailableException e) {
            throw e;
        } catch (FlightException e) {
            return Verdict.none(Verdict.Kind.REFUSED, message(e));
        }
        return compare();
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private void put() throws IOException, InterruptedException {
        try (Messages messages = Messages.ofFile(file, service.allocator());
                FlightPut put = service.client().doPut(descriptor, service.options())) {
            Acknowledgements.whileWriting(put, ack -> {}, () -> {
                put.writer().begin(messages.schema());
                for (ArrowMessage message; (message = messages.next()) != null; ) {
                    if (message instanceof ArrowDictionaryBatch dictionary) {
                        put.writer().write(dictionary);
                    } else if (message instanceof ArrowRecordBatch batch) {
                        put.writer().write(batch);
                    }
                }
            });
        }
    }

    private Verdict compare() {
        try (Messages kept = Messages.ofFile(file, service.allocator());
                RowStream wanted = new RowStream(kept, service.allocator())) {
            FlightInfo info = service.client().getFlightInfo(descriptor, service.options());
            try (Messages came = new FlightParts(info.endpoints(), service.open());
                    RowStream got = new RowStream(came, service.allocator())) {
                return compare(wanted, got);
            }
        } catch (IOException e) {
            return Verdict.none(Verdict.Kind.DIFFERS, "what came back cannot be compared: " + message(e));
        } catch (FlightUnavailableException e) {
            throw e;
        } catch (FlightException e) {
            return Verdict.none(Verdict.Kind.REFUSED, message(e));
        }
    }

    private static Verdict compare(RowStream wanted, RowStream got) throws IOException {
        StreamComparison comparison = new StreamComparison(wanted, got);
        String difference = comparison.difference();
        String detail = difference != null ? difference : otherBatches(wanted, got);
        return new Verdict(
                difference == null ? Verdict.Kind.EQUAL : Verdict.Kind.DIFFERS,
                detail == null ? "" : detail,
                comparison.rows(),
                got.batches(),
                got.bytes());
    }

    private static @Nullable String otherBatches(RowStream wanted, RowStream got) {
        if (wanted.batches() == got.batches() && wanted.shape() == got.shape()) {
            return null;
        }
        return wanted.batches() == got.batches()
                ? "in batches of other sizes"
                : "in " + got.batches() + " instead of " + wanted.batches() + " batches";
    }
}
