package dev.peregrine.server.folder;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.StreamStats;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.options.IpcReadOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A client's stream that was written down beforehand. One thread. Owns the messages it is given until close. */
final class ScriptedReader implements FlightStreamReader {

    private record Step(
            @Nullable Schema schema,
            @Nullable ArrowMessage message,
            byte[] metadata,
            @Nullable Runnable action) {}

    private final @Nullable FlightDescriptor descriptor;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final Deque<ArrowMessage> owned = new ArrayDeque<>();
    private @Nullable Schema schema;
    private @Nullable Step current;

    ScriptedReader(@Nullable FlightDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    ScriptedReader schema(Schema schema) {
        steps.add(new Step(schema, null, new byte[0], null));
        return this;
    }

    ScriptedReader message(ArrowMessage message, String metadata) {
        owned.add(message);
        steps.add(new Step(null, message, metadata.getBytes(StandardCharsets.UTF_8), null));
        return this;
    }

    ScriptedReader message(ArrowMessage message) {
        return message(message, "");
    }

    ScriptedReader metadata(String metadata) {
        steps.add(new Step(null, null, metadata.getBytes(StandardCharsets.UTF_8), null));
        return this;
    }

    /** Runs an action where the next message would be waited for; it may throw what the call fails with. */
    ScriptedReader then(Runnable action) {
        steps.add(new Step(null, null, new byte[0], action));
        return this;
    }

    @Override
    public void use(IpcReadOptions options) {
        throw new AssertionError("not as it is");
    }

    @Override
    public VectorSchemaRoot takeRoot() {
        throw new AssertionError("not as it is");
    }

    @Override
    public Schema messageSchema() {
        while (schema == null) {
            Step step = steps.poll();
            if (step == null) {
                throw FlightInternalException.of("no schema");
            }
            take(step);
        }
        return schema;
    }

    @Override
    public boolean nextMessage() {
        Step step = steps.poll();
        while (step != null && step.action != null) {
            step.action.run();
            step = steps.poll();
        }
        if (step == null) {
            current = null;
            return false;
        }
        take(step);
        return true;
    }

    @Override
    public @Nullable ArrowMessage message() {
        return current == null ? null : current.message;
    }

    @Override
    public byte[] metadata() {
        return current == null ? new byte[0] : current.metadata;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public CompletableFuture<Void> whenReady(Executor executor) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean hasSchema() {
        return schema != null;
    }

    @Override
    public byte[] schemaMetadata() {
        return new byte[0];
    }

    @Override
    public @Nullable FlightDescriptor descriptor() {
        return descriptor;
    }

    @Override
    public void close() {
        try {
            for (ArrowMessage message : owned) {
                message.close();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void cancel() {}

    @Override
    public Schema schema() {
        throw new AssertionError("not as it is");
    }

    @Override
    public VectorSchemaRoot root() {
        throw new AssertionError("not as it is");
    }

    @Override
    public boolean next() {
        throw new AssertionError("not as it is");
    }

    @Override
    public boolean hasData() {
        throw new AssertionError("not as it is");
    }

    @Override
    public DictionaryProvider dictionaries() {
        throw new AssertionError("not as it is");
    }

    @Override
    public @Nullable ArrowRecordBatch nextBatch() {
        throw new AssertionError("not as it is");
    }

    private void take(Step step) {
        current = step;
        if (step.schema != null) {
            schema = step.schema;
        }
    }

    @Override
    public StreamStats stats() {
        throw new UnsupportedOperationException();
    }
}
