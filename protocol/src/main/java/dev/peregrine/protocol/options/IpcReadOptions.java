package dev.peregrine.protocol.options;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Any thread; immutable. How a stream's batches are read: each method gives new options.
 *
 * <pre>{@code
 * client.doGet(ticket, CallOptions.NONE.read(IpcReadOptions.DEFAULT.columns("price", "time")));
 * }</pre>
 *
 * @param includedFields positions of the fields of the schema, from 0, that batches are read with; empty for all unless
 *     there are {@code columns}. In the schema's order, whatever is the order here
 * @param columns names of such fields; of several with one name all
 * @param alignment of the buffers
 * @param maxRecursionDepth a schema with fields deeper in each other is refused
 * @param maxDecompressedSize of the buffers of one batch together, bytes, if they are compressed; 0: as
 *     {@code maxInboundMessageSize} of the client or the server
 */
public record IpcReadOptions(
        List<Integer> includedFields,
        List<String> columns,
        Alignment alignment,
        int maxRecursionDepth,
        long maxDecompressedSize) {
    private static final int DEEPEST = 128;

    /** All fields, wherever they come to lie, 128 deep. */
    public static final IpcReadOptions DEFAULT = new IpcReadOptions(List.of(), List.of(), Alignment.ANY, DEEPEST, 0);

    public IpcReadOptions {
        includedFields = List.copyOf(includedFields);
        columns = List.copyOf(columns);
        if (includedFields.stream().anyMatch(field -> field < 0)) {
            throw new IllegalArgumentException("the included fields are " + includedFields + "; positions begin at 0");
        }
        if (maxRecursionDepth < 1 || maxRecursionDepth > DEEPEST) {
            throw new IllegalArgumentException(
                    "maxRecursionDepth is " + maxRecursionDepth + "; it must be from 1 to " + DEEPEST);
        }
        if (maxDecompressedSize < 0) {
            throw new IllegalArgumentException(
                    "maxDecompressedSize is " + maxDecompressedSize + "; it must not be negative");
        }
    }

    /** Has only these fields read, by their positions in the schema. Of the others no buffer is allocated. */
    public IpcReadOptions includedFields(int... fields) {
        List<Integer> positions = IntStream.of(fields).boxed().toList();
        return new IpcReadOptions(positions, columns, alignment, maxRecursionDepth, maxDecompressedSize);
    }

    /** Has only these fields read, by their names. Of the others no buffer is allocated. */
    public IpcReadOptions columns(String... names) {
        return new IpcReadOptions(
                includedFields, Arrays.asList(names), alignment, maxRecursionDepth, maxDecompressedSize);
    }

    /** Has buffers lie so. */
    public IpcReadOptions alignment(Alignment alignment) {
        return new IpcReadOptions(includedFields, columns, alignment, maxRecursionDepth, maxDecompressedSize);
    }

    /** Has schemas refused that are deeper. */
    public IpcReadOptions maxRecursionDepth(int depth) {
        return new IpcReadOptions(includedFields, columns, alignment, depth, maxDecompressedSize);
    }

    /** Has compressed batches refused that are larger, decompressed. */
    public IpcReadOptions maxDecompressedSize(long bytes) {
        return new IpcReadOptions(includedFields, columns, alignment, maxRecursionDepth, bytes);
    }

    /** Whether all fields are read. */
    public boolean includesAll() {
        return includedFields.isEmpty() && columns.isEmpty();
    }
}
