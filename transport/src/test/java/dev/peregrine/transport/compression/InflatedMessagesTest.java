package dev.peregrine.transport.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.MessageListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class InflatedMessagesTest {
    private static final int LIMIT = 1 << 20;

    /** Keeps whole messages. */
    private static class Recorder implements MessageListener {
        final List<byte[]> messages = new ArrayList<>();
        private int length;
        private ByteArrayOutputStream message = new ByteArrayOutputStream();

        @Override
        public void messageBegins(int length) throws GrpcException {
            this.length = length;
            message.reset();
        }

        @Override
        public void messageBytes(ByteBuf piece) throws GrpcException {
            byte[] bytes = new byte[piece.readableBytes()];
            piece.readBytes(bytes);
            message.writeBytes(bytes);
        }

        @Override
        public void messageEnds() {
            assertThat(message.size()).isEqualTo(length);
            messages.add(message.toByteArray());
        }
    }

    private final Recorder recorder = new Recorder();
    private final ByteBufAllocator allocator;
    private InflatedMessages inflated;

    InflatedMessagesTest(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    @BeforeEach
    void open() {
        inflated = inflating(Compression.GZIP, recorder);
    }

    @AfterEach
    void close() {
        inflated.stop();
    }

    private InflatedMessages inflating(Compression compression, MessageListener next) {
        return new InflatedMessages(next, compression, allocator, LIMIT);
    }

    private static byte[] compressed(Compression compression, byte[] message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out =
                compression == Compression.GZIP ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
            out.write(message);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void message(int pieceSize, byte... compressed) throws GrpcException {
        inflated.compressedBegins();
        for (int i = 0; i < compressed.length; i += pieceSize) {
            inflated.messageBytes(Unpooled.wrappedBuffer(compressed, i, Math.min(pieceSize, compressed.length - i)));
        }
        inflated.messageEnds();
    }

    private static GrpcStatus failure(ThrowingCallable code) {
        GrpcException e = catchThrowableOfType(GrpcException.class, code);
        assertThat(e).isNotNull();
        return e.status();
    }

    private void isCorrupt(String why, byte... compressed) {
        open();
        GrpcStatus status = failure(() -> message(7, compressed));
        assertThat(status.code()).isEqualTo(GrpcCode.INTERNAL);
        assertThat(status.message())
                .startsWith("The peer sent a message that is no gzip data")
                .contains(why);
        close();
        assertThat(recorder.messages).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
    void wholeMessagesOfAllSizesInPiecesOfAllSizes(Compression compression) throws GrpcException {
        inflated = inflating(compression, recorder);
        Random random = new Random(1);
        List<byte[]> messages = new ArrayList<>();
        for (int size : new int[] {0, 1, 100, 32 << 10, (32 << 10) + 1, 300_000, LIMIT}) {
            byte[] message = new byte[size];
            random.nextBytes(message);
            Arrays.fill(message, 0, size / 2, (byte) 0);
            for (int pieceSize : new int[] {Math.max(1, size / 1000), 16 << 10, 2 << 20}) {
                messages.add(message);
                message(pieceSize, compressed(compression, message));
            }
        }
        assertThat(recorder.messages).hasSize(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            assertThat(recorder.messages.get(i)).isEqualTo(messages.get(i));
        }
    }

    @Test
    void messagesThatAreNotCompressedAmongThem() throws GrpcException {
        message(5, compressed(Compression.GZIP, ascii("one")));
        inflated.messageBegins(3);
        inflated.messageBytes(Unpooled.wrappedBuffer(ascii("two")));
        inflated.messageEnds();
        message(5, compressed(Compression.GZIP, ascii("three")));
        assertThat(recorder.messages).containsExactly(ascii("one"), ascii("two"), ascii("three"));
    }

    /** A member with all that its header may have. */
    private static byte[] longHeader(byte[] message) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(message);
        deflater.finish();
        byte[] body = new byte[1000];
        int length = deflater.deflate(body);
        deflater.end();
        CRC32 crc = new CRC32();
        crc.update(message);
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0x1e, 1, 2, 3, 4, 2, 3});
        out.writeShortLE(4)
                .writeBytes(ascii("xtra"))
                .writeBytes(ascii("name\0"))
                .writeBytes(ascii("comment\0"));
        out.writeShort(0x1234).writeBytes(body, 0, length);
        out.writeIntLE((int) crc.getValue()).writeIntLE(message.length);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 11, 1000})
    void longHeadersAndSeveralMembers(int pieceSize) throws GrpcException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(longHeader(ascii("one ")));
        members.writeBytes(compressed(Compression.GZIP, ascii("two ")));
        members.writeBytes(longHeader(ascii("three")));
        message(pieceSize, members.toByteArray());
        assertThat(recorder.messages).containsExactly(ascii("one two three"));
    }

    @Test
    void whatIsCutOffAnywhereIsCorrupt() {
        byte[] whole = longHeader(ascii("hello"));
        for (int length = 0; length < whole.length; length++) {
            isCorrupt("it ends too early", Arrays.copyOf(whole, length));
        }
    }

    @Test
    void corruptData() {
        byte[] good = compressed(Compression.GZIP, ascii("hello"));
        isCorrupt("first bytes", ascii("hello, I am not compressed"));
        byte[] flags = good.clone();
        flags[3] = (byte) 0x80;
        isCorrupt("flags", flags);
        byte[] body = good.clone();
        body[10] = (byte) 0xff;
        isCorrupt("invalid block type", body);
        byte[] checksum = good.clone();
        checksum[good.length - 8] ^= 1;
        isCorrupt("checksum", checksum);
        byte[] length = good.clone();
        length[good.length - 1] ^= 1;
        isCorrupt("checksum", length);
        byte[] more = Arrays.copyOf(good, good.length + 1);
        isCorrupt("first bytes", more);
    }

    private void isCorruptDeflate(String why, byte... compressed) {
        inflated = inflating(Compression.DEFLATE, recorder);
        assertThat(failure(() -> message(3, compressed)))
                .isEqualTo(GrpcCode.INTERNAL.with(
                        "The peer sent a message that is no deflate data although it says so: " + why));
        assertThat(recorder.messages).isEmpty();
        close();
    }

    @Test
    void corruptDeflate() {
        byte[] good = compressed(Compression.DEFLATE, ascii("hello"));
        isCorruptDeflate("something follows its end", Arrays.copyOf(good, good.length + 1));
        isCorruptDeflate("it ends too early", Arrays.copyOf(good, good.length - 1));
        isCorruptDeflate("incorrect header check", compressed(Compression.GZIP, ascii("hello")));
        isCorruptDeflate("it needs a dictionary", HexFormat.of().parseHex("78bb0000000100"));
    }

    @Test
    void aBombIsFoundAtTheLimitNotAfterIt() throws GrpcException {
        byte[] bomb = compressed(Compression.GZIP, new byte[100 * LIMIT]);
        inflated.compressedBegins();
        GrpcStatus status = failure(() -> inflated.messageBytes(Unpooled.wrappedBuffer(bomb)));
        assertThat(status)
                .isEqualTo(GrpcCode.RESOURCE_EXHAUSTED.with("The peer sent a compressed message that inflates to more"
                        + " than 1048576 bytes, the limit (option maxInboundMessageSize)"));
        long held = ((ByteBufAllocatorMetricProvider) allocator).metric().usedDirectMemory();
        assertThat(held).isLessThan(2 * LIMIT);
        assertThat(recorder.messages).isEmpty();
    }

    @Test
    void aCallThatEndsInAMessageFreesIt() throws GrpcException {
        inflated.compressedBegins();
        inflated.messageBytes(Unpooled.wrappedBuffer(compressed(Compression.GZIP, new byte[100_000])));
        inflated.stop();
        inflated.stop();
        assertThat(recorder.messages).isEmpty();
    }

    @Test
    void aListenerThatEndsTheCallInAMessage() throws GrpcException {
        Recorder stopper = new Recorder() {
            @Override
            public void messageBytes(ByteBuf piece) throws GrpcException {
                super.messageBytes(piece);
                inflated.stop();
            }
        };
        inflated = inflating(Compression.GZIP, stopper);
        message(1000, compressed(Compression.GZIP, new byte[100_000]));
        assertThat(stopper.messages).as("cut off").isEmpty();
    }

    @Test
    void aListenerThatFails() {
        inflated = inflating(Compression.GZIP, new Recorder() {
            @Override
            public void messageBytes(ByteBuf piece) throws GrpcException {
                throw new GrpcException(GrpcCode.INVALID_ARGUMENT, "no");
            }
        });
        assertThat(failure(() -> message(1000, compressed(Compression.GZIP, new byte[100_000]))))
                .isEqualTo(GrpcCode.INVALID_ARGUMENT.with("no"));
    }
}
