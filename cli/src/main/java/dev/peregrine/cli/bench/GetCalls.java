package dev.peregrine.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.protocol.FlightStreamReader;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** DoGet of each part of a flight, in order. */
final class GetCalls implements Calls {
    private final Link link;
    private final List<Link.Part> parts;
    private final long rows;
    private final @Nullable VectorSchemaRoot wanted;

    GetCalls(Link link, Asked asked, Plan plan) {
        this.link = link;
        parts = link.parts(asked, plan);
        rows = asked.getsByConvention() ? plan.rows() * plan.batches() : -1;
        wanted = plan.verify() ? GeneratedBatch.of(link.allocator(), plan.rows()) : null;
    }

    @Override
    public void call(Tally tally) {
        for (Link.Part part : parts) {
            long start = System.nanoTime();
            try (FlightStreamReader reader = part.client().doGet(part.ticket(), link.options())) {
                if (!read(reader, start, tally)) {
                    return;
                }
            }
        }
        tally.called();
    }

    /** Returns false if it stopped before the end. */
    private boolean read(FlightStreamReader reader, long start, Tally tally) {
        VectorSchemaRoot root = reader.root();
        long seen = 0;
        boolean first = true;
        while (reader.next()) {
            if (first) {
                tally.latencySince(start);
                first = false;
            }
            if (wanted != null) {
                GeneratedBatch.check(wanted, root);
            }
            seen += root.getRowCount();
            tally.moved(root.getRowCount(), GeneratedBatch.size(root));
            if (tally.isOver()) {
                return false;
            }
        }
        if (rows >= 0 && seen != rows) {
            throw new WrongAnswer("ticket '" + new String(parts.get(0).ticket().ticket(), UTF_8) + "' brought " + seen
                    + " rows instead of " + rows
                    + "; a server that does not follow the convention needs --ticket, --path or --command");
        }
        return true;
    }

    @Override
    public void close() {
        if (wanted != null) {
            wanted.close();
        }
    }
}
