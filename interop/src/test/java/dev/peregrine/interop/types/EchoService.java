package dev.peregrine.interop.types;

import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Any thread. Keeps what is put in roots, and gives it back from them; echoes exchanges root by root. */
final class EchoService implements FlightService, AutoCloseable {
    private final BufferAllocator allocator;
    private final List<VectorSchemaRoot> kept = new ArrayList<>();
    private final Map<Long, Dictionary> dictionaries = new HashMap<>();
    private IpcWriteOptions options = IpcWriteOptions.DEFAULT;
    private Schema schema;
    private volatile RuntimeException failure;

    EchoService(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** How what is given back is written. */
    synchronized void options(IpcWriteOptions options) {
        this.options = options;
    }

    /** What a method threw since this was asked last; null if none did. */
    RuntimeException takeFailure() {
        RuntimeException taken = failure;
        failure = null;
        return taken;
    }

    private void noting(Runnable method) {
        try {
            method.run();
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        noting(() -> keep(in));
    }

    private void keep(FlightStreamReader in) {
        List<VectorSchemaRoot> roots = new ArrayList<>();
        Map<Long, Dictionary> values = new HashMap<>();
        try {
            while (in.next()) {
                roots.add(in.takeRoot());
            }
            for (long id : in.dictionaries().getDictionaryIds()) {
                Dictionary dictionary = in.dictionaries().lookup(id);
                values.put(id, new Dictionary(copy(dictionary.getVector()), dictionary.getEncoding()));
            }
            replace(in.schema(), roots, values);
        } catch (RuntimeException e) {
            roots.forEach(VectorSchemaRoot::close);
            values.values().forEach(dictionary -> dictionary.getVector().close());
            throw e;
        }
    }

    private synchronized void replace(Schema put, List<VectorSchemaRoot> roots, Map<Long, Dictionary> values) {
        close();
        schema = put;
        kept.addAll(roots);
        dictionaries.putAll(values);
    }

    /** The same buffers in a vector of its own. */
    private FieldVector copy(FieldVector vector) {
        FieldVector copy = vector.getField().createVector(allocator);
        List<Field> field = List.of(vector.getField());
        // Neither root is closed: the vectors live on.
        VectorSchemaRoot from = new VectorSchemaRoot(field, List.of(vector), vector.getValueCount());
        try (ArrowRecordBatch batch = new VectorUnloader(from).getRecordBatch()) {
            new VectorLoader(new VectorSchemaRoot(field, List.of(copy), 0)).load(batch);
        }
        return copy;
    }

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        noting(() -> give(out));
    }

    private synchronized void give(FlightStreamWriter out) {
        out.use(options);
        out.begin(
                schema,
                new DictionaryProvider.MapDictionaryProvider(
                        dictionaries.values().toArray(Dictionary[]::new)));
        kept.forEach(out::write);
    }

    @Override
    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        noting(() -> echo(in, out));
    }

    private void echo(FlightStreamReader in, FlightStreamWriter out) {
        synchronized (this) {
            out.use(options);
        }
        out.begin(in.schema(), in.dictionaries());
        while (in.next()) {
            out.write(in.root(), in.metadata());
        }
    }

    @Override
    public synchronized void close() {
        kept.forEach(VectorSchemaRoot::close);
        kept.clear();
        dictionaries.values().forEach(dictionary -> dictionary.getVector().close());
        dictionaries.clear();
    }
}
