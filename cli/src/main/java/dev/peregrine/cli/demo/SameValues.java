package dev.peregrine.cli.demo;

import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.ByteFunctionHelpers;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.Range;
import org.apache.arrow.vector.compare.RangeEqualsVisitor;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Whether two batches hold equal values. Equal bytes in all buffers are equal values, and quick to see; where bytes differ,
 * which they may (under a null, for one), value is compared with value. Any thread.
 */
public final class SameValues {
    private SameValues() {}

    /** What differs first, for people; nothing if all is equal. */
    public static Optional<String> difference(VectorSchemaRoot wanted, VectorSchemaRoot got) {
        if (wanted.getRowCount() != got.getRowCount()) {
            return Optional.of("a batch of " + got.getRowCount() + " rows instead of " + wanted.getRowCount());
        }
        for (int column = 0; column < wanted.getFieldVectors().size(); column++) {
            FieldVector left = wanted.getVector(column);
            FieldVector right = got.getVector(column);
            if (!sameBytes(left, right) && !VectorEqualsVisitor.vectorEquals(left, right)) {
                return Optional.of("column '" + left.getName() + "', row " + firstRow(left, right));
            }
        }
        return Optional.empty();
    }

    /** The same for what the indices of a stream stand for. */
    static Optional<String> difference(DictionaryProvider wanted, DictionaryProvider got) {
        for (long id : wanted.getDictionaryIds()) {
            Dictionary other = got.lookup(id);
            if (other == null
                    || !VectorEqualsVisitor.vectorEquals(wanted.lookup(id).getVector(), other.getVector(), null)) {
                return Optional.of("dictionary " + id);
            }
        }
        return Optional.empty();
    }

    private static boolean sameBytes(FieldVector left, FieldVector right) {
        List<ArrowBuf> lefts = left.getFieldBuffers();
        List<ArrowBuf> rights = right.getFieldBuffers();
        if (lefts.size() != rights.size()) {
            return false;
        }
        for (int i = 0; i < lefts.size(); i++) {
            ArrowBuf a = lefts.get(i);
            ArrowBuf b = rights.get(i);
            if (a.readableBytes() != b.readableBytes() || !sameBytes(a, b)) {
                return false;
            }
        }
        List<FieldVector> children = left.getChildrenFromFields();
        List<FieldVector> others = right.getChildrenFromFields();
        for (int i = 0; i < children.size(); i++) {
            if (!sameBytes(children.get(i), others.get(i))) {
                return false;
            }
        }
        return children.size() == others.size();
    }

    private static boolean sameBytes(ArrowBuf a, ArrowBuf b) {
        int length = Math.toIntExact(a.readableBytes());
        return ByteFunctionHelpers.equal(a, 0, length, b, 0, length) != 0;
    }

    private static int firstRow(FieldVector left, FieldVector right) {
        RangeEqualsVisitor visitor = new RangeEqualsVisitor(left, right);
        for (int row = 0; row < left.getValueCount(); row++) {
            if (!visitor.rangeEquals(new Range(row, row, 1))) {
                return row;
            }
        }
        return -1;
    }
}
