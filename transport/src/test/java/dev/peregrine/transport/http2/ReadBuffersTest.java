package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.MessageDecoder;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large messages are read from the socket to where they stay. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ReadBuffersTest {
    /** Takes messages in direct memory, and counts the bytes that were there already when they came. */
    private static final class Placing implements MessageDecoder<ByteBuf> {
        private ByteBuf message = Unpooled.EMPTY_BUFFER;
        private int filled;
        private volatile long placed;

        @Override
        public void begin(int length) {
            message = Unpooled.directBuffer(length, length);
            filled = 0;
        }

        @Override
        public @Nullable ByteBuf placement(int most) {
            int n = Math.min(most, message.capacity() - filled);
            return message.retainedSlice(filled, n).clear();
        }

        @Override
        public void bytes(ByteBuf piece) {
            int n = piece.readableBytes();
            if (piece.hasMemoryAddress()
                    && piece.memoryAddress() + piece.readerIndex() == message.memoryAddress() + filled) {
                placed += n;
            } else {
                message.setBytes(filled, piece, piece.readerIndex(), n);
            }
            piece.skipBytes(n);
            filled += n;
        }

        @Override
        public ByteBuf end() {
            ByteBuf done = message.writerIndex(filled);
            message = Unpooled.EMPTY_BUFFER;
            return done;
        }

        @Override
        public void abandon() {
            message.release();
            message = Unpooled.EMPTY_BUFFER;
        }

        @Override
        public void release(ByteBuf message) {
            message.release();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100_000, 1 << 20, 7_654_321})
    void messagesArriveWhole(int size) throws Exception {
        byte[] sent = new byte[size];
        new Random(size).nextBytes(sent);
        Loopback.Method method = served -> {
            for (int i = 0; i < 5; i++) {
                served.write(sent);
            }
            served.finish(GrpcStatus.OK);
        };
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Send", method)) {
            Placing decoder = new Placing();
            Inbox<ByteBuf> inbox = new Inbox<>(decoder);
            OutgoingCall call = loopback.client.start("/t/Send", new Metadata(), null, inbox);
            inbox.attach(call);
            call.halfClose();
            int messages = 0;
            for (ByteBuf message; (message = inbox.take()) != null; messages++) {
                assertThat(ByteBufUtil.getBytes(message)).isEqualTo(sent);
                message.release();
            }
            assertThat(messages).isEqualTo(5);
            // What came together with the headers before it has been copied.
            assertThat(decoder.placed).isBetween(size < 1 << 20 ? 0L : 3L * size, 5L * size);
        }
    }
}
