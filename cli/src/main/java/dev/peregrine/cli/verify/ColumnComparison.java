package dev.peregrine.cli.verify;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.ByteFunctionHelpers;
import org.jspecify.annotations.Nullable;

/**
 * What differs first between rows of two columns of the same type. What lies under a null, where offsets begin, how views are spread over
 * buffers and how equal values are divided into runs makes no difference. Pure functions, which allocate nothing while all is equal.
 */
final class ColumnComparison {
    /**
     * @param row counted from the first that is compared
     * @param inside which part of the row's value, such as {@code .a[3]}; empty for all of it
     * @param what is there, and what should be
     */
    record Difference(int row, String inside, String what) {}

    private ColumnComparison() {}

    /** Null if {@code count} rows are equal. */
    static @Nullable Difference between(Column wanted, long from, Column got, long at, long count) throws IOException {
        wanted.checkRows(from, count);
        got.checkRows(at, count);
        int i = (int) from;
        int j = (int) at;
        int n = (int) count;
        if (!wanted.mayHaveNulls() && !got.mayHaveNulls()) {
            return valid(wanted, i, got, j, n);
        }
        int done = 0;
        while (done < n) {
            boolean isNull = wanted.isNull(i + done);
            int end = done;
            while (end < n && wanted.isNull(i + end) == isNull && got.isNull(j + end) == isNull) {
                end++;
            }
            Difference found = isNull ? null : valid(wanted, i + done, got, j + done, end - done);
            if (found != null) {
                return new Difference(done + found.row(), found.inside(), found.what());
            }
            if (end < n && wanted.isNull(i + end) != got.isNull(j + end)) {
                return different(end, wanted, i + end, got, j + end);
            }
            done = end;
        }
        return null;
    }

    private static Difference different(int row, Column wanted, int i, Column got, int j) throws IOException {
        return new Difference(row, "", ValueText.of(got, j) + " instead of " + ValueText.of(wanted, i));
    }

    /** Rows that are no nulls. */
    private static @Nullable Difference valid(Column wanted, int i, Column got, int j, int n) throws IOException {
        return switch (wanted.layout().kind()) {
            case NULL -> null;
            case BIT -> bits(wanted, i, got, j, n);
            case FIXED -> fixed(wanted, i, got, j, n);
            case BYTES, LARGE_BYTES, VIEWS -> bytes(wanted, i, got, j, n);
            case LIST, LARGE_LIST, LIST_VIEW, LARGE_LIST_VIEW -> lists(wanted, i, got, j, n);
            case FIXED_LIST -> fixedLists(wanted, i, got, j, n);
            case STRUCT -> structs(wanted, i, got, j, n);
            case SPARSE_UNION, DENSE_UNION -> unions(wanted, i, got, j, n);
            case RUNS -> runs(wanted, i, got, j, n);
        };
    }

    private static @Nullable Difference bits(Column wanted, int i, Column got, int j, int n) throws IOException {
        for (int k = 0; k < n; k++) {
            if (wanted.bit(1, i + k) != got.bit(1, j + k)) {
                return different(k, wanted, i + k, got, j + k);
            }
        }
        return null;
    }

    private static @Nullable Difference fixed(Column wanted, int i, Column got, int j, int n) throws IOException {
        long width = wanted.layout().width() / 8;
        ArrowBuf a = wanted.values();
        ArrowBuf b = got.values();
        if (sameBytes(a, i * width, b, j * width, n * width)) {
            return null;
        }
        int k = 0;
        while (sameBytes(a, (i + k) * width, b, (j + k) * width, width)) {
            k++;
        }
        return different(k, wanted, i + k, got, j + k);
    }

    private static boolean sameBytes(ArrowBuf a, long from, ArrowBuf b, long at, long count) {
        // Empty buffers may have no address.
        return count == 0 || ByteFunctionHelpers.equal(a, from, from + count, b, at, at + count) != 0;
    }

    private static @Nullable Difference bytes(Column wanted, int i, Column got, int j, int n) throws IOException {
        for (int k = 0; k < n; k++) {
            ArrowBuf a = wanted.bytesOf(i + k);
            ArrowBuf b = got.bytesOf(j + k);
            long size = wanted.size(i + k);
            if (size != got.size(j + k) || !sameBytes(a, wanted.bytesAt(i + k), b, got.bytesAt(j + k), size)) {
                return different(k, wanted, i + k, got, j + k);
            }
        }
        return null;
    }

    private static @Nullable Difference lists(Column wanted, int i, Column got, int j, int n) throws IOException {
        Column elements = wanted.children().get(0);
        Column others = got.children().get(0);
        for (int k = 0; k < n; k++) {
            long size = wanted.size(i + k);
            if (size != got.size(j + k)) {
                return different(k, wanted, i + k, got, j + k);
            }
            // Of an empty list where it begins says nothing.
            Difference found =
                    size == 0 ? null : between(elements, wanted.start(i + k), others, got.start(j + k), size);
            if (found != null) {
                return new Difference(k, "[" + found.row() + "]" + found.inside(), found.what());
            }
        }
        return null;
    }

    private static @Nullable Difference fixedLists(Column wanted, int i, Column got, int j, int n) throws IOException {
        long size = wanted.size(0);
        if (size == 0) {
            return null;
        }
        Difference found =
                between(wanted.children().get(0), i * size, got.children().get(0), j * size, n * size);
        if (found == null) {
            return null;
        }
        int row = (int) (found.row() / size);
        return new Difference(row, "[" + found.row() % size + "]" + found.inside(), found.what());
    }

    private static @Nullable Difference structs(Column wanted, int i, Column got, int j, int n) throws IOException {
        List<Column> members = wanted.children();
        Difference first = null;
        int rows = n;
        for (int m = 0; m < members.size() && rows > 0; m++) {
            Difference found = between(members.get(m), i, got.children().get(m), j, rows);
            if (found != null) {
                first = within(members.get(m), found.row(), found);
                rows = found.row();
            }
        }
        return first;
    }

    private static Difference within(Column member, int row, Difference found) {
        return new Difference(row, "." + member.field().getName() + found.inside(), found.what());
    }

    private static @Nullable Difference unions(Column wanted, int i, Column got, int j, int n) throws IOException {
        for (int k = 0; k < n; k++) {
            Column child = wanted.childOf(i + k);
            Column other = got.childOf(j + k);
            if (wanted.typeId(i + k) != got.typeId(j + k)) {
                return new Difference(
                        k,
                        "",
                        "a " + other.field().getName() + " instead of a "
                                + child.field().getName());
            }
            Difference found = between(child, wanted.offsetInChild(i + k), other, got.offsetInChild(j + k), 1);
            if (found != null) {
                return within(child, k, found);
            }
        }
        return null;
    }

    private static @Nullable Difference runs(Column wanted, int i, Column got, int j, int n) throws IOException {
        for (int done = 0; done < n; ) {
            int run = wanted.runOf(i + done);
            int other = got.runOf(j + done);
            Difference found =
                    between(wanted.children().get(1), run, got.children().get(1), other, 1);
            if (found != null) {
                return new Difference(done, found.inside(), found.what());
            }
            long left = wanted.children().get(0).number(run) - (i + done);
            long otherLeft = got.children().get(0).number(other) - (j + done);
            done += (int) Math.min(Math.min(left, otherLeft), n - done);
        }
        return null;
    }
}
