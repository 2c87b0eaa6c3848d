package dev.peregrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.cli.format.BatchSink;
import dev.peregrine.cli.format.BatchSource;
import dev.peregrine.cli.format.Format;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** An Arrow stream as CSV. */
final class StreamText {
    private StreamText() {}

    static String of(byte[] stream) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BufferAllocator allocator = new RootAllocator();
                BatchSource source = BatchSource.ofStream(
                        new ByteArrayInputStream(stream),
                        Optional.of(Format.STREAM),
                        new BatchSource.CsvReading(1, 1),
                        allocator);
                BatchSink sink = BatchSink.to(out, Format.CSV, allocator, new BatchSink.TableLook(0, false))) {
            sink.begin(source.root(), source.dictionaries());
            while (source.next()) {
                sink.write(source.root(), source.dictionaries(), source.root().getRowCount());
            }
            sink.finish();
        }
        return out.toString(UTF_8);
    }
}
