package dev.peregrine.transport.http2;

import dev.peregrine.transport.retry.KeptRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. One stream's way out: its window and what waits for it. {@link DataWriter} decides when.
 *
 * <p>Owns the slices that wait here.
 */
final class OutboundStream {
    final Http2Stream stream;
    final SendWindow window;

    /** In {@link DataWriter}'s round. */
    boolean listed;

    private final ArrayDeque<ByteBuf> slices = new ArrayDeque<>();
    private @Nullable SendQueue queue;
    private long bytes;
    private boolean ending;
    private boolean done;
    private @Nullable Http2Headers trailers;
    private @Nullable Consumer<ChannelFuture> written;

    OutboundStream(Http2Stream stream, int initialWindow) {
        this.stream = stream;
        this.window = new SendWindow(initialWindow);
    }

    /**
     * Takes over what {@code from} holds.
     *
     * @return whether these were the last
     */
    boolean take(SendQueue from) {
        queue = from;
        return from.drainTo(this);
    }

    /** How many slices wait. */
    int slices() {
        return slices.size();
    }

    /**
     * Has {@code kept} keep the slices that came last.
     *
     * @param before how many slices wait that it knows
     * @param whole whether these are the whole request
     */
    void keep(KeptRequest kept, int before, boolean whole) {
        if (whole && before == 0 && slices.size() == 1) {
            kept.whole(slices.element());
            return;
        }
        int i = 0;
        for (ByteBuf slice : slices) {
            if (i++ >= before) {
                kept.add(slice);
            }
        }
    }

    /** Appends a slice, which is taken. */
    void add(ByteBuf slice) {
        int length = slice.readableBytes();
        if (done || length == 0) {
            slice.release();
        } else {
            slices.add(slice);
            bytes += length;
        }
    }

    /** Ends the stream behind what waits, with END_STREAM on its last DATA frame. */
    void end() {
        ending = true;
    }

    /**
     * Ends the stream behind what waits.
     *
     * @param trailers null for END_STREAM on the last DATA frame
     * @param written told right after the end was written, with the future that says whether the socket took it; not told
     *     if the stream is closed before
     */
    void end(@Nullable Http2Headers trailers, Consumer<ChannelFuture> written) {
        ending = true;
        this.trailers = trailers;
        this.written = written;
    }

    /** Drops what waits, so that {@link #end} comes next. */
    void skip() {
        bytes = 0;
        for (ByteBuf slice; (slice = slices.poll()) != null; ) {
            slice.release();
        }
    }

    /** Bytes that wait. */
    long bytes() {
        return bytes;
    }

    /** The end is next: no bytes wait before it. */
    boolean endIsNext() {
        return ending && !done && bytes == 0;
    }

    /** The header fields the stream ends with; null for END_STREAM on DATA. */
    @Nullable
    Http2Headers trailers() {
        return trailers;
    }

    /** The end has been written: nothing more may follow. */
    void ended(ChannelFuture future) {
        finish();
        if (written != null) {
            written.accept(future);
        }
    }

    /** Something waits. */
    boolean isPending() {
        return bytes > 0 || endIsNext();
    }

    /** Whether a DATA frame with the next {@code length} bytes carries END_STREAM. */
    boolean endsWith(int length) {
        return ending && trailers == null && length == bytes;
    }

    /** Puts the next {@code length} bytes, at most {@link #bytes}, into a frame. */
    void write(FrameBuffer frames, int length, boolean endStream) {
        frames.header(length, endStream, stream.id(), shortBytes(length));
        int left = length;
        while (left > 0) {
            ByteBuf slice = slices.element();
            int readable = slice.readableBytes();
            int n = Math.min(readable, left);
            left -= n;
            boolean whole = n == readable;
            if (whole) {
                slices.remove();
            }
            if (n <= FrameBuffer.COPY_LIMIT && !(whole && isAlone(frames, left))) {
                frames.copy(slice, n);
                if (whole) {
                    slice.release();
                }
            } else {
                frames.pass(whole ? slice : slice.readRetainedSlice(n));
            }
        }
        bytes -= length;
        window.use(length);
        SendQueue counted = queue;
        if (counted != null) {
            counted.written(length);
        }
    }

    /** Whether a short slice that is next would be copied by itself, between two long ones. */
    private boolean isAlone(FrameBuffer frames, int left) {
        ByteBuf behind = slices.peek();
        return frames.isEmpty() && behind != null && Math.min(behind.readableBytes(), left) > FrameBuffer.COPY_LIMIT;
    }

    /** How many of the next {@code length} bytes lie in short slices before the first long one. */
    private int shortBytes(int length) {
        int sum = 0;
        for (ByteBuf slice : slices) {
            int n = Math.min(slice.readableBytes(), length - sum);
            if (n == 0 || n > FrameBuffer.COPY_LIMIT) {
                break;
            }
            sum += n;
        }
        return sum;
    }

    /** Nothing more shall be written: releases what waits. */
    void finish() {
        done = true;
        skip();
    }
}
