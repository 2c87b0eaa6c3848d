package dev.peregrine.protocol.wire.split;

import dev.peregrine.protocol.error.FlightWriteSizeExceededException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * One thread at a time. A batch in parts by rows, in their order, of which each fits into a message. The parts share the
 * batch's memory; copied are only offsets, and bits that do not begin at a byte.
 */
public final class RowParts implements AutoCloseable {
    /** How large the message of a part is, bytes. */
    public interface Size {
        long of(VectorSchemaRoot part, boolean isFirst);
    }

    private final VectorSchemaRoot whole;
    private final Size size;
    private final long limit;
    private final List<VectorSchemaRoot> parts = new ArrayList<>();

    private RowParts(VectorSchemaRoot whole, Size size, long limit) {
        this.whole = whole;
        this.size = size;
        this.limit = limit;
    }

    /**
     * Cuts a batch that is too large.
     *
     * @param whole lent for as long as there are parts
     * @param actual its size
     * @throws FlightWriteSizeExceededException a row alone is too large, or the batch has a type that cannot be cut
     */
    public static RowParts of(VectorSchemaRoot whole, long actual, Size size, long limit) {
        RowParts parts = new RowParts(whole, size, limit);
        try {
            parts.cut(0, whole.getRowCount(), actual);
            return parts;
        } catch (UnsupportedOperationException e) {
            parts.close();
            FlightWriteSizeExceededException tooLarge = FlightWriteSizeExceededException.of(limit, actual);
            tooLarge.addSuppressed(e);
            throw tooLarge;
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** Rows that are too large together, in as many parts as their size asks for; some of these may be too large again. */
    private void cut(int from, int count, long actual) {
        if (count <= 1) {
            throw FlightWriteSizeExceededException.of(limit, actual);
        }
        int pieces = (int) Math.min(count, Math.max(2, (actual + limit - 1) / limit));
        for (int i = 0; i < pieces; i++) {
            int begin = from + (int) ((long) count * i / pieces);
            int end = from + (int) ((long) count * (i + 1) / pieces);
            add(begin, end - begin);
        }
    }

    private void add(int from, int count) {
        VectorSchemaRoot part = whole.slice(from, count);
        part.getFieldVectors().forEach(ViewPadding::clear);
        long actual;
        try {
            actual = size.of(part, from == 0);
        } catch (RuntimeException e) {
            part.close();
            throw e;
        }
        if (actual <= limit) {
            parts.add(part);
        } else {
            part.close();
            cut(from, count, actual);
        }
    }

    /** The parts; closed with this. */
    public List<VectorSchemaRoot> roots() {
        return parts;
    }

    @Override
    public void close() {
        parts.forEach(VectorSchemaRoot::close);
        parts.clear();
    }
}
