package dev.peregrine.cli.format;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row of a CSV file: an empty field is a null, unless it was quoted. Immutable. */
record CsvRow(long line, List<@Nullable String> fields) {
    /** Nothing on the line at all: skipped in a file of several columns, one null in a file of one. */
    boolean isBlank() {
        return fields.size() == 1 && fields.get(0) == null;
    }

    /** Makes rows of what FastCSV reads. */
    static final class Handler extends AbstractBaseCsvCallbackHandler<CsvRow> {
        private List<@Nullable String> fields = new ArrayList<>();

        @Override
        protected void handleBegin(long startingLineNumber) {
            fields = new ArrayList<>(fields.size());
        }

        @Override
        protected void handleField(int index, char[] characters, int offset, int length, boolean quoted) {
            fields.add(length == 0 && !quoted ? null : new String(characters, offset, length));
        }

        @Override
        protected void handleEmpty() {
            fields.add(null);
        }

        @Override
        protected CsvRow buildRecord() {
            return new CsvRow(getStartingLineNumber(), fields);
        }
    }
}
