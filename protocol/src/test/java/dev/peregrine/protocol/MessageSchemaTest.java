package dev.peregrine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

final class MessageSchemaTest {
    private static final Field WHOLE = Field.notNullable("whole", new ArrowType.Decimal(20, 5, 128));
    private static final Field SMALL = new Field(
            "small",
            new FieldType(
                    false,
                    new ArrowType.Decimal(9, 2, 32),
                    new DictionaryEncoding(3, true, new ArrowType.Int(16, false)),
                    Map.of("unit", "EUR")),
            null);
    private static final Field NESTED = new Field(
            "list",
            FieldType.nullable(ArrowType.List.INSTANCE),
            List.of(new Field(
                    "struct",
                    FieldType.notNullable(ArrowType.Struct.INSTANCE),
                    List.of(WHOLE, Field.nullable("inner", new ArrowType.Decimal(18, 18, 64))))));

    @Test
    void keepsAllOfASchemaWithSmallDecimals() {
        Schema schema = new Schema(List.of(WHOLE, SMALL, NESTED), Map.of("source", "ledger"));

        assertThat(roundTrip(schema)).isEqualTo(schema);
    }

    @Test
    void keepsAllOfAnyOtherSchema() {
        Schema schema = new Schema(List.of(WHOLE), Map.of("source", "ledger"));

        assertThat(roundTrip(schema)).isEqualTo(schema);
    }

    @Test
    void carriesThemInFlightInfo() {
        FlightInfo info = FlightInfo.of(new Schema(List.of(SMALL, NESTED)), FlightDescriptor.path("a"));

        assertThat(FlightInfo.deserialize(info.serialize())).isEqualTo(info);
    }

    @Test
    void findsWhatHasNoVector() {
        assertThat(MessageSchema.withoutVector(List.of(WHOLE, SMALL))).isEqualTo(SMALL);
        assertThat(MessageSchema.withoutVector(List.of(WHOLE, NESTED)))
                .isEqualTo(Field.nullable("inner", new ArrowType.Decimal(18, 18, 64)));
        assertThat(MessageSchema.withoutVector(List.of(WHOLE))).isNull();
    }

    private static Schema roundTrip(Schema schema) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        builder.finish(schema.getSchema(builder));
        return MessageSchema.of(org.apache.arrow.flatbuf.Schema.getRootAsSchema(builder.dataBuffer()));
    }
}
