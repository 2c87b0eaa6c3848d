package dev.peregrine.cli.verify;

import dev.peregrine.cli.Sizes;
import dev.peregrine.cli.verify.ColumnComparison.Difference;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * One thread. Compares two streams row by row, a batch of each in memory: schema and metadata, values, and the dictionaries as of each
 * batch. How rows are divided into batches makes no difference.
 */
final class StreamComparison {
    private final RowStream wanted;
    private final RowStream got;
    private final Compared[] dictionaries;
    private long rows;

    /** How far the dictionaries of a pair of fields have been found equal. */
    private static final class Compared {
        private long values;
        private long wantedReplacements;
        private long gotReplacements;
    }

    StreamComparison(RowStream wanted, RowStream got) {
        this.wanted = wanted;
        this.got = got;
        this.dictionaries = new Compared[wanted.encoded().size()];
        for (int i = 0; i < dictionaries.length; i++) {
            dictionaries[i] = new Compared();
        }
    }

    /** Rows that were found equal. */
    long rows() {
        return rows;
    }

    /** What differs first, for people; null if all is equal. Reads both to their ends, or as far as they are equal. */
    @Nullable
    String difference() throws IOException {
        String found = SchemaComparison.difference(wanted.schema(), got.schema());
        while (found == null) {
            boolean more = wanted.hasRows();
            if (more != got.hasRows()) {
                return more
                        ? "only " + Sizes.count(rows, "row") + " came back"
                        : "more than " + Sizes.count(rows, "row") + " came back";
            }
            found = differentDictionary(!more);
            if (!more) {
                return found;
            }
            if (found == null) {
                found = differentRows(Math.min(wanted.left(), got.left()));
            }
        }
        return found;
    }

    private @Nullable String differentRows(int count) throws IOException {
        List<Column> columns = wanted.columns();
        String found = null;
        int equal = count;
        for (int i = 0; i < columns.size() && equal > 0; i++) {
            Column column = columns.get(i);
            Difference difference =
                    ColumnComparison.between(column, wanted.row(), got.columns().get(i), got.row(), equal);
            if (difference != null) {
                equal = difference.row();
                found = "column '" + column.field().getName() + difference.inside() + "', "
                        + row(rows + equal, wanted.row() + equal) + ": " + difference.what();
            }
        }
        wanted.pass(count);
        got.pass(count);
        rows += equal;
        return found;
    }

    /** Rows and batches are numbered from 0. */
    private String row(long inStream, long inBatch) {
        long batch = wanted.batches() - 1;
        return "row " + inStream + (batch == 0 ? "" : " (" + inBatch + " of batch " + batch + ")");
    }

    /**
     * A dictionary may come back with values already that later batches need: an IPC file has no place for "later". At the end none may be
     * too many.
     */
    private @Nullable String differentDictionary(boolean atEnd) throws IOException {
        for (int i = 0; i < dictionaries.length; i++) {
            Field field = wanted.encoded().get(i);
            String found = difference(
                    dictionaries[i],
                    wanted.dictionary(field),
                    got.dictionary(got.encoded().get(i)),
                    atEnd);
            if (found != null) {
                String when = atEnd ? "' at the end" : "' in batch " + (wanted.batches() - 1);
                return "the dictionary of field '" + field.getName() + when + found;
            }
        }
        return null;
    }

    private static @Nullable String difference(
            Compared compared, DictionaryValues wanted, DictionaryValues got, boolean atEnd) throws IOException {
        if (compared.wantedReplacements != wanted.replacements() || compared.gotReplacements != got.replacements()) {
            compared.values = 0;
            compared.wantedReplacements = wanted.replacements();
            compared.gotReplacements = got.replacements();
        }
        if (got.size() < wanted.size() || atEnd && got.size() > wanted.size()) {
            return " has " + Sizes.count(got.size(), "value") + " instead of " + Sizes.count(wanted.size());
        }
        Place left = new Place(wanted, compared.values);
        Place right = new Place(got, compared.values);
        while (compared.values < wanted.size()) {
            int count = Math.min(left.left(), right.left());
            Difference difference = ColumnComparison.between(left.column(), left.row, right.column(), right.row, count);
            if (difference != null) {
                return ", value " + (compared.values + difference.row()) + difference.inside() + ": "
                        + difference.what();
            }
            left.pass(count);
            right.pass(count);
            compared.values += count;
        }
        return null;
    }

    /** Where in a dictionary of several parts one is. Looks from the end, since what is new is there. */
    private static final class Place {
        private final List<Batch> parts;
        private int part;
        private int row;

        Place(DictionaryValues dictionary, long value) {
            this.parts = dictionary.parts();
            this.part = parts.size();
            long start = dictionary.size();
            while (start > value) {
                start -= parts.get(--part).rows();
            }
            this.row = (int) (value - start);
            pass(0);
        }

        Column column() {
            return parts.get(part).columns().get(0);
        }

        int left() {
            return parts.get(part).rows() - row;
        }

        void pass(int count) {
            row += count;
            while (part < parts.size() && row == parts.get(part).rows()) {
                part++;
                row = 0;
            }
        }
    }
}
