package dev.peregrine.cli.format;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The names of types, short enough for the head of a column: {@code timestamp[us, UTC]}, {@code list<int32>}. */
public final class TypeText {
    private TypeText() {}

    /** One line a field: name, type, and what else the schema says of it. */
    public static List<String> lines(Schema schema) {
        int width = schema.getFields().stream()
                .mapToInt(field -> TextWidth.of(TextWidth.visible(field.getName())))
                .max()
                .orElse(0);
        return schema.getFields().stream()
                .map(field ->
                        TextWidth.pad(TextWidth.visible(field.getName()), width) + "  " + of(field) + notes(field))
                .collect(Collectors.toList());
    }

    private static String notes(Field field) {
        StringBuilder notes = new StringBuilder();
        if (!field.isNullable()) {
            notes.append("  not null");
        }
        if (!field.getMetadata().isEmpty()) {
            notes.append("  ").append(TextWidth.visible(field.getMetadata().toString()));
        }
        return notes.toString();
    }

    /** The type of a field, its children included. */
    public static String of(Field field) {
        DictionaryEncoding encoding = field.getDictionary();
        if (encoding != null && !(field.getType() instanceof ArrowType.Int && isIndexOf(field, encoding))) {
            return "dictionary<" + plain(field) + ">";
        }
        return encoding != null ? "dictionary[" + plain(field) + "]" : plain(field);
    }

    /** In memory a dictionary's field has the type of its indices; in a schema that was sent, the type of its values. */
    private static boolean isIndexOf(Field field, DictionaryEncoding encoding) {
        return field.getType().equals(encoding.getIndexType());
    }

    private static String plain(Field field) {
        return field.getType().accept(new Names(field));
    }

    static String unit(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> "s";
            case MILLISECOND -> "ms";
            case MICROSECOND -> "us";
            case NANOSECOND -> "ns";
        };
    }

    /** Names each type; the field is there for its children. */
    private record Names(Field field) implements ArrowType.ArrowTypeVisitor<String> {
        private String child(int index) {
            return field.getChildren().size() > index ? of(field.getChildren().get(index)) : "?";
        }

        private String members() {
            return field.getChildren().stream()
                    .map(child -> TextWidth.visible(child.getName()) + ": " + of(child))
                    .collect(Collectors.joining(", "));
        }

        @Override
        public String visit(ArrowType.Null type) {
            return "null";
        }

        @Override
        public String visit(ArrowType.Struct type) {
            return "struct<" + members() + ">";
        }

        @Override
        public String visit(ArrowType.List type) {
            return "list<" + child(0) + ">";
        }

        @Override
        public String visit(ArrowType.LargeList type) {
            return "large_list<" + child(0) + ">";
        }

        @Override
        public String visit(ArrowType.FixedSizeList type) {
            return "fixed_size_list<" + child(0) + ">[" + type.getListSize() + "]";
        }

        @Override
        public String visit(ArrowType.ListView type) {
            return "list_view<" + child(0) + ">";
        }

        @Override
        public String visit(ArrowType.LargeListView type) {
            return "large_list_view<" + child(0) + ">";
        }

        @Override
        public String visit(ArrowType.Union type) {
            return type.getMode().name().toLowerCase(Locale.ROOT) + "_union<" + members() + ">";
        }

        @Override
        public String visit(ArrowType.RunEndEncoded type) {
            return "run_end_encoded<" + child(1) + ">";
        }

        @Override
        public String visit(ArrowType.Map type) {
            List<Field> entry = field.getChildren().isEmpty()
                    ? List.of()
                    : field.getChildren().get(0).getChildren();
            return entry.size() < 2 ? "map<?>" : "map<" + of(entry.get(0)) + ", " + of(entry.get(1)) + ">";
        }

        @Override
        public String visit(ArrowType.Int type) {
            return (type.getIsSigned() ? "int" : "uint") + type.getBitWidth();
        }

        @Override
        public String visit(ArrowType.FloatingPoint type) {
            return type.getPrecision() == FloatingPointPrecision.HALF
                    ? "halffloat"
                    : type.getPrecision() == FloatingPointPrecision.SINGLE ? "float" : "double";
        }

        @Override
        public String visit(ArrowType.Utf8 type) {
            return "utf8";
        }

        @Override
        public String visit(ArrowType.Utf8View type) {
            return "utf8_view";
        }

        @Override
        public String visit(ArrowType.LargeUtf8 type) {
            return "large_utf8";
        }

        @Override
        public String visit(ArrowType.Binary type) {
            return "binary";
        }

        @Override
        public String visit(ArrowType.BinaryView type) {
            return "binary_view";
        }

        @Override
        public String visit(ArrowType.LargeBinary type) {
            return "large_binary";
        }

        @Override
        public String visit(ArrowType.FixedSizeBinary type) {
            return "binary[" + type.getByteWidth() + "]";
        }

        @Override
        public String visit(ArrowType.Bool type) {
            return "bool";
        }

        @Override
        public String visit(ArrowType.Decimal type) {
            return "decimal" + type.getBitWidth() + "(" + type.getPrecision() + ", " + type.getScale() + ")";
        }

        @Override
        public String visit(ArrowType.Date type) {
            return type.getUnit() == DateUnit.DAY ? "date32" : "date64";
        }

        @Override
        public String visit(ArrowType.Time type) {
            return "time" + type.getBitWidth() + "[" + unit(type.getUnit()) + "]";
        }

        @Override
        public String visit(ArrowType.Timestamp type) {
            String zone = type.getTimezone() == null ? "" : ", " + TextWidth.visible(type.getTimezone());
            return "timestamp[" + unit(type.getUnit()) + zone + "]";
        }

        @Override
        public String visit(ArrowType.Interval type) {
            return switch (type.getUnit()) {
                case YEAR_MONTH -> "month_interval";
                case DAY_TIME -> "day_time_interval";
                case MONTH_DAY_NANO -> "month_day_nano_interval";
            };
        }

        @Override
        public String visit(ArrowType.Duration type) {
            return "duration[" + unit(type.getUnit()) + "]";
        }

        @Override
        public String visit(ArrowType.ExtensionType type) {
            return "extension<" + TextWidth.visible(type.extensionName()) + ">";
        }
    }
}
