package dev.peregrine.cli.format;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.IntFunction;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The cells of types without children. Numbers are numbers in JSON, booleans are booleans, all else is a string. */
final class ScalarCells {
    private ScalarCells() {}

    static Cell of(Field field, FieldVector vector) {
        if (vector instanceof NullVector) {
            return new Nothing();
        }
        Cell cell = numberOrBoolean(vector);
        if (cell == null) {
            cell = characters(vector);
        }
        if (cell == null) {
            cell = time(field, vector);
        }
        if (cell == null) {
            throw new IllegalArgumentException("Column '" + field.getName() + "' has the type " + field.getType()
                    + ", which has no text form here.");
        }
        return cell;
    }

    private static @Nullable Cell numberOrBoolean(FieldVector vector) {
        if (vector instanceof UInt8Vector longs) {
            return new Number(longs, i -> Long.toUnsignedString(longs.get(i)));
        }
        if (vector instanceof BaseIntVector ints) {
            return new Whole(vector, ints);
        }
        if (vector instanceof Float8Vector doubles) {
            return new Floating(doubles, i -> Double.toString(doubles.get(i)));
        }
        if (vector instanceof Float4Vector floats) {
            return new Floating(floats, i -> Float.toString(floats.get(i)));
        }
        if (vector instanceof Float2Vector halves) {
            return new Floating(halves, i -> Float.toString(halves.getValueAsFloat(i)));
        }
        if (vector instanceof DecimalVector decimals) {
            return new Number(decimals, i -> decimals.getObjectNotNull(i).toPlainString());
        }
        if (vector instanceof Decimal256Vector decimals) {
            return new Number(decimals, i -> decimals.getObjectNotNull(i).toPlainString());
        }
        if (vector instanceof BitVector bits) {
            return new Truth(bits);
        }
        return null;
    }

    private static @Nullable Cell characters(FieldVector vector) {
        if (vector instanceof VarCharVector strings) {
            return new Text(strings, i -> new String(strings.get(i), StandardCharsets.UTF_8));
        }
        if (vector instanceof LargeVarCharVector strings) {
            return new Text(strings, i -> new String(strings.get(i), StandardCharsets.UTF_8));
        }
        if (vector instanceof ViewVarCharVector strings) {
            return new Text(strings, i -> new String(strings.get(i), StandardCharsets.UTF_8));
        }
        if (vector instanceof VarBinaryVector bytes) {
            return new Text(bytes, i -> base64(bytes.get(i)));
        }
        if (vector instanceof LargeVarBinaryVector bytes) {
            return new Text(bytes, i -> base64(bytes.get(i)));
        }
        if (vector instanceof ViewVarBinaryVector bytes) {
            return new Text(bytes, i -> base64(bytes.get(i)));
        }
        if (vector instanceof FixedSizeBinaryVector bytes) {
            return new Text(bytes, i -> base64(bytes.get(i)));
        }
        return null;
    }

    private static @Nullable Cell time(Field field, FieldVector vector) {
        if (vector instanceof DateDayVector days) {
            return new Text(days, i -> TimeText.date(days.get(i)));
        }
        if (vector instanceof DateMilliVector millis) {
            return new Text(millis, i -> TimeText.dateOfMillis(millis.get(i)));
        }
        if (vector instanceof TimeSecVector times) {
            return new Text(times, i -> TimeText.time(times.get(i), TimeUnit.SECOND));
        }
        if (vector instanceof TimeMilliVector times) {
            return new Text(times, i -> TimeText.time(times.get(i), TimeUnit.MILLISECOND));
        }
        if (vector instanceof TimeMicroVector times) {
            return new Text(times, i -> TimeText.time(times.get(i), TimeUnit.MICROSECOND));
        }
        if (vector instanceof TimeNanoVector times) {
            return new Text(times, i -> TimeText.time(times.get(i), TimeUnit.NANOSECOND));
        }
        if (vector instanceof TimeStampVector times && field.getType() instanceof ArrowType.Timestamp type) {
            TimeText.Stamp stamp = new TimeText.Stamp(type);
            return new Text(times, i -> stamp.text(times.get(i)));
        }
        if (vector instanceof DurationVector durations && field.getType() instanceof ArrowType.Duration type) {
            return new Text(
                    durations,
                    i -> TimeText.duration(DurationVector.get(durations.getDataBuffer(), i), type.getUnit()));
        }
        return interval(vector);
    }

