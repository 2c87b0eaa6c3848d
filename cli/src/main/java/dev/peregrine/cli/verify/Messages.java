package dev.peregrine.cli.verify;

import dev.peregrine.server.folder.FlightMessages;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One thread. The schema of a stream, and its dictionary batches and record batches as they come. */
interface Messages extends AutoCloseable {
    /** In the form of messages: a field with a dictionary has the type of its values. */
    Schema schema() throws IOException;

    /** The next message, null at the end. Lent until the next call or {@link #close}. */
    @Nullable
    ArrowMessage next() throws IOException;

    @Override
    void close() throws IOException;

    /** Those of an IPC file or stream. */
    static Messages ofFile(Path file, BufferAllocator allocator) throws IOException {
        FlightMessages messages = FlightMessages.open(file);
        return new Messages() {
            @Override
            public Schema schema() {
                return messages.schema();
            }

            @Override
            public @Nullable ArrowMessage next() throws IOException {
                return messages.next(allocator);
            }

            @Override
            public void close() throws IOException {
                messages.close();
            }
        };
    }
}
