package dev.peregrine.transport.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. What one connection reads the socket into. In the middle of a large DATA frame: the memory where the call
 * wants its bytes to stay, so that nobody has to copy them. Else: Netty's own choice.
 */
final class ReadBuffers extends AdaptiveRecvByteBufAllocator {
    /** Fewer bytes than these are not worth asking for a placement. */
    private static final int LEAST_PLACED = 16 << 10;

    /**
     * Behind a placement the next frame begins, and most of it should be read into a placement again: room for its header
     * and that of a message.
     */
    private static final int HEADERS = 2 << 10;

    /** Bytes after which the other connections of the event loop have their turn. */
    private static final int LONGEST_TURN = 1 << 20;

    private final StreamingFrameReader frames;
    private final CallStreams streams;

    ReadBuffers(StreamingFrameReader frames, CallStreams streams) {
        this.frames = frames;
        this.streams = streams;
        // The usual number for stream sockets; an allocator begins with 1.
        maxMessagesPerRead(16);
    }

    @SuppressWarnings("deprecation") // That of Netty's class, which says why it is not: "only for implementations".
    @Override
    public Handle newHandle() {
        return new Placing((RecvByteBufAllocator.ExtendedHandle) super.newHandle());
    }

    private @Nullable ByteBuf placement() {
        int missing = frames.missing();
        if (missing < LEAST_PLACED) {
            return null;
        }
        StreamCall call = streams.call(frames.streamId());
        return call == null ? null : call.in.placement(missing);
    }

    private final class Placing extends RecvByteBufAllocator.DelegatingHandle
            implements RecvByteBufAllocator.ExtendedHandle {
        private final RecvByteBufAllocator.ExtendedHandle usual;
        private boolean placing;

        /** Where the last bytes were read to, in whichever turn. */
        private boolean placed;

        private int turn;

        Placing(RecvByteBufAllocator.ExtendedHandle usual) {
            super(usual);
            this.usual = usual;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ByteBuf place = placement();
            placing = place != null;
            if (place != null) {
                return place;
            }
            return placed && frames.missing() == 0 ? allocator.ioBuffer(HEADERS) : usual.allocate(allocator);
        }

        @Override
        public void reset(ChannelConfig config) {
            turn = 0;
            usual.reset(config);
        }

        @Override
        public void lastBytesRead(int bytes) {
            if (bytes > 0) {
                placed = placing;
                turn += bytes;
            }
            usual.lastBytesRead(bytes);
        }

        @Override
        public boolean continueReading() {
            return turn < LONGEST_TURN && usual.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier mayHaveMore) {
            return turn < LONGEST_TURN && usual.continueReading(mayHaveMore);
        }
    }
}
