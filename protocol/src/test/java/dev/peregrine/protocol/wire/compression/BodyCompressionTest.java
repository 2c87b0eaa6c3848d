package dev.peregrine.protocol.wire.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.options.BodyCompression;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Buffers with their lengths, there and back; and lengths that lie. */
@ExtendWith(LeakCheck.class)
final class BodyCompressionTest {
    private static final long NO_LIMIT = Integer.MAX_VALUE;

    /** Compresses buffers of {@code kind}; all are the caller's. */
    private static List<ArrowBuf> compressed(BufferAllocator allocator, BodyCompression compression, List<byte[]> all) {
        IpcWriteOptions options = IpcWriteOptions.DEFAULT.compression(compression);
        List<ArrowBuf> from =
                all.stream().map(bytes -> Samples.buffer(allocator, bytes)).toList();
        try (BodyCompressor compressor = new BodyCompressor(options, allocator);
                BodyCompressor.Body body = compressor.begin(
                        all.size(), all.stream().mapToLong(b -> b.length).sum())) {
            from.forEach(body::add);
            body.trim();
            List<ArrowBuf> slices = new ArrayList<>();
            for (int i = 0; i < body.count(); i++) {
                ArrowBuf slice = body.buffer(i);
                slice.getReferenceManager().retain();
                slices.add(slice);
            }
            return slices;
        } finally {
            from.forEach(ArrowBuf::close);
        }
    }

