package dev.peregrine.cli;

import java.util.Locale;

/** Numbers for people. Pure functions. */
public final class Sizes {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Sizes() {}

    /** 1,234. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** 1 row, 2 rows. */
    public static String count(long number, String what) {
        return count(number) + " " + what + (number == 1 ? "" : what.endsWith("ch") ? "es" : "s");
    }

    /** 512 B, 1.5 KiB. */
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double size = bytes;
        int unit = -1;
        while (size >= 1023.95 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }

    /** MiB/s, GiB/s. */
    public static String rate(long bytes, double seconds) {
        return bytes((long) (bytes / Math.max(seconds, 1e-9))) + "/s";
    }

    /** 12 ms, 1.234 s, 61.5 s. */
    public static String seconds(double seconds) {
        return seconds < 1
                ? Math.round(seconds * 1000) + " ms"
                : String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
    }
}
