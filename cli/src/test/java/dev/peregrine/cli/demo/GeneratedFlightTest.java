package dev.peregrine.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cli.demo.GeneratedFlight.Vectors;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@ExtendWith(LeakCheck.class)
class GeneratedFlightTest {
    @Test
    void aFileHoldsWhatIsMadeAgain(BufferAllocator allocator, @TempDir Path folder) throws IOException {
        for (GeneratedFlight flight : Flights.all(7)) {
            Path file = folder.resolve("flight.arrow");
            long bytes = flight.write(file, 3, allocator);
            assertThat(Files.size(file)).isGreaterThan(bytes);
            try (var channel = Files.newByteChannel(file);
                    ArrowFileReader reader = new ArrowFileReader(channel, allocator);
                    Vectors wanted = flight.open().apply(allocator)) {
                for (long batch = 0; reader.loadNextBatch(); batch++) {
                    flight.fill(wanted, batch);
                    assertThat(SameValues.difference(wanted.root(), reader.getVectorSchemaRoot()))
                            .as(flight.name() + " batch " + batch)
                            .isEmpty();
                    assertThat(SameValues.difference(wanted.dictionaries(), reader))
                            .isEmpty();
                    assertThat(reader.getVectorSchemaRoot().getRowCount()).isEqualTo(flight.rows());
                }
            }
            Files.delete(file);
        }
    }

    @Test
    void batchesAndSeedsDiffer(BufferAllocator allocator) {
        for (int i = 0; i < Flights.all(1).size(); i++) {
            GeneratedFlight flight = Flights.all(1).get(i);
            try (Vectors first = flight.open().apply(allocator);
                    Vectors second = flight.open().apply(allocator)) {
                flight.fill(first, 0);
                flight.fill(second, 1);
                assertThat(SameValues.difference(first.root(), second.root()))
                        .as(flight.name())
                        .isPresent();
                Flights.all(2).get(i).fill(second, 0);
                assertThat(SameValues.difference(first.root(), second.root()))
                        .as(flight.name())
                        .isPresent();
                flight.fill(second, 0);
                assertThat(SameValues.difference(first.root(), second.root()))
                        .as(flight.name())
                        .isEmpty();
            }
        }
    }

    @Test
    void oneChangedValueIsFoundWithItsColumnAndRow(BufferAllocator allocator) {
        GeneratedFlight flight = Flights.all(1).get(0);
        try (Vectors first = flight.open().apply(allocator);
                Vectors second = flight.open().apply(allocator)) {
            flight.fill(first, 0);
            flight.fill(second, 0);
            second.root()
                    .getVector("id")
                    .getDataBuffer()
                    .setByte(
                            8 * 777,
                            1 + first.root().getVector("id").getDataBuffer().getByte(8 * 777));
            assertThat(SameValues.difference(first.root(), second.root())).contains("column 'id', row 777");
            flight.fill(second, 0);
            second.root().setRowCount(flight.rows() - 1);
            assertThat(SameValues.difference(first.root(), second.root()))
                    .contains("a batch of 65535 rows instead of 65536");
        }
    }

    /** Bytes under a null are nobody's value. */
    @Test
    void whatLiesUnderANullDoesNotCount(BufferAllocator allocator) {
        GeneratedFlight flight = Flights.all(1).get(0);
        try (Vectors first = flight.open().apply(allocator);
                Vectors second = flight.open().apply(allocator)) {
            flight.fill(first, 0);
            flight.fill(second, 0);
            BaseFixedWidthVector price = (BaseFixedWidthVector) second.root().getVector("price");
            int row = 0;
            while (!price.isNull(row)) {
                row++;
            }
            price.getDataBuffer().setLong(8L * row, ~price.getDataBuffer().getLong(8L * row));
            assertThat(SameValues.difference(first.root(), second.root())).isEmpty();
        }
    }

    @Test
    void theFlightsHaveNullsAndReadableStringsInEveryKindOfColumn(BufferAllocator allocator) {
        Set<ArrowTypeID> types = Flights.all(1).stream()
                .flatMap(flight -> {
                    try (Vectors vectors = flight.open().apply(allocator)) {
                        flight.fill(vectors, 0);
                        vectors.root().getFieldVectors().stream()
                                .filter(vector -> vector.getField().isNullable())
                                .filter(vector -> !Set.of("at", "venue", "buy").contains(vector.getName()))
                                .forEach(vector -> assertThat(vector.getNullCount())
                                        .as(vector.getName())
                                        .isBetween(flight.rows() / 32, flight.rows() / 8));
                        return vectors.root().getSchema().getFields().stream()
                                .map(field -> field.getType().getTypeID())
                                .toList()
                                .stream();
                    }
                })
                .collect(Collectors.toSet());
        assertThat(types)
                .contains(
                        ArrowTypeID.Int,
                        ArrowTypeID.FloatingPoint,
                        ArrowTypeID.Decimal,
                        ArrowTypeID.Timestamp,
                        ArrowTypeID.Utf8,
                        ArrowTypeID.List,
                        ArrowTypeID.FixedSizeList,
                        ArrowTypeID.Struct);
        GeneratedFlight events = Flights.all(1).get(2);
        try (Vectors vectors = events.open().apply(allocator)) {
            events.fill(vectors, 0);
            StructVector place = (StructVector) vectors.root().getVector("place");
            for (FieldVector vector : new FieldVector[] {vectors.root().getVector("message"), place.getChild("city")}) {
                VarCharVector strings = (VarCharVector) vector;
                for (int row = 0; row < events.rows(); row++) {
                    if (!strings.isNull(row)) {
                        assertThat(strings.getObject(row).toString())
                                .endsWith(" ")
                                .doesNotContain("\uFFFD");
                    }
                }
            }
        }
    }
}
