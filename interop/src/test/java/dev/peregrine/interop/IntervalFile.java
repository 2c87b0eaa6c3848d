package dev.peregrine.interop;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;

/** Intervals of months and of days: the one case that pyarrow can read and compare, but not write. Test thread. */
public final class IntervalFile {
    private static final int ROWS = 37;

    private IntervalFile() {}

    /** Writes interval.arrow and interval_stream.arrows. */
    public static void write(Path folder, BufferAllocator allocator) throws IOException {
        try (IntervalYearVector months = new IntervalYearVector("months", allocator);
                IntervalDayVector days = new IntervalDayVector("days", allocator);
                OutputStream file = Files.newOutputStream(folder.resolve("interval.arrow"));
                OutputStream stream = Files.newOutputStream(folder.resolve("interval_stream.arrows"))) {
            VectorSchemaRoot root =
                    new VectorSchemaRoot(List.of(months.getField(), days.getField()), List.of(months, days));
            fill(root, months, days, 0);
            try (ArrowWriter toFile = new ArrowFileWriter(root, null, Channels.newChannel(file));
                    ArrowWriter toStream = new ArrowStreamWriter(root, null, stream)) {
                toFile.start();
                toStream.start();
                for (int n = 0; n < 3; n++) {
                    fill(root, months, days, n);
                    toFile.writeBatch();
                    toStream.writeBatch();
                }
                toFile.end();
                toStream.end();
            }
        }
    }

    private static void fill(VectorSchemaRoot root, IntervalYearVector months, IntervalDayVector days, int n) {
        for (int row = 0; row < ROWS; row++) {
            if (row % 5 == 2) {
                months.setNull(row);
                days.setNull(row);
            } else {
                months.setSafe(row, n * 1000 + row * 7 - 20);
                days.setSafe(row, row - 9, n * 86_400_000 + row);
            }
        }
        root.setRowCount(ROWS);
    }
}
