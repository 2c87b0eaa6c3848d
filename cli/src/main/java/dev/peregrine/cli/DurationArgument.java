package dev.peregrine.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A span of time as people type it: {@code 500ms}, {@code 5s}, {@code 1.5m}, {@code 2h}; a bare number is seconds. */
public final class DurationArgument implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h)?");

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new TypeConversionException("'" + text + "' is no span of time such as 500ms, 5s, 2m or 1h");
        }
        String unit = form.group(2) == null ? "s" : form.group(2);
        BigDecimal nanosAUnit = BigDecimal.valueOf(
                switch (unit) {
                    case "ms" -> 1_000_000L;
                    case "s" -> 1_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    default -> 3_600_000_000_000L;
                });
        BigDecimal nanos = new BigDecimal(form.group(1)).multiply(nanosAUnit);
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new TypeConversionException(
                    "'" + text + "' is longer than 292 years; leave the option out for no limit");
        }
        return Duration.ofNanos(nanos.longValue());
    }
}
