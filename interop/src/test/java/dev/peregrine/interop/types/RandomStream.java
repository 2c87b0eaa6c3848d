package dev.peregrine.interop.types;

import dev.peregrine.protocol.options.BodyCompression;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.protocol.wire.split.ViewPadding;
import dev.peregrine.testing.vectors.RandomVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One thread. One case: a schema, dictionaries and batches, all of them made from one seed. Owns them.
 *
 * @param seed what to say when the case fails
 */
record RandomStream(
        long seed,
        Limits limits,
        Schema schema,
        List<Dictionary> dictionaries,
        List<VectorSchemaRoot> batches,
        IpcWriteOptions options)
        implements AutoCloseable {
    private static final int[] INDEX_BITS = {8, 16, 32, 64};

    /**
     * What a case may have, so that the peer can have it too.
     *
     * @param intervals of months, and of days
     * @param runMetadata metadata on the fields below a run-end-encoded one
     * @param dictionaryIds whether dictionaries keep their ids
     * @param nestedUnions sparse unions inside of other types
     * @param extensionDictionaries dictionaries of extension types
     */
    record Limits(
            boolean intervals,
            boolean runMetadata,
            boolean dictionaryIds,
            boolean nestedUnions,
            boolean extensionDictionaries) {
        static final Limits NONE = new Limits(true, true, true, true, true);

        /** pyarrow has no classes for intervals, and C++ numbers dictionaries itself. */
        static final Limits PYARROW = new Limits(false, false, false, true, true);

        /**
         * What flight-core has loaded of such a union without rows, it cannot write; and the indices of a dictionary of an
         * extension type come with the extension's metadata.
         */
        static final Limits FLIGHT_CORE = new Limits(true, true, true, false, false);
    }

    static RandomStream of(long seed, BufferAllocator allocator, Limits limits) {
        Random random = new Random(seed);
        RandomSchemas schemas = new RandomSchemas(random, limits);
        List<Field> encoded = new ArrayList<>();
        List<Dictionary> dictionaries = new ArrayList<>();
        for (int i = random.nextInt(5) - 2; i > 0; i--) {
            DictionaryEncoding encoding = new DictionaryEncoding(
                    i * 10L,
                    random.nextBoolean(),
                    new ArrowType.Int(INDEX_BITS[random.nextInt(4)], random.nextInt(3) > 0));
            Field values = schemas.field(1);
            if (!limits.extensionDictionaries && hasExtension(values)) {
                values = Field.nullable("words", new ArrowType.Utf8());
            }
            FieldVector vector = values.createVector(allocator);
            new RandomVectors(random, 0).fill(vector, 1 + random.nextInt(20));
            dictionaries.add(new Dictionary(vector, encoding));
            // Two fields may share a dictionary.
            for (int k = random.nextInt(2); k >= 0; k--) {
                encoded.add(new Field(
                        "encoded " + i + k,
                        new FieldType(random.nextBoolean(), encoding.getIndexType(), encoding, schemas.metadata()),
                        null));
            }
        }
        Schema schema = schemas.schema(encoded);
        List<VectorSchemaRoot> batches = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            batches.add(batch(schema, dictionaries, random, allocator));
        }
        return new RandomStream(seed, limits, schema, dictionaries, batches, options(random));
    }

    private static IpcWriteOptions options(Random random) {
        BodyCompression compression = BodyCompression.values()[random.nextInt(3)];
        return IpcWriteOptions.DEFAULT.compression(compression).alignment(random.nextBoolean() ? 8 : 64);
    }

    private static VectorSchemaRoot batch(
            Schema schema, List<Dictionary> dictionaries, Random random, BufferAllocator allocator) {
        int rows = random.nextInt(5) == 0 ? random.nextInt(3) : random.nextInt(70);
        int before = random.nextBoolean() ? 0 : random.nextInt(20);
        double nulls = new double[] {0, 0.3, 1}[random.nextInt(3)];
        RandomVectors values = new RandomVectors(random, nulls);
        List<FieldVector> vectors = new ArrayList<>();
        for (Field field : schema.getFields()) {
            FieldVector vector = field.createVector(allocator);
            int skipped = hasExtension(field) ? 0 : before;
            if (field.getDictionary() == null) {
                values.fill(vector, skipped + rows);
            } else {
                fillIndices(vector, skipped + rows, size(dictionaries, field), nulls, random);
            }
            vectors.add(skipped == 0 ? vector : slice(vector, skipped, rows, allocator));
        }
        return new VectorSchemaRoot(schema, vectors, rows);
    }

    /** Arrow for Java cannot take a part of such a vector. */
    private static boolean hasExtension(Field field) {
        return field.getType() instanceof ArrowType.ExtensionType
                || field.getChildren().stream().anyMatch(RandomStream::hasExtension);
    }

    private static int size(List<Dictionary> dictionaries, Field field) {
        return dictionaries.stream()
                .filter(d -> d.getEncoding().getId() == field.getDictionary().getId())
                .findFirst()
                .orElseThrow()
                .getVector()
                .getValueCount();
    }

    private static void fillIndices(FieldVector vector, int rows, int size, double nulls, Random random) {
        vector.setInitialCapacity(Math.max(rows, 1));
        vector.allocateNew();
        for (int i = 0; i < rows; i++) {
            if (vector.getField().isNullable() && random.nextDouble() < nulls) {
                vector.setNull(i);
            } else {
                ((org.apache.arrow.vector.BaseIntVector) vector).setWithPossibleTruncate(i, random.nextInt(size));
            }
        }
        vector.setValueCount(rows);
    }

    /** Part of a vector: its bits do not begin with a byte. */
    private static FieldVector slice(FieldVector vector, int from, int rows, BufferAllocator allocator) {
        try (vector) {
            FieldVector part = vector.getField().createVector(allocator);
            vector.makeTransferPair(part).splitAndTransfer(from, rows);
            ViewPadding.clear(part);
            return part;
        }
    }

    DictionaryProvider provider() {
        return new MapDictionaryProvider(dictionaries.toArray(Dictionary[]::new));
    }

    @Override
    public void close() {
        batches.forEach(VectorSchemaRoot::close);
        dictionaries.forEach(dictionary -> dictionary.getVector().close());
    }
}
