package dev.peregrine.protocol.wire.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.testing.LeakCheck;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.BlockSize;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames as another implementation reads and writes them, and frames that are broken. */
@ExtendWith(LeakCheck.class)
final class Lz4FrameTest {
    private static final int[] SIZES = {
        1, 4, 5, 11, 12, 13, 14, 20, 63, 64, 255, 256, 270, 271, 1000, 4095, 65_535, 65_536, 65_537, 200_000
    };

    private static byte[] compress(BufferAllocator allocator, byte[] bytes) {
        Lz4Frame frame = new Lz4Frame();
        try (ArrowBuf from = Samples.buffer(allocator, bytes);
                ArrowBuf to = allocator.buffer(frame.bound(bytes.length))) {
            to.writerIndex(frame.compress(from, 0, bytes.length, to, 0));
            return Samples.bytes(to);
        }
    }

    private static byte[] decompress(BufferAllocator allocator, byte[] frame, int length) throws CorruptBody {
        int fence = 64;
        try (ArrowBuf from = Samples.buffer(allocator, frame);
                ArrowBuf to = allocator.buffer(length + fence)) {
            to.setOne(0, to.capacity());
            new Lz4Frame().decompress(from, 0, frame.length, to, length);
            to.writerIndex(length);
            return Samples.bytes(to);
        }
    }

    private static byte[] byOthers(byte[] bytes, Parameters parameters) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream frame = new FramedLZ4CompressorOutputStream(out, parameters)) {
            frame.write(bytes);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void othersReadWhatWeWrite(Samples.Kind kind, BufferAllocator allocator) throws Exception {
        for (int size : SIZES) {
            byte[] bytes = Samples.bytes(kind, size, size);
            byte[] frame = compress(allocator, bytes);
            try (var in = new FramedLZ4CompressorInputStream(new ByteArrayInputStream(frame))) {
                assertThat(in.readAllBytes()).as("%d bytes", size).isEqualTo(bytes);
                assertThat(in.read()).isEqualTo(-1);
            }
            assertThat(decompress(allocator, frame, size)).as("%d bytes", size).isEqualTo(bytes);
        }
    }

    /** The other implementation takes minutes for kinds that repeat much. */
    @ParameterizedTest
    @EnumSource(names = {"TEXT", "RANDOM", "FAR_REPEATS"})
    void weReadWhatOthersWrite(Samples.Kind kind, BufferAllocator allocator) throws Exception {
        Parameters[] parameters = {
            Parameters.DEFAULT,
            // Checksums of the content and the blocks, blocks that depend on those before.
            new Parameters(BlockSize.K64, true, true, true),
            new Parameters(BlockSize.K64, false, false, true),
            new Parameters(BlockSize.M1, true, false, false)
        };
        for (Parameters parameter : parameters) {
            for (int size : new int[] {1, 13, 1000, 65_537, 140_000}) {
                byte[] bytes = Samples.bytes(kind, size, size);
                assertThat(decompress(allocator, byOthers(bytes, parameter), size))
                        .as("%s, %d bytes", parameter, size)
                        .isEqualTo(bytes);
            }
        }
    }

    /** So that it is worth it at all: others get about as much out of it. */
    @Test
    void whatRepeatsGetsSmaller(BufferAllocator allocator) {
        assertThat(compress(allocator, Samples.bytes(Samples.Kind.ZEROS, 1 << 20, 0)))
                .hasSizeLessThan(5000);
        assertThat(compress(allocator, Samples.bytes(Samples.Kind.TEXT, 1 << 20, 0)))
                .hasSizeLessThan(400_000);
        assertThat(compress(allocator, Samples.bytes(Samples.Kind.SMALL_NUMBERS, 1 << 20, 0)))
                .hasSizeLessThan(800_000);
    }

    @Test
    void moreThanOneLargestBlock(BufferAllocator allocator) throws Exception {
        byte[] bytes = Samples.bytes(Samples.Kind.TEXT, (9 << 20) + 5, 3);
        byte[] frame = compress(allocator, bytes);
        try (var in = new FramedLZ4CompressorInputStream(new ByteArrayInputStream(frame))) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(decompress(allocator, frame, bytes.length)).isEqualTo(bytes);
    }

    @Test
    void aFrameOfAnotherLengthIsRefused(BufferAllocator allocator) throws Exception {
        byte[] bytes = Samples.bytes(Samples.Kind.TEXT, 1000, 1);
        byte[] frame = compress(allocator, bytes);
        assertThatThrownBy(() -> decompress(allocator, frame, 1001)).hasMessageContaining("1000 bytes instead of 1001");
        assertThatThrownBy(() -> decompress(allocator, frame, 999)).isInstanceOf(CorruptBody.class);
        byte[] longer = Arrays.copyOf(frame, frame.length + 1);
        assertThatThrownBy(() -> decompress(allocator, longer, 1000)).hasMessageContaining("1 bytes follow");
        assertThatThrownBy(() -> decompress(allocator, new byte[0], 10)).hasMessageContaining("ends too early");
        assertThatThrownBy(() -> decompress(allocator, new byte[20], 10)).hasMessageContaining("no LZ4 frame");
    }

    @Test
    void wrongChecksumsAreRefused(BufferAllocator allocator) throws Exception {
        byte[] bytes = Samples.bytes(Samples.Kind.RANDOM, 1000, 1);
        byte[] frame = byOthers(bytes, new Parameters(BlockSize.K64, true, true, false));
        byte[] block = frame.clone();
        block[500] ^= 1;
        assertThatThrownBy(() -> decompress(allocator, block, 1000)).hasMessageContaining("wrong checksum");
        byte[] content = frame.clone();
        content[frame.length - 1] ^= 1;
        assertThatThrownBy(() -> decompress(allocator, content, 1000)).hasMessageContaining("wrong checksum");
        byte[] head = frame.clone();
        head[6] ^= 1;
        assertThatThrownBy(() -> decompress(allocator, head, 1000)).hasMessageContaining("the head");
    }

    /** Every prefix, and thousands of frames with bytes changed: an answer or a complaint, and nothing beside the target. */
    @ParameterizedTest
    @EnumSource(names = {"TEXT", "RUNS", "ZEROS", "RANDOM"})
    void brokenFramesTouchNothingElse(Samples.Kind kind, BufferAllocator allocator) throws Exception {
        int length = 600;
        byte[] sound = compress(allocator, Samples.bytes(kind, length, 9));
        Random random = new Random(17);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] frame = sound.clone();
            if (round < sound.length) {
                frame = Arrays.copyOf(sound, round);
            } else {
                for (int k = 0; k <= random.nextInt(3); k++) {
                    frame[7 + random.nextInt(frame.length - 7)] = (byte) random.nextInt();
                }
            }
            try (ArrowBuf from = Samples.buffer(allocator, frame);
                    ArrowBuf fenced = allocator.buffer(length + 128)) {
                fenced.setOne(0, fenced.capacity());
                try {
                    new Lz4Frame().decompress(from, 0, frame.length, fenced.slice(64, length), length);
                } catch (CorruptBody e) {
                    refused++;
                }
                for (int i = 0; i < 64; i++) {
                    assertThat(fenced.getByte(i)).isEqualTo((byte) -1);
                    assertThat(fenced.getByte(64 + length + i)).isEqualTo((byte) -1);
                }
            }
        }
        assertThat(refused).isGreaterThan(100);
    }
}
