package dev.peregrine.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.error.FlightException;
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
        Acknowledgements acks;
        long rows;
        long done;
        try (FlightPut put = link.client().doPut(flight, batch.getSchema(), link.options())) {
            acks = new Acknowledgements(put);
            acks.start();
            try {
                rows = write(put, tally);
                done = System.nanoTime();
                acks.join();
            } catch (RuntimeException | InterruptedException e) {
                put.cancel(); // so that the thread of the acknowledgements ends
                throw e;
            }
        }
        tally.latencySince(done);
        if (counted && !Long.toString(rows).equals(acks.last)) {
            throw new WrongAnswer("the server acknowledged "
                    + (acks.last == null ? "nothing" : "'" + acks.last + "'")
                    + " after " + rows
                    + " rows; a server that does not follow the convention needs --path or --command");
        }
        tally.called();
    }

    private long write(FlightPut put, Tally tally) {
        long rows = 0;
        for (long i = 0; i < batches && !(i > 0 && tally.isOver()); i++) {
            put.writer().write(batch);
            rows += batch.getRowCount();
            tally.moved(batch.getRowCount(), bytes);
        }
        put.writer().doneWriting();
        return rows;
    }

    @Override
    public void close() {
        batch.close();
    }

    /** Reads acknowledgements while batches are written: a server that acknowledges a lot may wait for them to be taken. */
    private static final class Acknowledgements extends Thread {
        private final FlightPut put;
        private volatile @Nullable String last;

        Acknowledgements(FlightPut put) {
            super("peregrine-acknowledgements");
            this.put = put;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                for (PutResult ack; (ack = put.metadataReader().read()) != null; ) {
                    last = new String(ack.metadata(), UTF_8);
                }
            } catch (FlightException e) {
                // The call failed: writing or closing says so to whoever put.
            }
        }
    }
}
