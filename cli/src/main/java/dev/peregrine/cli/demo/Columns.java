package dev.peregrine.cli.demo;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Fills vectors by writing whole words into their buffers, which is what makes a gibibyte in a second or two. Vectors are lent;
 * they have room for {@code rows}, a multiple of 64. One thread.
 */
final class Columns {
    /** How rare a null is: every bit of validity is the OR of this many random ones, so one in 2 to the power of it is null. */
    private static final int NULL_RARITY = 4;

    private static final long NO_NULLS = -1L;

    private final Randomness random;
    private final int rows;

    Columns(Randomness random, int rows) {
        this.random = random;
        this.rows = rows;
    }

    /** What a value of eight bytes is, from random bits and its row. */
    interface Longs {
        long at(int row, long bits);
    }

    /** What a value of four bytes is. */
    interface Ints {
        int at(int row, long bits);
    }

    /** Some rows are null. */
    Columns nulls(FieldVector vector) {
        ArrowBuf validity = vector.getValidityBuffer();
        for (int word = 0; word < rows / 64; word++) {
            long bits = 0;
            for (int i = 0; i < NULL_RARITY; i++) {
                bits |= random.next();
            }
            validity.setLong(8L * word, bits);
        }
        return this;
    }

    /** No row is null. */
    Columns full(FieldVector vector) {
        full(vector.getValidityBuffer(), rows);
        return this;
    }

    private static void full(ArrowBuf validity, int count) {
        for (int word = 0; word < (count + 63) / 64; word++) {
            validity.setLong(8L * word, NO_NULLS);
        }
    }

    Columns longs(BaseFixedWidthVector vector, Longs values) {
        ArrowBuf data = vector.getDataBuffer();
        for (int row = 0; row < rows; row++) {
            data.setLong(8L * row, values.at(row, random.next()));
        }
        vector.setValueCount(rows);
        return this;
    }

    Columns ints(BaseFixedWidthVector vector, Ints values) {
        return ints(vector, rows, values);
    }

    private Columns ints(BaseFixedWidthVector vector, int count, Ints values) {
        ArrowBuf data = vector.getDataBuffer();
        for (int row = 0; row < count; row++) {
            data.setInt(4L * row, values.at(row, random.next()));
        }
        vector.setValueCount(count);
        return this;
    }

    /** Eight values at a time; those of a dictionary's indices must be below 128, so {@code mask} has eight bytes below that. */
    Columns bytes(BaseFixedWidthVector vector, long mask) {
        ArrowBuf data = vector.getDataBuffer();
        for (int row = 0; row < rows; row += 8) {
            data.setLong(row, random.next() & mask);
        }
        vector.setValueCount(rows);
        return this;
    }

    /** Four values at a time. */
    Columns shorts(BaseFixedWidthVector vector, long mask) {
        ArrowBuf data = vector.getDataBuffer();
        for (int row = 0; row < rows; row += 4) {
            data.setLong(2L * row, random.next() & mask);
        }
        vector.setValueCount(rows);
        return this;
    }

    Columns bits(BaseFixedWidthVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        for (int word = 0; word < rows / 64; word++) {
            data.setLong(8L * word, random.next());
        }
        vector.setValueCount(rows);
        return this;
    }

    /** Decimals of 128 bits from numbers of 64, the sign carried upward. */
    Columns decimals(BaseFixedWidthVector vector, Longs values) {
        ArrowBuf data = vector.getDataBuffer();
        for (int row = 0; row < rows; row++) {
            long low = values.at(row, random.next());
            data.setLong(16L * row, low);
            data.setLong(16L * row + 8, low >> 63);
        }
        vector.setValueCount(rows);
        return this;
    }

    /** Strings of {@code atLeast} to {@code atLeast + 7} words. The vector has room for {@link Words#MAX_BYTES} a word. */
    Columns words(VarCharVector vector, int atLeast) {
        return words(vector, rows, atLeast);
    }

