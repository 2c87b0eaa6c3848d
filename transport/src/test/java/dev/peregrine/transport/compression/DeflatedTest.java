package dev.peregrine.transport.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.MessagePrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class DeflatedTest {
    private static byte[] text(int length) {
        byte[] message = new byte[length];
        new Random(length).nextBytes(message);
        Arrays.fill(message, 0, length / 2, (byte) 'x');
        return message;
    }

    @ParameterizedTest
    @CsvSource({"GZIP, 1", "GZIP, 5000", "GZIP, 1000000", "DEFLATE, 1", "DEFLATE, 5000", "DEFLATE, 1000000"})
    void theJdkReadsIt(Compression compression, int length, ByteBufAllocator allocator) throws IOException {
        byte[] message = text(length);
        ByteBuf head = allocator.buffer();
        MessagePrefix.write(head, length);
        head.writeBytes(message, 0, length / 3);
        ByteBuf middle = allocator.heapBuffer().writeBytes(message, length / 3, length / 3);
        ByteBuf rest = allocator.compositeBuffer();
        rest.writeBytes(message, length / 3 * 2, length - length / 3 * 2);
        ByteBuf[] sent = Deflated.message(compression, allocator, head, middle, rest);
        assertThat(sent).hasSize(1);
        try {
            ByteBuf out = sent[0];
            assertThat(out.readByte()).isEqualTo((byte) 1);
            assertThat(out.readInt()).isEqualTo(out.readableBytes());
            try (InputStream in = compression == Compression.GZIP
                    ? new GZIPInputStream(new ByteBufInputStream(out))
                    : new InflaterInputStream(new ByteBufInputStream(out))) {
                assertThat(in.readAllBytes()).isEqualTo(message);
            }
        } finally {
            sent[0].release();
        }
    }

    @Test
    void anEmptyMessageStaysAsItIs(ByteBufAllocator allocator) {
        ByteBuf empty = allocator.buffer();
        MessagePrefix.write(empty, 0);
        assertThat(Deflated.message(Compression.GZIP, allocator, empty)).containsExactly(empty);
        empty.release();
    }
}
