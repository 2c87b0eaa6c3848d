package dev.peregrine.protocol.options;

import org.apache.arrow.vector.types.MetadataVersion;

/**
 * Any thread; immutable. How a stream's batches are written: each method gives new options.
 *
 * <pre>{@code
 * client.doPut(descriptor, schema, CallOptions.NONE.write(IpcWriteOptions.DEFAULT.compression(BodyCompression.ZSTD)));
 * }</pre>
 *
 * <p>There is no option for the format before Arrow 0.15: it differs in the bytes before a message's header, which a
 * FlightData message does not have.
 *
 * @param compression of the buffers, on the thread that writes; buffers that would not get smaller stay as they are
 * @param level of {@link BodyCompression#ZSTD}, from -131072, fastest, to 22, smallest; LZ4 has one level only
 * @param version {@link MetadataVersion#V4} is for readers older than Arrow 1.0
 * @param alignment where buffers begin in the body: at multiples of 8 or of 64 bytes
 * @param deltas whether a dictionary that has grown is sent as what was added; without it, as a whole
 */
public record IpcWriteOptions(
        BodyCompression compression, int level, MetadataVersion version, int alignment, boolean deltas) {
    /** Not compressed, V5, aligned to 8 bytes, no deltas. */
    public static final IpcWriteOptions DEFAULT =
            new IpcWriteOptions(BodyCompression.NONE, 1, MetadataVersion.V5, 8, false);

    private static final int FASTEST = -131_072;
    private static final int SMALLEST = 22;

    public IpcWriteOptions {
        if (level < FASTEST || level > SMALLEST) {
            throw new IllegalArgumentException(
                    "the compression level is " + level + "; it must be from " + FASTEST + " to " + SMALLEST);
        }
        if (version != MetadataVersion.V4 && version != MetadataVersion.V5) {
            throw new IllegalArgumentException(
                    "the metadata version is " + version + "; only V4 and V5 can be written");
        }
        if (alignment != 8 && alignment != 64) {
            throw new IllegalArgumentException("the alignment is " + alignment + "; it must be 8 or 64");
        }
        if (compression != BodyCompression.NONE && version == MetadataVersion.V4) {
            throw new IllegalArgumentException("V4 has no compressed bodies; use V5 or no compression");
        }
    }

    /** Has the buffers compressed, at ZSTD's level 1 unless {@link #level} says otherwise. */
    public IpcWriteOptions compression(BodyCompression compression) {
        return new IpcWriteOptions(compression, level, version, alignment, deltas);
    }

    /** Has ZSTD work as hard as this. */
    public IpcWriteOptions level(int level) {
        return new IpcWriteOptions(compression, level, version, alignment, deltas);
    }

    /** Has messages written in this version of Arrow's metadata. */
    public IpcWriteOptions version(MetadataVersion version) {
        return new IpcWriteOptions(compression, level, version, alignment, deltas);
    }

    /** Has buffers begin at multiples of so many bytes. */
    public IpcWriteOptions alignment(int alignment) {
        return new IpcWriteOptions(compression, level, version, alignment, deltas);
    }

    /** Has dictionaries that grow sent as deltas, or not. */
    public IpcWriteOptions deltas(boolean deltas) {
        return new IpcWriteOptions(compression, level, version, alignment, deltas);
    }
}
