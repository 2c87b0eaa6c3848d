package dev.peregrine.cli.verify;

import java.util.Locale;

/**
 * What became of one file.
 *
 * @param detail what differs, or why it could not be compared; empty if there is nothing to say
 * @param rows that came back equal
 * @param bytes of the buffers that came back, in memory
 */
public record Verdict(Kind kind, String detail, long rows, long batches, long bytes) {
    /** What became of it. */
    public enum Kind {
        /** All of it came back. */
        EQUAL,
        /** Something else came back. */
        DIFFERS,
        /** The service did not take it or did not give it back. */
        REFUSED,
        /** It is no Arrow file that this side can read. */
        UNREADABLE;

        /** In a report. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Verdict none(Kind kind, String detail) {
        return new Verdict(kind, detail, 0, 0, 0);
    }
}
