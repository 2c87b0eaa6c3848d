package dev.peregrine.cli.bench;

import dev.peregrine.client.FlightExchange;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import org.apache.arrow.vector.VectorSchemaRoot;

/** DoExchange with a service that echoes: one generated batch there and back, then the next. */
final class ExchangeCalls implements Calls {
    private final Link link;
    private final FlightDescriptor flight;
    private final long batches;
    private final boolean verify;
    private final VectorSchemaRoot batch;
    private final long bytes;

    ExchangeCalls(Link link, Asked asked, Plan plan) {
        this.link = link;
        flight = asked.flightOr("x");
        batches = plan.batches();
        verify = plan.verify();
        batch = GeneratedBatch.of(link.allocator(), plan.rows());
        bytes = GeneratedBatch.size(batch);
    }

    @Override
    public void call(Tally tally) {
        try (FlightExchange exchange = link.client().doExchange(flight, link.options())) {
            exchange.writer().begin(batch.getSchema());
            FlightStreamReader reader = exchange.reader();
            for (long i = 0; i < batches && !(i > 0 && tally.isOver()); i++) {
                long start = System.nanoTime();
                exchange.writer().write(batch);
                take(reader);
                tally.latencySince(start);
                tally.moved(batch.getRowCount(), bytes);
            }
            exchange.writer().doneWriting();
            if (reader.next()) {
                throw new WrongAnswer("the exchange answered with more batches than were sent; it has to echo");
            }
        }
        tally.called();
    }

    private void take(FlightStreamReader reader) {
        if (!reader.next() || reader.root().getRowCount() != batch.getRowCount()) {
            throw new WrongAnswer("the exchange did not send back the batch that it was sent; it has to echo");
        }
        if (verify) {
            GeneratedBatch.check(batch, reader.root());
        }
    }

    @Override
    public void close() {
        batch.close();
    }
}
