package dev.peregrine.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When who reads is told of what has come. */
@Timeout(30)
final class InboxTest {
    /** Messages of one byte. */
    private static final class OneByte implements MessageDecoder<Byte> {
        private byte value;

        @Override
        public void begin(int length) {}

        @Override
        public void bytes(ByteBuf piece) {
            value = piece.readByte();
        }

        @Override
        public Byte end() {
            return value;
        }

        @Override
        public void abandon() {}

        @Override
        public void release(Byte message) {}
    }

    private final Inbox<Byte> inbox = new Inbox<>(new OneByte());
    private final List<String> told = new ArrayList<>();

    private void message(int value) throws GrpcException {
        inbox.messageBegins(1);
        inbox.messageBytes(Unpooled.wrappedBuffer(new byte[] {(byte) value}));
        inbox.messageEnds();
    }

    @Test
    void onceForAllThatIsDelivered() throws Exception {
        inbox.whenReady(() -> told.add("first"));
        message(1);
        message(2);
        assertThat(told).as("more may be at hand").isEmpty();
        inbox.delivered();
        assertThat(told).containsExactly("first");
        assertThat(inbox.take()).isEqualTo((byte) 1);
        assertThat(inbox.take()).isEqualTo((byte) 2);
    }

    @Test
    void notOfWhatWasTakenMeanwhile() throws Exception {
        message(1);
        assertThat(inbox.take()).isEqualTo((byte) 1);
        inbox.whenReady(() -> told.add("nothing"));
        inbox.delivered();
        assertThat(told).isEmpty();
        inbox.halfClosed();
        assertThat(told).as("the end is something").containsExactly("nothing");
    }

    @Test
    void whatHasComeNeedNotBeDeliveredToBeTaken() throws Exception {
        message(1);
        assertThat(inbox.isReady()).isTrue();
        inbox.whenReady(() -> told.add("at once"));
        assertThat(told).containsExactly("at once");
        assertThat(inbox.take()).isEqualTo((byte) 1);
    }

    @Test
    void aReaderThatIsParkedGoesOn() throws Exception {
        CompletableFuture<Byte> taken = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                taken.complete(inbox.take());
            } catch (GrpcException | InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        reader.start();
        message(7);
        inbox.delivered();
        assertThat(taken.get(20, TimeUnit.SECONDS)).isEqualTo((byte) 7);
        reader.join();
    }
}
