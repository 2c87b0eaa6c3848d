package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.MessageDecoder;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who reads a stream from the socket: its reader, or the event loop's own thread. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class LentStreamTest {
    /** A message is who has read it. */
    private static final class WhoReads implements MessageDecoder<Thread> {
        @Override
        public void begin(int length) {}

        @Override
        public void bytes(ByteBuf piece) {
            piece.skipBytes(piece.readableBytes());
        }

        @Override
        public Thread end() {
            return Thread.currentThread();
        }

        @Override
        public void abandon() {}

        @Override
        public void release(Thread message) {}
    }

    /** Takes messages of a stream until one was read by this thread, or there have been so many. */
    private static boolean isReadHere(int length, int most) throws Exception {
        Loopback.Method flood = served -> {
            served.read();
            served.flood(new byte[length]);
        };
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Flood", flood)) {
            Inbox<Thread> inbox = new Inbox<>(new WhoReads());
            OutgoingCall call = loopback.client.start("/t/Flood", new Metadata(), null, inbox);
            inbox.attach(call);
            call.send(Loopback.message(new byte[0]));
            call.halfClose();
            forgetQuestion(call);
            boolean here = takesOne(inbox, most);
            call.cancel(GrpcStatus.OK);
            inbox.discard();
            return here;
        }
    }

    /** Who waits for the answer to a question borrows the loop by another rule, whatever the answer's length. */
    private static void forgetQuestion(OutgoingCall call) {
        int waits = 0;
        while (call.awaitsAnswer()) {
            waits++;
        }
        assertThat(waits).isEqualTo(2);
    }

    private static boolean takesOne(Inbox<Thread> inbox, int most) throws GrpcException, InterruptedException {
        for (int i = 0; i < most; i++) {
            if (inbox.take() == Thread.currentThread()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whoReadsLargeMessagesRunsTheLoop() throws Exception {
        assumeThat(Epoll.isAvailable()).as("only loops of epoll are lent").isTrue();
        assertThat(isReadHere(64 << 10, Integer.MAX_VALUE)).isTrue();
    }

    @Test
    void whoReadsSmallMessagesDoesNot() throws Exception {
        assertThat(isReadHere(1 << 10, 5_000)).isFalse();
    }
}
