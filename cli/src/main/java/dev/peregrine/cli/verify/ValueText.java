package dev.peregrine.cli.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** A value of a column for people: short, so that one can see how two of them differ. Pure function. */
final class ValueText {
    private static final int MOST_BYTES = 32;

    private ValueText() {}

    static String of(Column column, int row) throws IOException {
        if (column.isNull(row)) {
            return "null";
        }
        return switch (column.layout().kind()) {
            case BIT -> Boolean.toString(column.bit(1, row));
            case FIXED -> fixed(column, row);
            case BYTES, LARGE_BYTES, VIEWS -> bytes(column, row);
            case LIST, LARGE_LIST, LIST_VIEW, LARGE_LIST_VIEW, FIXED_LIST -> "a list of " + column.size(row);
            default -> "a value";
        };
    }

    private static String fixed(Column column, int row) {
        ArrowBuf values = column.values();
        if (column.type() instanceof ArrowType.Int number) {
            long value = column.number(row);
            int width = number.getBitWidth();
            long mask = width == 64 ? -1 : (1L << width) - 1;
            return number.getIsSigned() ? Long.toString(value) : Long.toUnsignedString(value & mask);
        }
        if (column.type() instanceof ArrowType.FloatingPoint floating) {
            return switch (floating.getPrecision()) {
                case HALF -> Float.toString(Float16.toFloat(values.getShort(2L * row)));
                case SINGLE -> Float.toString(values.getFloat(4L * row));
                case DOUBLE -> Double.toString(values.getDouble(8L * row));
            };
        }
        int width = column.layout().width() / 8;
        return hex(values, (long) width * row, width);
    }

    private static String bytes(Column column, int row) throws IOException {
        ArrowBuf bytes = column.bytesOf(row);
        long at = column.bytesAt(row);
        long size = column.size(row);
        boolean text =
                switch (column.type().getTypeID()) {
                    case Utf8, LargeUtf8, Utf8View -> true;
                    default -> false;
                };
        if (!text) {
            return hex(bytes, at, size);
        }
        byte[] start = new byte[(int) Math.min(size, MOST_BYTES)];
        bytes.getBytes(at, start);
        String shown = new String(start, StandardCharsets.UTF_8);
        return '"' + shown + (size > start.length ? "\"... (" + size + " bytes)" : "\"");
    }

    private static String hex(ArrowBuf bytes, long at, long size) {
        byte[] start = new byte[(int) Math.min(size, MOST_BYTES)];
        bytes.getBytes(at, start);
        return "0x" + HexFormat.of().formatHex(start) + (size > start.length ? "... (" + size + " bytes)" : "");
    }
}