    private static List<byte[]> decompressed(BufferAllocator allocator, byte codec, List<ArrowBuf> buffers, long limit)
            throws Exception {
        try (BodyDecompressor decompressor = new BodyDecompressor(allocator, limit)) {
            List<ArrowBuf> all = decompressor.decompress(codec, buffers);
            try {
                return all.stream().map(Samples::bytes).toList();
            } finally {
                all.forEach(ArrowBuf::close);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4_FRAME", "ZSTD"})
    void buffersOfAllKindsAndSizes(BodyCompression compression, BufferAllocator allocator) throws Exception {
        List<byte[]> all = new ArrayList<>();
        for (Samples.Kind kind : Samples.Kind.values()) {
            for (int size : new int[] {0, 1, 7, 8, 100, 16_384, 16_385, 300_000}) {
                all.add(Samples.bytes(kind, size, size));
            }
        }
        List<ArrowBuf> compressed = compressed(allocator, compression, all);
        try {
            List<byte[]> back = decompressed(allocator, compression.code(), compressed, NO_LIMIT);
            assertThat(back).hasSameSizeAs(all);
            for (int i = 0; i < all.size(); i++) {
                assertThat(back.get(i)).as("buffer %d", i).isEqualTo(all.get(i));
                assertThat(compressed.get(i).readableBytes()).isLessThanOrEqualTo(all.get(i).length + 8);
            }
        } finally {
            compressed.forEach(ArrowBuf::close);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4_FRAME", "ZSTD"})
    void whatDoesNotGetSmallerStaysAsItIs(BodyCompression compression, BufferAllocator allocator) {
        byte[] random = Samples.bytes(Samples.Kind.RANDOM, 1000, 1);
        List<ArrowBuf> compressed = compressed(allocator, compression, List.of(random, new byte[0], new byte[1000]));
        try {
            assertThat(compressed.get(0).getLong(0)).isEqualTo(-1);
            byte[] bytes = Samples.bytes(compressed.get(0));
            assertThat(Arrays.copyOfRange(bytes, 8, bytes.length)).isEqualTo(random);
            assertThat(compressed.get(1).readableBytes()).isZero();
            assertThat(compressed.get(2).getLong(0)).isEqualTo(1000);
            assertThat(compressed.get(2).readableBytes()).isLessThan(60);
        } finally {
            compressed.forEach(ArrowBuf::close);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4_FRAME", "ZSTD"})
    void whatIsSavedIsGivenBack(BodyCompression compression, BufferAllocator allocator) {
        List<ArrowBuf> compressed = compressed(allocator, compression, List.of(new byte[4 << 20]));
        assertThat(allocator.getAllocatedMemory()).isLessThan(64 << 10);
        compressed.forEach(ArrowBuf::close);
    }

    private static ArrowBuf claiming(BufferAllocator allocator, long length, byte... rest) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + rest.length).order(ByteOrder.LITTLE_ENDIAN);
        return Samples.buffer(allocator, bytes.putLong(length).put(rest).array());
    }

    private static void assertRefused(
            BufferAllocator allocator, ArrowBuf buffer, long limit, Class<?> how, String why) {
        try (buffer) {
            for (byte codec : new byte[] {CompressionType.LZ4_FRAME, CompressionType.ZSTD}) {
                long before = allocator.getPeakMemoryAllocation();
                assertThatThrownBy(() -> decompressed(allocator, codec, List.of(buffer), limit))
                        .isInstanceOf(how)
                        .hasMessageContaining(why);
                assertThat(allocator.getPeakMemoryAllocation())
                        .as("nothing was allocated")
                        .isEqualTo(before);
            }
        }
    }

    @Test
    void claimsThatCannotBeTrueCostNothing(BufferAllocator allocator) {
        assertRefused(
                allocator, claiming(allocator, Long.MAX_VALUE, new byte[30]), NO_LIMIT, CorruptBody.class, "cannot");
        assertRefused(allocator, claiming(allocator, 1 << 30, new byte[100]), NO_LIMIT, CorruptBody.class, "cannot");
        assertRefused(allocator, claiming(allocator, -2, new byte[100]), NO_LIMIT, CorruptBody.class, "cannot");
        assertRefused(
                allocator, Samples.buffer(allocator, new byte[7]), NO_LIMIT, CorruptBody.class, "too short to say");
    }

    @Test
    void theLimitIsForAllBuffersTogether(BufferAllocator allocator) throws Exception {
        for (BodyCompression compression : List.of(BodyCompression.LZ4_FRAME, BodyCompression.ZSTD)) {
            List<ArrowBuf> bomb = compressed(allocator, compression, List.of(new byte[600_000], new byte[600_000]));
            long before = allocator.getAllocatedMemory();
            try {
                assertThatThrownBy(() -> decompressed(allocator, compression.code(), bomb, 1_199_999))
                        .isInstanceOf(BodyDecompressor.TooLarge.class)
                        .hasMessageContaining("larger than 1199999 bytes");
                assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
                assertThat(decompressed(allocator, compression.code(), bomb, 1_200_000))
                        .hasSize(2);
            } finally {
                bomb.forEach(ArrowBuf::close);
            }
        }
    }

    @Test
    void brokenBytesAndUnknownCodecs(BufferAllocator allocator) {
        try (ArrowBuf broken = claiming(allocator, 500, new byte[100])) {
            for (byte codec : new byte[] {CompressionType.LZ4_FRAME, CompressionType.ZSTD}) {
                assertThatThrownBy(() -> decompressed(allocator, codec, List.of(broken), NO_LIMIT))
                        .isInstanceOf(CorruptBody.class);
            }
            assertThatThrownBy(() -> decompressed(allocator, (byte) 7, List.of(broken), NO_LIMIT))
                    .hasMessageContaining("codec 7");
        }
    }

    @Test
    void noMemoryFreesWhatWasDone(BufferAllocator allocator) {
        List<ArrowBuf> two =
                compressed(allocator, BodyCompression.LZ4_FRAME, List.of(new byte[1 << 20], new byte[1 << 20]));
        long before = allocator.getAllocatedMemory();
        allocator.setLimit(before + (1 << 20));
        try {
            assertThatThrownBy(() -> decompressed(allocator, CompressionType.LZ4_FRAME, two, NO_LIMIT))
                    .isInstanceOf(OutOfMemoryException.class);
            assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
        } finally {
            two.forEach(ArrowBuf::close);
        }
    }
}
