package dev.peregrine.testing.vectors;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.types.Types.MinorType;

/** One thread. Values for vectors of any type, valid ones: peers may look at them. */
public final class RandomVectors {
    private final Random random;

    private final double nullChance;

    /** {@code nullChance}: of a value in a nullable vector, to be null. */
    public RandomVectors(Random random, double nullChance) {
        this.random = random;
        this.nullChance = nullChance;
    }

    private boolean isNull(FieldVector vector) {
        return vector.getField().isNullable() && random.nextDouble() < nullChance;
    }

    /** Sets so many values; the vector has been made and nothing else. */
    public void fill(FieldVector vector, int rows) {
        if (vector instanceof NullVector) {
            vector.setValueCount(rows);
        } else if (vector instanceof ExtensionTypeVector<?> extension) {
            fill((FieldVector) extension.getUnderlyingVector(), rows);
            extension.setValueCount(rows);
        } else if (vector instanceof RunEndEncodedVector runs) {
            fillRuns(runs, rows);
        } else {
            vector.setInitialCapacity(Math.max(rows, 1));
            vector.allocateNew();
            fillAllocated(vector, rows);
            vector.setValueCount(rows);
        }
    }

    private void fillAllocated(FieldVector vector, int rows) {
        if (vector instanceof BaseFixedWidthVector fixed) {
            each(vector, rows, i -> set(fixed, i));
        } else if (vector instanceof BaseVariableWidthVector variable) {
            each(vector, rows, i -> variable.setSafe(i, text()));
        } else if (vector instanceof BaseLargeVariableWidthVector variable) {
            each(vector, rows, i -> variable.setSafe(i, text()));
        } else if (vector instanceof BaseVariableWidthViewVector view) {
            each(vector, rows, i -> view.setSafe(i, text()));
        } else {
            fillNested(vector, rows);
        }
    }

    /** Some rows null, if the vector may have them; {@code set} sets the others. */
    private void each(FieldVector vector, int rows, IntConsumer set) {
        for (int i = 0; i < rows; i++) {
            if (isNull(vector)) {
                vector.setNull(i);
            } else {
                set.accept(i);
            }
        }
    }

    /** Sets one list of a vector of lists. */
    private interface ListSetter {
        void set(int row, int elements);
    }

    private void fillLists(FieldVector vector, FieldVector elements, int rows, ListSetter lists) {
        int[] end = {0};
        each(vector, rows, i -> {
            int n = random.nextInt(4);
            lists.set(i, n);
            end[0] += n;
        });
        fill(elements, end[0]);
    }

    private void fillNested(FieldVector vector, int rows) {
        if (vector instanceof ListVector list) {
            fillLists(vector, list.getDataVector(), rows, (i, n) -> {
                list.startNewValue(i);
                list.endValue(i, n);
            });
        } else if (vector instanceof LargeListVector list) {
            fillLists(vector, list.getDataVector(), rows, (i, n) -> {
                list.startNewValue(i);
                list.endValue(i, n);
            });
        } else if (vector instanceof ListViewVector list) {
            fillLists(vector, list.getDataVector(), rows, (i, n) -> {
                list.startNewValue(i);
                list.endValue(i, n);
            });
        } else if (vector instanceof LargeListViewVector list) {
            fillLists(vector, list.getDataVector(), rows, (i, n) -> {
                list.startNewValue(i);
                list.endValue(i, n);
            });
        } else if (vector instanceof FixedSizeListVector list) {
            each(vector, rows, list::setNotNull);
            fill(list.getDataVector(), rows * list.getListSize());
        } else if (vector instanceof StructVector struct) {
            each(vector, rows, struct::setIndexDefined);
            struct.getChildrenFromFields().forEach(child -> fill(child, rows));
        } else if (vector instanceof UnionVector union) {
            List<FieldVector> children = union.getChildrenFromFields();
            children.forEach(child -> fill(child, rows));
            for (int i = 0; i < rows; i++) {
                String name = children.get(random.nextInt(children.size())).getName();
                union.setType(i, MinorType.valueOf(name.toUpperCase(Locale.ROOT)));
            }
        } else if (vector instanceof DenseUnionVector union) {
            List<FieldVector> children = union.getChildrenFromFields();
            int[] used = new int[children.size()];
            for (int i = 0; i < rows; i++) {
                int child = random.nextInt(used.length);
                union.setTypeId(i, (byte) child);
                union.setOffset(i, used[child]++);
            }
            for (int child = 0; child < used.length; child++) {
                fill(children.get(child), used[child]);
            }
        } else {
            throw new AssertionError("no values for " + vector.getField());
        }
    }

    private void fillRuns(RunEndEncodedVector runs, int rows) {
        FieldVector ends = runs.getRunEndsVector();
        ends.setInitialCapacity(Math.max(rows, 1));
        ends.allocateNew();
        int count = 0;
        for (int end = 0; end < rows; count++) {
            end = Math.min(rows, end + 1 + random.nextInt(5));
            ((BaseIntVector) ends).setWithPossibleTruncate(count, end);
        }
        ends.setValueCount(count);
        fill(runs.getValuesVector(), count);
        runs.setValueCount(rows);
    }

    /** Few bytes of the value are not 0, so it is no NaN, and a time of day, whatever the type. */
    private void set(BaseFixedWidthVector vector, int i) {
        if (vector instanceof BitVector bits) {
            bits.set(i, random.nextInt(2));
            return;
        }
        vector.setIndexDefined(i);
        ArrowBuf data = vector.getDataBuffer();
        int width = vector.getTypeWidth();
        boolean any = vector instanceof BaseIntVector || vector instanceof FixedSizeBinaryVector;
        for (int b = 0; b < width; b++) {
            data.setByte((long) i * width + b, any || b < 2 && b < width ? random.nextInt(256) : 0);
        }
        if (vector instanceof Float2Vector) {
            data.setByte(2L * i + 1, random.nextInt(0x7c));
        }
        if (vector.getField().getType() instanceof org.apache.arrow.vector.types.pojo.ArrowType.Decimal) {
            // One digit fits any precision.
            data.setByte((long) i * width, random.nextInt(10));
            data.setByte((long) i * width + 1, 0);
        }
        if (vector instanceof org.apache.arrow.vector.DateMilliVector dates) {
            dates.set(i, 86_400_000L * random.nextInt(30_000));
        }
    }

    /** Of few letters, so that it compresses; some fit into a view, some do not. */
    private byte[] text() {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(4) == 0 ? random.nextInt(60) : random.nextInt(13); n > 0; n--) {
            text.append("abcé ".charAt(random.nextInt(5)));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
