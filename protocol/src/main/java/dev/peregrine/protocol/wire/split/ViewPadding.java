package dev.peregrine.protocol.wire.split;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;

/**
 * The bytes behind short values in views, which the format wants to be zeros, and which C++ compares along with the values. In the part of a
 * vector that {@code splitAndTransfer} makes, Arrow for Java leaves there whatever lay in memory. Pure functions.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-view-layout">View layout</a>
 */
public final class ViewPadding {
    private static final long VIEW = BaseVariableWidthViewVector.ELEMENT_SIZE;
    private static final int INLINE = BaseVariableWidthViewVector.INLINE_SIZE;

    private ViewPadding() {}

    /** Fills it with zeros, in this vector and those below. */
    public static void clear(FieldVector vector) {
        if (vector instanceof ExtensionTypeVector<?> extension) {
            clear(extension.getUnderlyingVector());
        } else if (vector instanceof BaseVariableWidthViewVector views) {
            clear(views);
        } else {
            vector.getChildrenFromFields().forEach(ViewPadding::clear);
        }
    }

    private static void clear(BaseVariableWidthViewVector vector) {
        ArrowBuf views = vector.getDataBuffer();
        for (int row = 0; row < vector.getValueCount(); row++) {
            long view = VIEW * row;
            if (vector.isNull(row)) {
                views.setZero(view, VIEW);
                continue;
            }
            int size = views.getInt(view);
            if (size < INLINE) {
                views.setZero(view + Integer.BYTES + size, INLINE - size);
            }
        }
    }
}
