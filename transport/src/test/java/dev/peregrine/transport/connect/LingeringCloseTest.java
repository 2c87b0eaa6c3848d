package dev.peregrine.transport.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The bounds of a lingering close, with a clock and a socket of the test's own. */
@ExtendWith(LeakCheck.class)
final class LingeringCloseTest {
    private final LingeringClose.Room room = new LingeringClose.Room();
    private final List<String> seen = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final Socket socket = open();

    /** What a TCP channel is, without TCP. */
    private static final class Socket extends EmbeddedChannel implements DuplexChannel {
        private boolean outputShutdown;
        private boolean broken;

        @Override
        public ChannelFuture shutdownOutput() {
            return shutdownOutput(newPromise());
        }

        @Override
        public ChannelFuture shutdownOutput(ChannelPromise promise) {
            outputShutdown = true;
            return broken ? promise.setFailure(new IOException("not connected")) : promise.setSuccess();
        }

        @Override
        public boolean isOutputShutdown() {
            return outputShutdown;
        }

        @Override
        public boolean isInputShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdownInput() {
            return shutdownInput(newPromise());
        }

        @Override
        public ChannelFuture shutdownInput(ChannelPromise promise) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdown() {
            return shutdown(newPromise());
        }

        @Override
        public ChannelFuture shutdown(ChannelPromise promise) {
            throw new UnsupportedOperationException();
        }

        /** Closes as handlers do; EmbeddedChannel's own way would stop its clock. */
        ChannelFuture hangUp() {
            ChannelFuture closed = pipeline().close();
            runPendingTasks();
            return closed;
        }

        /** As Netty does it at the end of what the peer sent. */
        void peerCloses() {
            unsafe().close(voidPromise());
            runPendingTasks();
        }
    }

    private Socket open() {
        Socket opened = new Socket();
        opened.freezeTime();
        opened.pipeline().addLast(new LingeringClose(room), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                seen.add("read");
                ((ByteBuf) msg).release();
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext ctx) {
                seen.add("read complete");
            }

            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                seen.add("inactive");
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                seen.add("exception");
            }
        });
        sockets.add(opened);
        return opened;
    }

    /** For as long as an interrupted thread does. */
    private void applicationWaits() {
        Thread.currentThread().interrupt();
        room.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    private void passes(long millis) {
        for (long i = 0; i < millis; i++) {
            socket.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            socket.runScheduledPendingTasks();
        }
    }

    @AfterEach
    void close() {
        sockets.forEach(Socket::peerCloses);
    }

    @Test
    void endsOurDirectionAndWaitsForThePeer() {
        ChannelFuture closed = socket.hangUp();
        assertThat(seen).containsExactly("inactive");
        assertThat(socket.isOutputShutdown()).isTrue();
        assertThat(socket.isOpen()).isTrue();
        assertThat(room.isEmpty()).isFalse();
        socket.hangUp();
        assertThat(closed.isDone()).isFalse();
        socket.peerCloses();
        assertThat(closed.isSuccess()).isTrue();
        assertThat(room.isEmpty()).isTrue();
        assertThat(seen).as("once").containsExactly("inactive");
    }

    @Test
    void waitsForASecondAtMost() {
        socket.hangUp();
        passes(LingeringClose.MILLIS - 1);
        assertThat(socket.isOpen()).isTrue();
        passes(1);
        assertThat(socket.isOpen()).isFalse();
        assertThat(room.isEmpty()).isTrue();
        assertThat(seen).containsExactly("inactive");
    }

    @Test
    void whenTheApplicationWaitsATenthOfASecondOfSilenceIsEnough(ByteBufAllocator allocator) {
        socket.hangUp();
        applicationWaits();
        for (int i = 0; i < 5; i++) {
            passes(50);
            socket.writeInbound(allocator.buffer().writeZero(1));
            passes(50);
            assertThat(socket.isOpen()).isTrue();
        }
        passes(100);
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void aPeerThatIsNotReadIsNotSilent(ByteBufAllocator allocator) {
        socket.hangUp();
        socket.writeInbound(allocator.buffer().writeZero(LingeringClose.MOST_DROPPED));
        applicationWaits();
        passes(LingeringClose.MILLIS - 1);
        assertThat(socket.isOpen()).isTrue();
        passes(1);
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void dropsWhatComesAndThenReadsNoMore(ByteBufAllocator allocator) {
        socket.writeInbound(allocator.buffer().writeZero(10));
        assertThat(seen).containsExactly("read", "read complete");
        socket.hangUp();
        seen.clear();
        int piece = 64 << 10;
        for (int dropped = piece; dropped < LingeringClose.MOST_DROPPED; dropped += piece) {
            socket.writeInbound(allocator.buffer().writeZero(piece));
            assertThat(socket.config().isAutoRead()).isTrue();
        }
        socket.writeInbound(allocator.buffer().writeZero(piece));
        assertThat(socket.config().isAutoRead()).isFalse();
        assertThat(socket.isOpen()).isTrue();
        assertThat(seen).isEmpty();
    }

    @Test
    void aResetEndsIt() {
        socket.hangUp();
        socket.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        assertThat(socket.isOpen()).isFalse();
        assertThat(seen).containsExactly("inactive");
    }

    @Test
    void aSocketWhoseOutputCannotBeShutDownIsClosed() {
        socket.broken = true;
        socket.hangUp();
        socket.runPendingTasks();
        assertThat(socket.isOpen()).isFalse();
        assertThat(seen).containsExactly("inactive");
    }

    @Test
    void closesAbruptlyIfTold() {
        LingeringClose.closeAbruptly(socket.pipeline().lastContext());
        socket.runPendingTasks();
        assertThat(socket.isOpen()).isFalse();
        assertThat(socket.isOutputShutdown()).isFalse();
        assertThat(seen).containsExactly("inactive");
    }

    @Test
    void thereIsRoomForSoMany() {
        for (int i = 0; i < LingeringClose.Room.MOST; i++) {
            Socket one = open();
            one.hangUp();
            assertThat(one.isOpen()).isTrue();
        }
        Socket oneTooMany = open();
        oneTooMany.hangUp();
        assertThat(oneTooMany.isOpen()).isFalse();
        sockets.get(1).peerCloses();
        socket.hangUp();
        assertThat(socket.isOpen()).as("there is room again").isTrue();
    }

    @Test
    void noneLingersWhenTheRoomIsClosed() {
        LingeringClose.Room closed = new LingeringClose.Room();
        closed.close();
        Socket late = new Socket();
        late.pipeline().addLast(new LingeringClose(closed));
        late.hangUp();
        assertThat(late.isOpen()).isFalse();
    }
}