    private static @Nullable Cell interval(FieldVector vector) {
        ArrowBuf data = vector instanceof BaseFixedWidthVector fixed ? fixed.getDataBuffer() : null;
        if (data == null) {
            return null;
        }
        if (vector instanceof IntervalYearVector months) {
            return new Text(months, i -> TimeText.interval(months.get(i), 0, 0));
        }
        if (vector instanceof IntervalDayVector) {
            return new Text(
                    vector,
                    i -> TimeText.interval(
                            0,
                            IntervalDayVector.getDays(data, i),
                            IntervalDayVector.getMilliseconds(data, i) * 1_000_000L));
        }
        if (vector instanceof IntervalMonthDayNanoVector) {
            return new Text(
                    vector,
                    i -> TimeText.interval(
                            IntervalMonthDayNanoVector.getMonths(data, i),
                            IntervalMonthDayNanoVector.getDays(data, i),
                            IntervalMonthDayNanoVector.getNanoseconds(data, i)));
        }
        return null;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** A cell over a vector with a validity of its own. */
    private abstract static class Of extends Cell {
        private final FieldVector vector;

        Of(FieldVector vector) {
            this.vector = vector;
        }

        @Override
        public boolean isNull(int index) {
            return vector.isNull(index);
        }
    }

    /** A string in JSON. */
    static final class Text extends Of {
        private final IntFunction<String> text;

        Text(FieldVector vector, IntFunction<String> text) {
            super(vector);
            this.text = text;
        }

        @Override
        public String text(int index) {
            return text.apply(index);
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            out.writeString(text.apply(index));
        }
    }

    /** A number in JSON with exactly these digits. */
    private static class Number extends Of {
        private final IntFunction<String> digits;

        Number(FieldVector vector, IntFunction<String> digits) {
            super(vector);
            this.digits = digits;
        }

        @Override
        public String text(int index) {
            return digits.apply(index);
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            out.writeNumber(text(index));
        }

        @Override
        public boolean isNumber() {
            return true;
        }
    }

    /** JSON has no NaN and no infinity: those are strings there. */
    private static final class Floating extends Number {
        Floating(FieldVector vector, IntFunction<String> digits) {
            super(vector, digits);
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            String digits = text(index);
            char last = digits.charAt(digits.length() - 1);
            if (last == 'N' || last == 'y') {
                out.writeString(digits);
            } else {
                out.writeNumber(digits);
            }
        }
    }

    /** Whole numbers of up to 63 bits; those of 64 unsigned bits are a {@link Number}. */
    private static final class Whole extends Of {
        private final BaseIntVector ints;

        Whole(FieldVector vector, BaseIntVector ints) {
            super(vector);
            this.ints = ints;
        }

        @Override
        public String text(int index) {
            return Long.toString(ints.getValueAsLong(index));
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            out.writeNumber(ints.getValueAsLong(index));
        }

        @Override
        public boolean isNumber() {
            return true;
        }
    }

    private static final class Truth extends Of {
        private final BitVector bits;

        Truth(BitVector bits) {
            super(bits);
            this.bits = bits;
        }

        @Override
        public String text(int index) {
            return bits.get(index) != 0 ? "true" : "false";
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            out.writeBoolean(bits.get(index) != 0);
        }
    }

    /** The null type: nothing but nulls. */
    private static final class Nothing extends Cell {
        @Override
        public boolean isNull(int index) {
            return true;
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            out.writeNull();
        }
    }
}
