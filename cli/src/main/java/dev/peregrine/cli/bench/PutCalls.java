package dev.peregrine.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.cli.Acknowledgements;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** DoPut of one generated batch again and again. */
final class PutCalls implements Calls {
    private final Link link;
    private final FlightDescriptor flight;
    private final long batches;
    private final boolean counted;
    private final VectorSchemaRoot batch;
    private final long bytes;

    PutCalls(Link link, Asked asked, Plan plan) {
        this.link = link;
        flight = asked.flightOr("put");
        batches = plan.batches();
        counted = asked.flight() == null;
        batch = GeneratedBatch.of(link.allocator(), plan.rows());
        bytes = GeneratedBatch.size(batch);
    }

    @Override
    public void call(Tally tally) throws InterruptedException {
        Written written = new Written();
        AtomicReference<@Nullable String> last = new AtomicReference<>();
        try (FlightPut put = link.client().doPut(flight, batch.getSchema(), link.options())) {
            Acknowledgements.whileWriting(
                    put, ack -> last.set(new String(ack, UTF_8)), () -> write(put, tally, written));
        }
        tally.latencySince(written.done);
        String acknowledged = last.get();
        if (counted && !Long.toString(written.rows).equals(acknowledged)) {
            throw new WrongAnswer("the server acknowledged "
                    + (acknowledged == null ? "nothing" : "'" + acknowledged + "'")
                    + " after " + written.rows
                    + " rows; a server that does not follow the convention needs --path or --command");
        }
        tally.called();
    }

    private void write(FlightPut put, Tally tally, Written written) {
        for (long i = 0; i < batches && !(i > 0 && tally.isOver()); i++) {
            put.writer().write(batch);
            written.rows += batch.getRowCount();
            tally.moved(batch.getRowCount(), bytes);
        }
        written.done = System.nanoTime();
    }

    /** How many rows, and when the last one was. */
    private static final class Written {
        long rows;
        long done;
    }

    @Override
    public void close() {
        batch.close();
    }
}
