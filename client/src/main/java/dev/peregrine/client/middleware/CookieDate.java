package dev.peregrine.client.middleware;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. The dates of cookies, of which there are many forms: time, day, month and year are found in any order.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6265#section-5.1.1">RFC 6265, 5.1.1</a>
 */
final class CookieDate {
    private static final Pattern DELIMITERS = Pattern.compile("[\\x09\\x20-\\x2F\\x3B-\\x40\\x5B-\\x60\\x7B-\\x7E]+");
    private static final Pattern TIME = Pattern.compile("(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\D.*)?");
    private static final Pattern DAY = Pattern.compile("(\\d{1,2})(?:\\D.*)?");
    private static final Pattern YEAR = Pattern.compile("(\\d{2,4})(?:\\D.*)?");
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    private @Nullable Matcher time;
    private int day = -1;
    private int month = -1;
    private int year = -1;

    private CookieDate() {}

    /** Null for what is no date. */
    static @Nullable Instant parse(String text) {
        CookieDate date = new CookieDate();
        for (String token : DELIMITERS.split(text, -1)) {
            date.take(token);
        }
        return date.instant();
    }

    private void take(String token) {
        Matcher timeOfDay = TIME.matcher(token);
        Matcher dayOfMonth = DAY.matcher(token);
        Matcher yearNumber = YEAR.matcher(token);
        if (time == null && timeOfDay.matches()) {
            time = timeOfDay;
        } else if (day < 0 && dayOfMonth.matches()) {
            day = Integer.parseInt(dayOfMonth.group(1));
        } else if (month < 0 && month(token) >= 0) {
            month = month(token);
        } else if (year < 0 && yearNumber.matches()) {
            year = Integer.parseInt(yearNumber.group(1));
        }
    }

    private static int month(String token) {
        return token.length() < 3 ? -1 : MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT));
    }

    private @Nullable Instant instant() {
        if (time == null || day < 0 || month < 0 || year < 0) {
            return null;
        }
        int full = year >= 70 && year <= 99 ? year + 1900 : year <= 69 ? year + 2000 : year;
        if (full < 1601) {
            return null;
        }
        try {
            return LocalDateTime.of(full, month + 1, day, number(time, 1), number(time, 2), number(time, 3))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