    private Columns words(VarCharVector vector, int count, int atLeast) {
        ArrowBuf offsets = vector.getOffsetBuffer();
        ArrowBuf data = vector.getDataBuffer();
        int end = 0;
        offsets.setInt(0, 0);
        for (int row = 0; row < count; row++) {
            long bits = random.next();
            int words = atLeast + (int) (bits & 7);
            for (int word = 0; word < words; word++) {
                if ((word & 7) == 7) {
                    bits = random.next();
                }
                bits >>>= 7;
                int which = (int) (bits & 63);
                data.setLong(end, Words.AS_LONG[which]); // whole words: what is too much the next one covers
                end += Words.LENGTH[which];
            }
            offsets.setInt(4L * row + 4, end);
        }
        vector.setLastSet(count - 1);
        vector.setValueCount(count);
        return this;
    }

    /** Lists of 0 to 7 numbers, some of them null. */
    Columns intLists(ListVector vector, BaseFixedWidthVector elements) {
        int count = offsets(vector);
        full(elements.getValidityBuffer(), count);
        ints(elements, count, (row, bits) -> (int) bits);
        vector.setValueCount(rows);
        return this;
    }

    /** Lists of 0 to 7 structs of a word and a number. */
    Columns structLists(ListVector vector, VarCharVector names, BaseFixedWidthVector scores) {
        int count = offsets(vector);
        StructVector structs = (StructVector) vector.getDataVector();
        full(structs.getValidityBuffer(), count);
        full(names.getValidityBuffer(), count);
        full(scores.getValidityBuffer(), count);
        words(names, count, 1);
        ArrowBuf data = scores.getDataBuffer();
        for (int i = 0; i < count; i++) {
            data.setLong(8L * i, Double.doubleToRawLongBits((random.next() >>> 11) * 0x1p-53));
        }
        scores.setValueCount(count);
        structs.setValueCount(count);
        vector.setValueCount(rows);
        return this;
    }

    /** Where each list ends; a null list is empty. Returns where the last one does. */
    private int offsets(ListVector vector) {
        nulls(vector);
        ArrowBuf offsets = vector.getOffsetBuffer();
        ArrowBuf validity = vector.getValidityBuffer();
        int end = 0;
        offsets.setInt(0, 0);
        for (int row = 0; row < rows; row++) {
            int valid = validity.getByte(row >> 3) >> (row & 7) & 1;
            end += (int) (random.next() & 7) * valid;
            offsets.setInt(4L * row + 4, end);
        }
        vector.setLastSet(rows - 1);
        return end;
    }

    /** Vectors of numbers between 0 and 1, two at a time. */
    Columns embeddings(FixedSizeListVector vector, BaseFixedWidthVector elements) {
        int count = rows * vector.getListSize();
        full(vector);
        full(elements.getValidityBuffer(), count);
        ArrowBuf data = elements.getDataBuffer();
        for (int i = 0; i < count; i += 2) {
            long bits = random.next();
            long first = Float.floatToRawIntBits((bits >>> 40) * 0x1p-24f) & 0xffffffffL;
            long second = Float.floatToRawIntBits((bits & 0xffffff) * 0x1p-24f);
            data.setLong(4L * i, first | second << 32);
        }
        elements.setValueCount(count);
        vector.setValueCount(rows);
        return this;
    }

    Columns struct(StructVector vector) {
        nulls(vector);
        vector.setValueCount(rows);
        return this;
    }

    /** 64 words of up to eight bytes with the space after them, so that one write of eight bytes puts one down. */
    static final class Words {
        static final int MAX_BYTES = 8;
        static final long[] AS_LONG = new long[64];
        static final int[] LENGTH = new int[64];

        private static final String ALL =
                "falcon wind wing north south east west river delta cloud rain snow sun moon star sky"
                        + " gate tower bridge road rail port plane ship train truck order sale price trade quote bid ask lot book desk"
                        + " red green blue white black grey gold silver iron stone sand grass tree leaf root seed bloom fruit élan"
                        + " 東京 Köln øre time day";

        static {
            String[] words = ALL.split(" ");
            for (int i = 0; i < 64; i++) {
                byte[] bytes = (words[i % words.length] + " ").getBytes(StandardCharsets.UTF_8);
                LENGTH[i] = bytes.length;
                for (int b = 0; b < bytes.length; b++) {
                    AS_LONG[i] |= (bytes[b] & 0xffL) << (8 * b);
                }
            }
        }

        private Words() {}
    }
}
