package dev.peregrine.transport.http2;

import dev.peregrine.transport.Call;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallLoop;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Logs;
import dev.peregrine.transport.MessagePrefix;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.compression.Deflated;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Any thread, where a method does not say otherwise. What a call is at both ends: a queue to send from, data that comes in, and
 * one end. What other threads want waits for the call's turn on the event loop.
 */
abstract class StreamCall extends Turns.Member implements Call {
    final Turns turns;
    final TransportOptions options;
    final SendQueue queue;
    final InboundData in;

    private final String path;
    private final int largest;
    private final @Nullable Long deadlineNanos;
    private final AtomicReference<@Nullable GrpcStatus> cancelled = new AtomicReference<>();

    /** How many more waits are for the answer to what was sent last: that, and the end. */
    private volatile int answers;

    // Event loop only.
    @Nullable
    Connection connection;

    @Nullable
    OutboundStream out;

    private @Nullable Future<?> deadlineTimer;
    private boolean over;
    private boolean endGiven;

    StreamCall(Turns turns, TransportOptions options, String path, @Nullable Long deadlineNanos, int largest) {
        this.turns = turns;
        this.options = options;
        this.queue = new SendQueue(options.sendQueueSize(), turns.queued());
        this.in = new InboundData(this, options.streamWindow());
        this.largest = largest;
        this.path = path;
        this.deadlineNanos = deadlineNanos;
        turns.loop().calls(1);
    }

    @Override
    public final String path() {
        return path;
    }

    @Override
    public final @Nullable Long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public final boolean isClosed() {
        return queue.isClosed();
    }

    @Override
    public final void send(ByteBuf... slices) {
        if (isShortEnough(slices)) {
            put(compressed(slices));
        }
    }

    /** The message as it is sent. */
    final ByteBuf[] compressed(ByteBuf... slices) {
        Compression compression = compression();
        return compression == Compression.IDENTITY || isClosed()
                ? slices
                : Deflated.message(compression, ByteBufAllocator.DEFAULT, slices);
    }

    /** Any thread. How messages are compressed on their way out; from its first call on always the same. */
    abstract Compression compression();

    @Override
    public final void sendUncompressed(ByteBuf... slices) {
        if (isShortEnough(slices)) {
            put(slices);
        }
    }

    private void put(ByteBuf... slices) {
        if (queue.put(slices)) {
            sent();
        }
    }

    /** Something was queued. */
    final void sent() {
        answers = 2;
        turns.ask(this);
    }

    /** Whether this end may send a message of this length. If not, ends the call and releases the slices. */
    final boolean isShortEnough(ByteBuf... slices) {
        if (largest == Integer.MAX_VALUE) {
            return true;
        }
        long length = -MessagePrefix.LENGTH;
        for (ByteBuf slice : slices) {
            length += slice.readableBytes();
        }
        if (length <= largest) {
            return true;
        }
        for (ByteBuf slice : slices) {
            slice.release();
        }
        tooLarge(GrpcCode.RESOURCE_EXHAUSTED.with(
                "A message to send has " + length + " bytes, but the call may send " + largest + " at most"));
        return false;
    }

    /** Any thread. A message was too large to be sent: ends the call. */
    abstract void tooLarge(GrpcStatus status);

    @Override
    public final boolean awaitRoom() throws InterruptedException {
        if (turns.loop().inEventLoop()) {
            throw new IllegalStateException("The event loop must not wait for room: use hasRoom and onRoom");
        }
        if (!queue.hasRoom()) {
            loop().await(queue::awaitRoom);
        }
        return queue.awaitRoom();
    }

    @Override
    public final boolean hasRoom() {
        return queue.hasRoom();
    }

    @Override
    public final void onRoom(Runnable listener) {
        queue.onRoom(() -> {
            try {
                listener.run();
            } catch (RuntimeException e) {
                Logs.CALLS.error("onRoom listener of {} failed", path, e);
            }
        });
    }

    @Override
    public final void consumed(int bytes) {
        in.taken(bytes);
    }

    @Override
    public final void cancel(GrpcStatus reason) {
        if (cancelled.compareAndSet(null, reason)) {
            queue.close();
            turns.ask(this);
        }
    }

    @Override
    public final boolean awaitsAnswer() {
        int left = answers;
        if (left > 0) {
            answers = left - 1;
        }
        return left > 0;
    }

    @Override
    public final CallLoop loop() {
        return turns.loop();
    }

    @Override
    final void turn() {
        if (over) {
            return;
        }
        GrpcStatus reason = cancelled.get();
        if (reason != null) {
            abort(reason);
            return;
        }
        begin();
        pull();
        in.turn();
    }

    @Override
    final void refused() {
        over(GrpcCode.UNAVAILABLE.with("The transport to " + peer() + " has been closed"));
    }

    /** Event loop only. Called in each turn: a client's call that has not been admitted asks for it. */
    abstract void begin();

