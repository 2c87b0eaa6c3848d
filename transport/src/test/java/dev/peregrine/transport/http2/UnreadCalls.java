package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.MessageDecoder;
import dev.peregrine.transport.MessagePrefix;
import dev.peregrine.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** What tests need that send more than is read. */
final class UnreadCalls {
    /** Windows of 2 MiB. */
    static final TransportOptions WIDE = Loopback.options(2 << 20, 8 << 20);

    private static final int FRAME = 16_000;

    private UnreadCalls() {}

    /** Messages as arrays, counted. */
    static final class Counting implements MessageDecoder<byte[]> {
        final AtomicInteger decoded = new AtomicInteger();
        private final CountDownLatch closed = new CountDownLatch(1);
        private final BytesDecoder bytes = new BytesDecoder();

        @Override
        public void begin(int length) {
            bytes.begin(length);
        }

        @Override
        public void bytes(ByteBuf piece) {
            bytes.bytes(piece);
        }

        @Override
        public byte[] end() {
            decoded.incrementAndGet();
            return bytes.end();
        }

        @Override
        public void abandon() {
            closed.countDown();
        }

        /** The inbox hears that the call is over. */
        void awaitClosed() throws InterruptedException {
            assertThat(closed.await(60, TimeUnit.SECONDS))
                    .as("the call is over")
                    .isTrue();
        }

        @Override
        public void release(byte[] message) {}
    }

    /** Messages of four bytes: the numbers from 0. */
    static byte[] numbers(int count) {
        ByteBuffer all = ByteBuffer.allocate(count * (MessagePrefix.LENGTH + 4));
        for (int i = 0; i < count; i++) {
            all.put((byte) 0).putInt(4).putInt(i);
        }
        return all.array();
    }

    /** A message of so many bytes that begins with a number; the rest is zeros. */
    static byte[] numbered(int number, int length) {
        return ByteBuffer.allocate(length).putInt(number).array();
    }

    /** Compressed messages: {@link #numbered}, from 0. */
    static byte[] compressed(int count, int length) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(one)) {
                gzip.write(numbered(i, length));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            all.writeBytes(ByteBuffer.allocate(MessagePrefix.LENGTH)
                    .put((byte) 1)
                    .putInt(one.size())
                    .array());
            all.writeBytes(one.toByteArray());
        }
        return all.toByteArray();
    }

    /** Sends these bytes as DATA. */
    static void sendsData(ScriptedPeer peer, int stream, byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; at += FRAME) {
            byte[] payload = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + FRAME));
            peer.sends(Frame.data(stream, false, payload));
        }
    }

    /** Waits until the other end has seen all that was sent. */
    static void isSeen(ScriptedPeer peer) throws IOException {
        peer.sends(Frame.ping(0x5EE4));
        peer.awaits("all of it was seen", Http2FrameTypes.PING);
    }
}
