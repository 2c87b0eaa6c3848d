package dev.peregrine.cli.format;

import java.util.Locale;
import java.util.Optional;

/** The forms in which batches are written and read. Immutable; any thread. */
public enum Format {
    /** Arrow IPC file, the one with a footer. */
    FILE(true),
    /** Arrow IPC stream. */
    STREAM(true),
    /** Comma-separated values with a header row. */
    CSV(false),
    /** One JSON object a line. */
    JSON(false),
    /** Columns for the eye. */
    TABLE(false);

    private final boolean binary;

    Format(boolean binary) {
        this.binary = binary;
    }

    /** Whether a terminal cannot show it. */
    public boolean isBinary() {
        return binary;
    }

    /** The format of that name, as given on the command line. */
    public static Optional<Format> named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "file", "arrow", "feather" -> Optional.of(FILE);
            case "stream", "arrows" -> Optional.of(STREAM);
            case "csv" -> Optional.of(CSV);
            case "json", "jsonl", "ndjson" -> Optional.of(JSON);
            case "table" -> Optional.of(TABLE);
            default -> Optional.empty();
        };
    }

    /** The format that goes with the ending of a file's name. */
    public static Optional<Format> ofFileName(String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        return switch (name.substring(dot + 1).toLowerCase(Locale.ROOT)) {
            case "arrow", "feather" -> Optional.of(FILE);
            case "arrows" -> Optional.of(STREAM);
            case "csv" -> Optional.of(CSV);
            case "json", "jsonl", "ndjson" -> Optional.of(JSON);
            case "txt" -> Optional.of(TABLE);
            default -> Optional.empty();
        };
    }
}
