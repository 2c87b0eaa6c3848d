package dev.peregrine.cli.verify;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * One thread. A field's values in a batch: its buffers and its children, lent. Nothing in it is trusted: a buffer that is too short, an
 * offset beyond its values fail with an {@link IOException}.
 */
final class Column {
    private static final int MOST_TYPE_IDS = 128;
    private static final int INLINE = 12;

    private final Field field;
    private final ArrowType type;
    private final Layout layout;
    private final int length;
    private final List<ArrowBuf> buffers;
    private final List<Column> children;

    /** Which child a union's type id stands for; -1 for none. Empty for other types. */
    private final int[] childOfTypeId;

    private Column(
            Field field, ArrowType type, Layout layout, int length, List<ArrowBuf> buffers, List<Column> children) {
        this.field = field;
        this.type = type;
        this.layout = layout;
        this.length = length;
        this.buffers = buffers;
        this.children = children;
        this.childOfTypeId = type instanceof ArrowType.Union union ? childOfTypeId(union) : new int[0];
    }

    /**
     * @param type in which the values are stored: of an encoded field that of its indices, of an extension that of its storage
     */
    static Column of(
            Field field, ArrowType type, Layout layout, long length, List<ArrowBuf> buffers, List<Column> children)
            throws IOException {
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw new IOException("'" + field.getName() + "' has " + length + " values");
        }
        Column column = new Column(field, type, layout, (int) length, buffers, children);
        column.check();
        return column;
    }

    private static int[] childOfTypeId(ArrowType.Union union) {
        int[] child = new int[MOST_TYPE_IDS];
        java.util.Arrays.fill(child, -1);
        int[] ids = union.getTypeIds();
        for (int i = 0; ids != null && i < ids.length; i++) {
            child[ids[i] & 0x7f] = i;
        }
        return child;
    }

    /** What can be known without looking at values. An empty column may leave out its offsets. */
    private void check() throws IOException {
        if (layout.hasValidity() && buffers.get(0).readableBytes() > 0) {
            checkSize(0, (length + 7L) / 8);
        }
        switch (layout.kind()) {
            case BIT -> checkSize(1, (length + 7L) / 8);
            case FIXED, VIEWS -> checkSize(1, (long) length * layout.width() / 8);
            case BYTES, LIST -> checkSize(1, length == 0 ? 0 : 4L * (length + 1L));
            case LARGE_BYTES, LARGE_LIST -> checkSize(1, length == 0 ? 0 : 8L * (length + 1L));
            case LIST_VIEW, LARGE_LIST_VIEW -> {
                checkSize(1, (layout.kind() == Layout.Kind.LIST_VIEW ? 4L : 8L) * length);
                checkSize(2, (layout.kind() == Layout.Kind.LIST_VIEW ? 4L : 8L) * length);
            }
            case SPARSE_UNION -> checkSize(0, length);
            case DENSE_UNION -> {
                checkSize(0, length);
                checkSize(1, 4L * length);
            }
            default -> {}
        }
    }

    private void checkSize(int buffer, long bytes) throws IOException {
        if (buffers.get(buffer).readableBytes() < bytes) {
            throw broken("buffer " + buffer + " has " + buffers.get(buffer).readableBytes() + " bytes, and " + length
                    + " values need " + bytes);
        }
    }

    private IOException broken(String what) {
        return new IOException("'" + field.getName() + "' is broken: " + what);
    }

    Field field() {
        return field;
    }

    ArrowType type() {
        return type;
    }

    Layout layout() {
        return layout;
    }

    int length() {
        return length;
    }

    List<Column> children() {
        return children;
    }

    /** For {@code count} rows from {@code row} on. */
    void checkRows(long row, long count) throws IOException {
        if (row < 0 || count < 0 || row > length - count) {
            throw broken("values " + row + " to " + (row + count) + " are asked for, and there are " + length);
        }
    }

    boolean isNull(int row) {
        if (!layout.hasValidity()) {
            return layout.kind() == Layout.Kind.NULL;
        }
        return buffers.get(0).readableBytes() > 0 && !bit(0, row);
    }

    boolean mayHaveNulls() {
        return layout.hasValidity() && buffers.get(0).readableBytes() > 0;
    }

    boolean bit(int buffer, int row) {
        return (buffers.get(buffer).getByte(row >> 3) >> (row & 7) & 1) != 0;
    }

    /** The buffer of values of fixed width. */
    ArrowBuf values() {
        return buffers.get(1);
    }

    /** A whole number of 8 to 64 bits, its sign carried upward. */
    long number(int row) {
        ArrowBuf values = values();
        return switch (layout.width()) {
            case 8 -> values.getByte(row);
            case 16 -> values.getShort(2L * row);
            case 32 -> values.getInt(4L * row);
            default -> values.getLong(8L * row);
        };
    }

    /** Where a list, or a run of bytes, begins. */
    long start(int row) {
        return isLarge() ? buffers.get(1).getLong(8L * row) : buffers.get(1).getInt(4L * row);
    }

    /** How many elements a list has, or bytes a value. */
    long size(int row) {
        return switch (layout.kind()) {
            case FIXED_LIST -> ((ArrowType.FixedSizeList) type).getListSize();
            case LIST_VIEW -> buffers.get(2).getInt(4L * row);
            case LARGE_LIST_VIEW -> buffers.get(2).getLong(8L * row);
            case VIEWS -> buffers.get(1).getInt(16L * row);
            default -> start(row + 1) - start(row);
        };
    }

    private boolean isLarge() {
        return switch (layout.kind()) {
            case LARGE_BYTES, LARGE_LIST, LARGE_LIST_VIEW -> true;
            default -> false;
        };
    }

    /** The buffer that the bytes of a value of variable width lie in. */
    ArrowBuf bytesOf(int row) throws IOException {
        if (layout.kind() != Layout.Kind.VIEWS) {
            return checkedBytes(buffers.get(2), start(row), size(row));
        }
        if (size(row) <= INLINE) {
            return checkedBytes(buffers.get(1), bytesAt(row), size(row));
        }
        int which = buffers.get(1).getInt(16L * row + 8);
        if (which < 0 || which >= buffers.size() - 2) {
            throw broken("row " + row + " is in buffer " + which + " of " + (buffers.size() - 2));
        }
        return checkedBytes(buffers.get(2 + which), bytesAt(row), size(row));
    }

    /** Where in {@link #bytesOf} they begin. */
    long bytesAt(int row) {
        if (layout.kind() != Layout.Kind.VIEWS) {
            return start(row);
        }
        return size(row) <= INLINE ? 16L * row + 4 : buffers.get(1).getInt(16L * row + 12);
    }

    private ArrowBuf checkedBytes(ArrowBuf bytes, long start, long size) throws IOException {
        if (start < 0 || size < 0 || start > bytes.readableBytes() - size) {
            throw broken(
                    size + " bytes at " + start + " are asked for, and there are " + bytes.readableBytes() + " bytes");
        }
        return bytes;
    }

    byte typeId(int row) {
        return buffers.get(0).getByte(row);
    }

    /** The child of a union that a row is in. */
    Column childOf(int row) throws IOException {
        byte id = typeId(row);
        int child = id < 0 ? -1 : childOfTypeId[id];
        if (child < 0 || child >= children.size()) {
            throw broken("row " + row + " has the type id " + id + ", which the union has not");
        }
        return children.get(child);
    }

    /** Where in the child of a union a row is. */
    int offsetInChild(int row) {
        return layout.kind() == Layout.Kind.SPARSE_UNION ? row : buffers.get(1).getInt(4L * row);
    }

    /** Which run a row is in. */
    int runOf(int row) throws IOException {
        Column ends = children.get(0);
        int low = 0;
        int high = ends.length();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends.number(middle) > row) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        if (low == ends.length()) {
            throw broken("row " + row + " is behind the end of all runs");
        }
        return low;
    }
}
