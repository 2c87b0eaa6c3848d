package dev.peregrine.cli.verify;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * How the values of a type lie in buffers. Pure.
 *
 * @param buffers how many, validity included, views' data excluded
 * @param width of a value of fixed width, bits
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#physical-memory-layout">the layouts</a>
 */
record Layout(Kind kind, int buffers, int width) {
    enum Kind {
        NULL,
        BIT,
        FIXED,
        BYTES,
        LARGE_BYTES,
        VIEWS,
        LIST,
        LARGE_LIST,
        LIST_VIEW,
        LARGE_LIST_VIEW,
        FIXED_LIST,
        STRUCT,
        SPARSE_UNION,
        DENSE_UNION,
        RUNS
    }

    private static final int VIEW_BITS = 128;

    boolean hasValidity() {
        return switch (kind) {
            case NULL, SPARSE_UNION, DENSE_UNION, RUNS -> false;
            default -> true;
        };
    }

    static Layout of(ArrowType type) {
        return switch (type.getTypeID()) {
            case Null -> new Layout(Kind.NULL, 0, 0);
            case Bool -> new Layout(Kind.BIT, 2, 1);
            case Binary, Utf8 -> new Layout(Kind.BYTES, 3, 0);
            case LargeBinary, LargeUtf8 -> new Layout(Kind.LARGE_BYTES, 3, 0);
            case BinaryView, Utf8View -> new Layout(Kind.VIEWS, 2, VIEW_BITS);
            case List, Map -> new Layout(Kind.LIST, 2, 0);
            case LargeList -> new Layout(Kind.LARGE_LIST, 2, 0);
            case ListView -> new Layout(Kind.LIST_VIEW, 3, 0);
            case LargeListView -> new Layout(Kind.LARGE_LIST_VIEW, 3, 0);
            case FixedSizeList -> new Layout(Kind.FIXED_LIST, 1, 0);
            case Struct -> new Layout(Kind.STRUCT, 1, 0);
            case Union ->
                ((ArrowType.Union) type).getMode() == UnionMode.Sparse
                        ? new Layout(Kind.SPARSE_UNION, 1, 0)
                        : new Layout(Kind.DENSE_UNION, 2, 0);
            case RunEndEncoded -> new Layout(Kind.RUNS, 0, 0);
            default -> new Layout(Kind.FIXED, 2, bits(type));
        };
    }

    private static int bits(ArrowType type) {
        return switch (type.getTypeID()) {
            case Int -> ((ArrowType.Int) type).getBitWidth();
            case FloatingPoint -> bits(((ArrowType.FloatingPoint) type).getPrecision());
            case Decimal -> ((ArrowType.Decimal) type).getBitWidth();
            case FixedSizeBinary -> 8 * ((ArrowType.FixedSizeBinary) type).getByteWidth();
            case Time -> ((ArrowType.Time) type).getBitWidth();
            case Date ->
                switch (((ArrowType.Date) type).getUnit()) {
                    case DAY -> 32;
                    case MILLISECOND -> 64;
                };
            case Timestamp, Duration -> 64;
            case Interval ->
                switch (((ArrowType.Interval) type).getUnit()) {
                    case YEAR_MONTH -> 32;
                    case DAY_TIME -> 64;
                    case MONTH_DAY_NANO -> 128;
                };
            default -> throw new UnsupportedOperationException("the type " + type + " is not known here");
        };
    }

    private static int bits(FloatingPointPrecision precision) {
        return switch (precision) {
            case HALF -> 16;
            case SINGLE -> 32;
            case DOUBLE -> 64;
        };
    }
}