    /** Event loop only. Moves what was queued to the stream, if there is one. */
    final void pull() {
        OutboundStream stream = out;
        Connection c = connection;
        if (stream == null || c == null || over) {
            return;
        }
        int before = stream.slices();
        boolean last = stream.take(queue);
        taken(stream, before, last);
        beforeData(stream);
        if (last && !endGiven) {
            endGiven = true;
            end(stream);
        }
        if (stream.isPending()) {
            c.writer().enlist(stream);
            c.flushSoon();
        }
    }

    /** Event loop only. The stream has taken what was queued: all slices but the first {@code before}. */
    void taken(OutboundStream stream, int before, boolean last) {}

    /**
     * Event loop only. The call leaves its stream, which is closed or will close without it, to begin again on another one.
     *
     * @param sent taken: what it has sent so far; null for nothing
     */
    final void restart(@Nullable ByteBuf sent) {
        OutboundStream stream = out;
        Connection c = connection;
        if (stream != null && c != null) {
            c.streams().left(stream.stream);
        }
        out = null;
        connection = null;
        endGiven = false;
        queue.putBack(sent);
    }

    /** Event loop only. Writes response headers, if they must come now. */
    abstract void beforeData(OutboundStream stream);

    /** Event loop only. This end has said that it sends no more: tells the stream how it ends. */
    abstract void end(OutboundStream stream);

    /** Event loop only. Ends the call now, for a reason at this end. */
    abstract void abort(GrpcStatus reason);

    /** Event loop only, or any thread while DATA waits. The listener. */
    abstract CallListener listener();

    /** Event loop only. Header fields have come. */
    abstract void headers(Http2Headers headers, boolean endStream);

    /** Event loop only. Decodes a piece of DATA, as far as the listener is not full; what it throws fails the call. */
    final void decode(ByteBuf piece) {
        try {
            read(piece);
        } catch (Exception | LinkageError | AssertionError | OutOfMemoryError | StackOverflowError e) {
            failed(e);
        }
    }

    /** What the listener may throw. */
    @FunctionalInterface
    interface Event {
        void happen() throws GrpcException;
    }

    /** Event loop only. What cuts DATA into messages. */
    abstract LengthPrefixReader reader();

    /** Event loop only. Reads DATA, as far as the listener is not full. What it throws fails the call. */
    abstract void read(ByteBuf piece) throws GrpcException;

    /** Event loop only. The peer has half-closed; by {@link #guarded}. */
    abstract void halfClosed() throws GrpcException;

    /** Event loop only. An exception fails this call, and no other. */
    final void guarded(Event event) {
        try {
            event.happen();
        } catch (Exception | LinkageError | AssertionError | OutOfMemoryError | StackOverflowError e) {
            failed(e);
        }
    }

    private void failed(Throwable e) {
        if (e instanceof GrpcException failure) {
            fail(failure.status(), failure.trailers());
        } else {
            Logs.CALLS.error("A call of {} from {} failed", path, peer(), e);
            fail(GrpcCode.INTERNAL.with("The call failed; the log says why"), new Metadata());
        }
    }

    /** Event loop only. The call fails at this end with this status. */
    abstract void fail(GrpcStatus status, Metadata trailers);

    /** Event loop only. The peer has reset the stream. */
    void reset(long errorCode) {
        over(ResetCodes.status(errorCode));
    }

    /** Event loop only. The stream has gone; if the call is not over yet, the connection was lost. */
    abstract void streamClosed();

    /** Event loop only. Sets the timer for the deadline, which calls {@link #deadlineExceeded}. */
    final void startDeadline() {
        Long deadline = deadlineNanos;
        if (deadline != null && deadlineTimer == null && !over) {
            long delay = deadline - System.nanoTime();
            deadlineTimer = turns.loop().schedule(this::deadlineExceeded, delay, TimeUnit.NANOSECONDS);
        }
    }

    /** Event loop only. */
    abstract void deadlineExceeded();

    /** Event loop only. */
    final boolean isOver() {
        return over;
    }

    /** Event loop only. Ends the call with RST_STREAM, if it has a stream, and this status. */
    final void resetAndOver(Http2Error code, GrpcStatus status, Metadata trailers) {
        Connection c = connection;
        OutboundStream stream = out;
        if (stream != null) {
            stream.finish();
        }
        over(status, trailers);
        if (c != null && stream != null) {
            c.reset(stream.stream, code);
        }
    }

    final void over(GrpcStatus status) {
        over(status, new Metadata());
    }

    /** Event loop only. The call is over: frees everything and tells the listener. Once; later ones are ignored. */
    void over(GrpcStatus status, Metadata trailers) {
        if (over) {
            return;
        }
        over = true;
        turns.loop().calls(-1);
        Future<?> timer = deadlineTimer;
        if (timer != null) {
            timer.cancel(false);
        }
        queue.close();
        in.release();
        stopReading();
        try {
            listener().closed(status, trailers);
        } catch (RuntimeException | Error e) {
            Logs.CALLS.error("The listener of {} failed at the end of a call", path, e);
        }
    }

    /** Event loop only. Whatever comes from now on is ignored. */
    abstract void stopReading();
}
