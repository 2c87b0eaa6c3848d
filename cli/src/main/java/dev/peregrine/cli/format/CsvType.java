package dev.peregrine.cli.format;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.regex.Pattern;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * The types that a column of a CSV file may have. A column gets the first one, in this order, that holds all the values looked
 * at; text holds everything. Numbers with leading zeros and whole numbers beyond 64 bits are text: as numbers they would change.
 */
enum CsvType {
    BOOL(new ArrowType.Bool()) {
        @Override
        boolean put(@Nullable FieldVector vector, int row, String text) {
            boolean truth = text.equalsIgnoreCase("true");
            if (!truth && !text.equalsIgnoreCase("false")) {
                return false;
            }
            if (vector instanceof BitVector bits) {
                bits.setSafe(row, truth ? 1 : 0);
            }
            return true;
        }
    },
    INT64(new ArrowType.Int(64, true)) {
        @Override
        boolean put(@Nullable FieldVector vector, int row, String text) {
            if (!isWhole(text)) {
                return false;
            }
            long value;
            try {
                value = Long.parseLong(text);
            } catch (NumberFormatException beyond64Bits) {
                return false;
            }
            if (vector instanceof BigIntVector longs) {
                longs.setSafe(row, value);
            }
            return true;
        }
    },
    DOUBLE(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)) {
        @Override
        boolean put(@Nullable FieldVector vector, int row, String text) {
            boolean number = isWhole(text)
                    ? INT64.put(null, 0, text)
                    : NUMBER.matcher(text).matches();
            if (!number) {
                return false;
            }
            if (vector instanceof Float8Vector doubles) {
                doubles.setSafe(row, Double.parseDouble(text));
            }
            return true;
        }
    },
    DATE(new ArrowType.Date(DateUnit.DAY)) {
        @Override
        boolean put(@Nullable FieldVector vector, int row, String text) {
            if (text.length() != 10 || text.charAt(4) != '-') {
                return false;
            }
            long days;
            try {
                days = LocalDate.parse(text).toEpochDay();
            } catch (DateTimeException e) {
                return false;
            }
            if (vector instanceof DateDayVector dates) {
                dates.setSafe(row, (int) days);
            }
            return true;
        }
    },
    TIMESTAMP(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)) {
        @Override
        boolean put(@Nullable FieldVector vector, int row, String text) {
            return putTime(vector, row, localTime(text), 1_000);
        }
    },
    TIMESTAMP_NANOS(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null)) {
        @Override
        boolean put(@Nullable FieldVector vector, int row, String text) {
            return putTime(vector, row, localTime(text), 1);
        }
    },
    TIMESTAMP_UTC(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")) {
        @Override
        boolean put(@Nullable FieldVector vector, int row, String text) {
            return putTime(vector, row, offsetTime(text), 1_000);
        }
    },
    TIMESTAMP_UTC_NANOS(new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC")) {
        @Override
        boolean put(@Nullable FieldVector vector, int row, String text) {
            return putTime(vector, row, offsetTime(text), 1);
        }
    },
    UTF8(new ArrowType.Utf8()) {
        @Override
        boolean put(@Nullable FieldVector vector, int row, String text) {
            if (vector instanceof VarCharVector strings) {
                strings.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
            }
            return true;
        }
    };

    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?|NaN|-?Infinity");

    private final ArrowType arrow;

    CsvType(ArrowType arrow) {
        this.arrow = arrow;
    }

    ArrowType arrow() {
        return arrow;
    }

    /** Sets the value, or says that the text is none of this type. With no vector it only says. */
    abstract boolean put(@Nullable FieldVector vector, int row, String text);

    /** Digits with or without a minus, and no zero in front: the most frequent question, so no pattern is asked. */
    private static boolean isWhole(String text) {
        int first = text.startsWith("-") ? 1 : 0;
        int length = text.length();
        if (length == first || (text.charAt(first) == '0' && length > first + 1)) {
            return false;
        }
        for (int i = first; i < length; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }

    /** The first type that holds all of these texts; text, if there are none. */
    static CsvType of(Iterable<@Nullable String> texts) {
        EnumSet<CsvType> candidates = EnumSet.allOf(CsvType.class);
        boolean any = false;
        for (String text : texts) {
            if (text != null) {
                any = true;
                candidates.removeIf(type -> !type.put(null, 0, text));
            }
        }
        return any ? candidates.iterator().next() : UTF8;
    }

    private static @Nullable Instant localTime(String text) {
        if (!looksLikeTime(text)) {
            return null;
        }
        try {
            return LocalDateTime.parse(withT(text)).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Instant offsetTime(String text) {
        if (!looksLikeTime(text)) {
            return null;
        }
        try {
            return OffsetDateTime.parse(withT(text)).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static boolean looksLikeTime(String text) {
        return text.length() >= 16 && text.charAt(4) == '-' && (text.charAt(10) == 'T' || text.charAt(10) == ' ');
    }

    private static String withT(String text) {
        return text.charAt(10) == 'T' ? text : text.substring(0, 10) + 'T' + text.substring(11);
    }

    private static boolean putTime(@Nullable FieldVector vector, int row, @Nullable Instant time, int nanosAUnit) {
        if (time == null || time.getNano() % nanosAUnit != 0) {
            return false;
        }
        long amount;
        try {
            amount = Math.addExact(
                    Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L / nanosAUnit),
                    time.getNano() / nanosAUnit);
        } catch (ArithmeticException beyond64Bits) {
            return false;
        }
        if (vector instanceof TimeStampVector times) {
            times.setSafe(row, amount);
        }
        return true;
    }
}
