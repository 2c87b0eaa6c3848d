package dev.peregrine.cli.format;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * Dates, times and spans in the ISO 8601 form, with as many digits after the second as the unit has. A number that no calendar
 * can hold is written as the number it is.
 */
final class TimeText {
    private static final long MILLIS_A_DAY = 86_400_000L;

    private TimeText() {}

    static String date(long days) {
        try {
            return LocalDate.ofEpochDay(days).toString();
        } catch (DateTimeException e) {
            return Long.toString(days);
        }
    }

    /** Whole days by the format's rule; a peer that breaks it has its time of day shown. */
    static String dateOfMillis(long millis) {
        if (Math.floorMod(millis, MILLIS_A_DAY) == 0) {
            return date(millis / MILLIS_A_DAY);
        }
        return new Stamp(new ArrowType.Timestamp(TimeUnit.MILLISECOND, null)).text(millis);
    }

    static String time(long sinceMidnight, TimeUnit unit) {
        try {
            LocalTime time = LocalTime.ofNanoOfDay(Math.multiplyExact(sinceMidnight, nanos(unit)));
            return pattern("HH:mm:ss", unit).format(time);
        } catch (DateTimeException | ArithmeticException e) {
            return Long.toString(sinceMidnight);
        }
    }

    static String duration(long amount, TimeUnit unit) {
        long perSecond = 1_000_000_000L / nanos(unit);
        return Duration.ofSeconds(Math.floorDiv(amount, perSecond), Math.floorMod(amount, perSecond) * nanos(unit))
                .toString();
    }

    /** Years and months, days, and a time; each with its own sign, for a month is no number of days. */
    static String interval(int months, int days, long nanos) {
        StringBuilder text = new StringBuilder("P");
        part(text, months / 12, 'Y');
        part(text, months % 12, 'M');
        part(text, days, 'D');
        if (nanos != 0) {
            text.append(Duration.ofNanos(nanos).toString().substring(1));
        }
        return text.length() == 1 ? "P0D" : text.toString();
    }

    private static void part(StringBuilder text, int amount, char unit) {
        if (amount != 0) {
            text.append(amount).append(unit);
        }
    }

    private static DateTimeFormatter pattern(String seconds, TimeUnit unit) {
        String digits = "S".repeat(digits(unit));
        return DateTimeFormatter.ofPattern(digits.isEmpty() ? seconds : seconds + "." + digits);
    }

    static int digits(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 0;
            case MILLISECOND -> 3;
            case MICROSECOND -> 6;
            case NANOSECOND -> 9;
        };
    }

    static long nanos(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1_000_000_000L;
            case MILLISECOND -> 1_000_000L;
            case MICROSECOND -> 1_000L;
            case NANOSECOND -> 1L;
        };
    }

    /** Points in time of one unit and zone: with the offset there and then, or without any if the type has no zone. */
    static final class Stamp {
        private final long perSecond;
        private final long nanos;
        private final @Nullable ZoneId zone;
        private final DateTimeFormatter form;

        Stamp(ArrowType.Timestamp type) {
            this.nanos = nanos(type.getUnit());
            this.perSecond = 1_000_000_000L / nanos;
            this.zone = type.getTimezone() == null ? null : zone(type.getTimezone());
            DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE)
                    .appendLiteral('T')
                    .append(pattern("HH:mm:ss", type.getUnit()));
            if (zone != null) {
                builder.appendOffsetId();
            }
            this.form = builder.toFormatter();
        }

        String text(long amount) {
            long second = Math.floorDiv(amount, perSecond);
            int nano = (int) (Math.floorMod(amount, perSecond) * nanos);
            try {
                return zone == null
                        ? form.format(LocalDateTime.ofEpochSecond(second, nano, ZoneOffset.UTC))
                        : form.format(Instant.ofEpochSecond(second, nano).atZone(zone));
            } catch (DateTimeException e) {
                return Long.toString(amount);
            }
        }

        /** Arrow knows zones by name or by offset; one that this machine does not know is shown in UTC. */
        private static ZoneId zone(String name) {
            try {
                return ZoneId.of(name);
            } catch (DateTimeException e) {
                return ZoneOffset.UTC;
            }
        }
    }
}
