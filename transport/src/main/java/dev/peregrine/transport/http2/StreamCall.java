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
import dev.peregrine.transport.compression.InflatedCredit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Any thread, where a method does not say otherwise. What a call is at both ends: a send queue, bytes to give back, and one
 * end. What other threads want waits for the call's turn on the event loop.
 */
abstract class StreamCall extends Turns.Member implements Call {
    final Turns turns;
    final TransportOptions options;
    final SendQueue queue;

    private final String path;
    private final int largest;
    private final @Nullable Long deadlineNanos;
    private final AtomicReference<@Nullable GrpcStatus> cancelled = new AtomicReference<>();
    private final AtomicLong credit = new AtomicLong();
    private volatile int creditBatch;

    /** How many more waits are for the answer to what was sent last: that, and the end. */
    private volatile int answers;

    /** What is not decoded yet because the application has enough to take; null if nothing. The event loop writes this. */
    private volatile @Nullable WaitingData waiting;

    // Event loop only.
    @Nullable
    Connection connection;

    @Nullable
    OutboundStream out;

    private @Nullable InflatedCredit inflated;
    private @Nullable Future<?> deadlineTimer;
    private final Event delivery = () -> listener().delivered();
    private boolean isFed;
    private boolean over;
    private boolean endGiven;
    private boolean inboundDropped;

    StreamCall(Turns turns, TransportOptions options, String path, @Nullable Long deadlineNanos, int largest) {
        this.turns = turns;
        this.options = options;
        this.queue = new SendQueue(options.sendQueueSize(), turns.queued());
        this.largest = largest;
        this.path = path;
        this.deadlineNanos = deadlineNanos;
        // Small enough that the peer never stalls on bytes that were taken but not given back.
        this.creditBatch = Math.max(1, options.streamWindow() / 8);
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
        if (turns.loop().inEventLoop()) {
            giveBack(bytes);
            if (waiting != null && hasAppetite()) {
                turns.ask(this);
            }
        } else {
            boolean due = credit.addAndGet(bytes) >= creditBatch;
            if (waiting == null ? due : hasAppetite()) {
                turns.ask(this);
            }
        }
    }

    /** Whether the application has taken half of what was enough. */
    private boolean hasAppetite() {
        return !listener().isFull(options.streamWindow() / 2);
    }

    /** Event loop only. The peer may compress: what was taken is worth what this says. Null if it does not. */
    final void inflated(@Nullable InflatedCredit credit) {
        if (credit != null) {
            inflated = credit;
            // What a few bytes taken are worth is known on the loop only.
            creditBatch = 1;
        }
    }

    /** Event loop only. */
    private void giveBack(long bytes) {
        InflatedCredit worth = inflated;
        // Without compression these are bytes of a window, which is an int.
        giveBackToWindow(worth == null ? (int) bytes : worth.consumed(bytes));
    }

    private void giveBackToWindow(int bytes) {
        Connection c = connection;
        OutboundStream stream = out;
        if (c != null && stream != null && !inboundDropped && bytes > 0) {
            c.consume(stream.stream, bytes);
        }
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
        giveBack(credit.getAndSet(0));
        readOn();
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

    /**
     * Event loop only. A piece of DATA has come, which is lent.
     *
     * @return bytes to give back at once
     */
    final int data(ByteBuf piece, boolean endStream) {
        int length = piece.readableBytes();
        WaitingData before = waiting;
        if (over || inboundDropped || (before != null && before.isEnded())) {
            return length;
        }
        if (before != null) {
            before.add(piece);
        } else {
            decode(piece);
            if (piece.isReadable() && !over && !inboundDropped) {
                pause(piece);
            }
            feed();
        }
        if (endStream && !over) {
            guarded(this::halfClosed);
        }
        return 0;
    }

    private void feed() {
        Connection c = connection;
        if (!isFed && !over && c != null) {
            isFed = true;
            c.fed(this);
        }
    }

    /** Event loop only. Nothing more is at hand for now. */
    final void delivered() {
        isFed = false;
        if (!over) {
            guarded(delivery);
        }
    }

    /** Event loop only. Where the next {@code most} bytes of DATA, or fewer, are going to stay; null if that is not known. */
    final @Nullable ByteBuf placement(int most) {
        return over || inboundDropped || waiting != null ? null : reader().placement(most);
    }

    private void decode(ByteBuf piece) {
        try {
            read(piece);
        } catch (Exception | LinkageError | AssertionError | OutOfMemoryError | StackOverflowError e) {
            failed(e);
        }
        InflatedCredit arriving = inflated;
        if (arriving != null) {
            giveBackToWindow(arriving.early());
        }
    }

    /** The application has enough to take: the rest of a piece waits, and what comes behind it. */
    private void pause(ByteBuf rest) {
        WaitingData data = new WaitingData();
        data.add(rest);
        waiting = data;
        // What is taken from now on asks for a turn when it is time. What was taken a moment ago did not.
        turns.ask(this);
    }

    /** Decodes what waits, a little in each turn. */
    private void readOn() {
        WaitingData data = waiting;
        if (data == null || over || !hasAppetite()) {
            return;
        }
        ByteBuf piece = data.take();
        decode(piece);
        if (!over) {
            guarded(delivery);
        }
        if (data != waiting) {
            piece.release();
        } else if (piece.isReadable()) {
            data.putBack(piece);
        } else {
            piece.release();
            if (data.isEmpty()) {
                waiting = null;
                Event end = data.end();
                if (end != null) {
                    guarded(end);
                }
            } else {
                turns.ask(this);
            }
        }
    }

    /** Event loop only. Whether something that has come waits to be decoded. */
    final boolean isPaused() {
        return waiting != null;
    }

    /** Event loop only. The peer sends no more: handles that, behind what waits; by {@link #guarded}. */
    final void endInbound(Event end) {
        WaitingData before = waiting;
        if (before == null) {
            guarded(end);
        } else {
            before.end(end);
        }
    }

    private void dropWaiting() {
        WaitingData dropped = waiting;
        waiting = null;
        if (dropped != null) {
            dropped.release();
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

    /** Event loop only. What still arrives is of no interest: it and what waits is given back to the window. */
    final void dropInbound() {
        Connection c = connection;
        OutboundStream stream = out;
        if (!inboundDropped && c != null && stream != null) {
            c.consumeAll(stream.stream);
        }
        inboundDropped = true;
        dropWaiting();
    }

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
        dropWaiting();
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
