package dev.peregrine.transport.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. DATA frames on their way to the socket. Frame headers and short slices are copied into one buffer,
 * which spares the kernel most of its work on them; long slices go as they lie in memory, behind what was copied before.
 *
 * <p>{@link #flush} must come before anything else is written to the channel.
 */
final class FrameBuffer {
    /** Slices up to this length are copied: cheaper than one more entry in the channel's queue. Bytes. */
    static final int COPY_LIMIT = 4096;

    private static final int HEADER = 9;
    private static final int LARGEST = 64 * 1024;
    private static final int SMALLEST = 256;

    private final ChannelHandlerContext ctx;
    private final FrameLog log;
    private @Nullable ByteBuf copied;

    FrameBuffer(ChannelHandlerContext ctx, FrameLog log) {
        this.ctx = ctx;
        this.log = log;
    }

    /**
     * Begins a DATA frame.
     *
     * @param shortBytes how many bytes will be copied right behind the header: a hint
     */
    void header(int length, boolean endStream, int streamId, int shortBytes) {
        log.sentData(ctx, streamId, endStream, length);
        ByteBuf out = room(HEADER, HEADER + shortBytes);
        out.writeMedium(length);
        out.writeByte(Http2FrameTypes.DATA);
        out.writeByte(endStream ? Http2Flags.END_STREAM : 0);
        out.writeInt(streamId);
    }

    /** Copies {@code length} bytes of {@code from}, which is lent, and moves its reader index behind them. */
    void copy(ByteBuf from, int length) {
        room(length, Math.max(length, SMALLEST)).writeBytes(from, length);
    }

    /** Whether nothing was copied since {@link #pass} or {@link #flush}. */
    boolean isEmpty() {
        return copied == null;
    }

    /** Hands on a slice, which is taken. */
    void pass(ByteBuf slice) {
        flush();
        ctx.write(slice, ctx.voidPromise());
    }

    /** Hands on what was copied; does not flush the channel. */
    void flush() {
        ByteBuf out = copied;
        if (out != null) {
            copied = null;
            ctx.write(out, ctx.voidPromise());
        }
    }

    private ByteBuf room(int needed, int expected) {
        ByteBuf out = copied;
        if (out != null && out.writerIndex() + needed <= LARGEST) {
            return out;
        }
        flush();
        out = ctx.alloc().directBuffer(Math.min(expected, LARGEST), LARGEST);
        copied = out;
        return out;
    }
}
