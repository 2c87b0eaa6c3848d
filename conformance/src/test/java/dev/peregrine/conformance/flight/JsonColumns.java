package dev.peregrine.conformance.flight;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BufferLayout.BufferType;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.DecimalUtility;

/**
 * One thread. Vectors in the JSON of Arrow's integration tests, which {@code JsonFileWriter} of Arrow for Java writes otherwise
 * than the others read it: bits as numbers, times in milliseconds as numbers, and no large binaries.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Integration.html#json-test-data-format">JSON test data format</a>
 */
record JsonColumns(JsonGenerator json) {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** {@code field} says what the vector is called: vectors inside of others may have names of their own. */
    void write(Field field, FieldVector vector) throws IOException {
        FieldVector stored = stored(vector);
        ArrowType type = stored.getField().getType();
        json.writeStartObject();
        json.writeStringField("name", field.getName());
        json.writeNumberField("count", stored.getValueCount());
        List<BufferType> layout = TypeLayout.getTypeLayout(type).getBufferTypes();
        for (int i = 0; i < layout.size(); i++) {
            json.writeArrayFieldStart(layout.get(i).getName());
            write(layout.get(i), i, stored);
            json.writeEndArray();
        }
        if (stored instanceof BaseVariableWidthViewVector views) {
            json.writeArrayFieldStart("VARIADIC_DATA_BUFFERS");
            for (ArrowBuf data : views.getDataBuffers()) {
                json.writeString(hex(data, 0, (int) data.writerIndex()));
            }
            json.writeEndArray();
        }
        List<FieldVector> children = stored.getChildrenFromFields();
        if (!children.isEmpty()) {
            json.writeArrayFieldStart("children");
            for (int i = 0; i < children.size(); i++) {
                write(field.getChildren().get(i), children.get(i));
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static FieldVector stored(FieldVector vector) {
        return vector instanceof ExtensionTypeVector<?> extension
                ? (FieldVector) extension.getUnderlyingVector()
                : vector;
    }

    private void write(BufferType buffer, int index, FieldVector vector) throws IOException {
        int count = vector.getValueCount();
        switch (buffer) {
            case VALIDITY -> {
                for (int i = 0; i < count; i++) {
                    json.writeNumber(vector.isNull(i) ? 0 : 1);
                }
            }
            case TYPE -> {
                for (int i = 0; i < count; i++) {
                    json.writeNumber(vector.getFieldBuffers().get(index).getByte(i));
                }
            }
            case OFFSET, SIZE -> lengths(index, vector);
            case DATA -> {
                for (int i = 0; i < count; i++) {
                    value(vector, i);
                }
            }
            case VIEWS -> {
                for (int i = 0; i < count; i++) {
                    view((BaseVariableWidthViewVector) vector, i);
                }
            }
            default -> throw new AssertionError(buffer);
        }
    }

    /** Offsets, or the sizes of list views. A buffer of no values need not be there; its one offset is 0. */
    private void lengths(int index, FieldVector vector) throws IOException {
        boolean oneMore =
                switch (vector.getField().getType().getTypeID()) {
                    case Union, ListView, LargeListView -> false;
                    default -> true;
                };
        boolean isLarge =
                switch (vector.getField().getType().getTypeID()) {
                    case LargeBinary, LargeUtf8, LargeList, LargeListView -> true;
                    default -> false;
                };
        int count = vector.getValueCount();
        ArrowBuf buffer = vector.getFieldBuffers().get(index);
        for (int i = 0; i < (oneMore ? count + 1 : count); i++) {
            if (isLarge) {
                json.writeString(String.valueOf(count == 0 ? 0 : buffer.getLong(8L * i)));
            } else {
                json.writeNumber(count == 0 ? 0 : buffer.getInt(4L * i));
            }
        }
    }

    private void value(FieldVector vector, int i) throws IOException {
        ArrowType type = vector.getField().getType();
        Object text = vector.isNull(i) ? "" : vector.getObject(i);
        switch (type.getTypeID()) {
            case Bool -> json.writeBoolean(!vector.isNull(i) && ((BitVector) vector).get(i) == 1);
            case Utf8, LargeUtf8 -> json.writeString(text.toString());
            case Binary, LargeBinary -> json.writeString(text instanceof byte[] bytes ? HEX.formatHex(bytes) : "");
            default -> fixed((BaseFixedWidthVector) vector, type, i);
        }
    }

    private void fixed(BaseFixedWidthVector vector, ArrowType type, int i) throws IOException {
        ArrowBuf data = vector.getDataBuffer();
        int width = vector.getTypeWidth();
        long at = (long) i * width;
        if (type instanceof ArrowType.FixedSizeBinary) {
            json.writeString(hex(data, at, width));
        } else if (type instanceof ArrowType.FloatingPoint floating) {
            json.writeNumber(
                    floating.getPrecision() == FloatingPointPrecision.SINGLE ? data.getFloat(at) : data.getDouble(at));
        } else if (type instanceof ArrowType.Decimal) {
            json.writeString(DecimalUtility.getBigDecimalFromArrowBuf(data, i, 0, width)
                    .toBigInteger()
                    .toString());
        } else if (type instanceof ArrowType.Interval interval && interval.getUnit() != IntervalUnit.YEAR_MONTH) {
            interval(interval.getUnit(), data, at);
        } else if (type instanceof ArrowType.Int whole && !whole.getIsSigned()) {
            unsigned(data, at, width);
        } else {
            signed(data, at, width);
        }
    }

    private void interval(IntervalUnit unit, ArrowBuf data, long at) throws IOException {
        json.writeStartObject();
        if (unit == IntervalUnit.DAY_TIME) {
            json.writeNumberField("days", data.getInt(at));
            json.writeNumberField("milliseconds", data.getInt(at + 4));
        } else {
            json.writeNumberField("months", data.getInt(at));
            json.writeNumberField("days", data.getInt(at + 4));
            json.writeNumberField("nanoseconds", data.getLong(at + 8));
        }
        json.writeEndObject();
    }

    /** Numbers of 64 bits are strings, since not all that read JSON have such numbers. */
    private void signed(ArrowBuf data, long at, int width) throws IOException {
        switch (width) {
            case 1 -> json.writeNumber(data.getByte(at));
            case 2 -> json.writeNumber(data.getShort(at));
            case 4 -> json.writeNumber(data.getInt(at));
            default -> json.writeString(String.valueOf(data.getLong(at)));
        }
    }

    private void unsigned(ArrowBuf data, long at, int width) throws IOException {
        switch (width) {
            case 1 -> json.writeNumber(Byte.toUnsignedInt(data.getByte(at)));
            case 2 -> json.writeNumber(Short.toUnsignedInt(data.getShort(at)));
            case 4 -> json.writeNumber(Integer.toUnsignedLong(data.getInt(at)));
            default -> json.writeString(Long.toUnsignedString(data.getLong(at)));
        }
    }

    /** Short values lie in the view itself; of others it has the length, the first four bytes, and where they are. */
    private void view(BaseVariableWidthViewVector vector, int i) throws IOException {
        ArrowBuf views = vector.getDataBuffer();
        long at = (long) i * BaseVariableWidthViewVector.ELEMENT_SIZE;
        int size = vector.isNull(i) ? 0 : views.getInt(at);
        json.writeStartObject();
        json.writeNumberField("SIZE", size);
        if (size > BaseVariableWidthViewVector.INLINE_SIZE) {
            json.writeStringField("PREFIX_HEX", hex(views, at + 4, 4));
            json.writeNumberField("BUFFER_INDEX", views.getInt(at + 8));
            json.writeNumberField("OFFSET", views.getInt(at + 12));
        } else {
            byte[] inline = new byte[size];
            views.getBytes(at + 4, inline);
            boolean isText = vector.getField().getType() instanceof ArrowType.Utf8View;
            json.writeStringField("INLINED", isText ? new String(inline, UTF_8) : HEX.formatHex(inline));
        }
        json.writeEndObject();
    }

    private static String hex(ArrowBuf buffer, long from, int length) {
        byte[] bytes = new byte[length];
        buffer.getBytes(from, bytes);
        return HEX.formatHex(bytes);
    }
}
