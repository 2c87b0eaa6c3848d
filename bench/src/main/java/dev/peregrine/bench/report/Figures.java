package dev.peregrine.bench.report;

import java.util.Locale;

/** Numbers as people read them. Pure functions. */
public final class Figures {
    private Figures() {}

    /** Three digits that count, at least: 0.042, 1.25, 173, 13,474. A dash for what nobody knows. */
    public static String figure(double number) {
        if (Double.isNaN(number)) {
            return "-";
        }
        double size = Math.abs(number);
        return String.format(
                Locale.ROOT, size < 1 ? "%.3f" : size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%,.0f", number);
    }

    /** Without a fraction. A dash for what nobody knows. */
    public static String whole(double number) {
        return Double.isNaN(number) ? "-" : String.format(Locale.ROOT, "%,.0f", number);
    }
}
