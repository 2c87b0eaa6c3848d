package dev.peregrine.transport.http2;

import dev.peregrine.transport.compression.InflatedCredit;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only, but for {@link #taken}. What comes of one call as DATA: decoded at once, or, when the application has
 * enough to take, a little in each of the call's turns. And what goes back to the stream's window for it.
 */
final class InboundData {
    private final StreamCall call;
    private final int enough;

    /** Bytes that were taken on other threads and not given back yet. */
    private final AtomicLong credit = new AtomicLong();

    /** How many of these are worth a turn. */
    private volatile int creditBatch;

    /** What is not decoded yet because the application has enough to take; null if nothing. */
    private volatile @Nullable WaitingData waiting;

    private final StreamCall.Event delivery;
    private @Nullable InflatedCredit inflated;
    private boolean fed;
    private boolean dropped;

    /** @param window the stream's, bytes: when the application has as much to take, it has enough */
    InboundData(StreamCall call, int window) {
        this.call = call;
        this.enough = window;
        this.delivery = () -> call.listener().delivered();
        // Small enough that the peer never stalls on bytes that were taken but not given back.
        this.creditBatch = Math.max(1, window / 8);
    }

    /** The peer may compress: what was taken is worth what this says. Null if it does not. */
    void inflated(@Nullable InflatedCredit credit) {
        if (credit != null) {
            inflated = credit;
            // What a few bytes taken are worth is known on the loop only.
            creditBatch = 1;
        }
    }

    /**
     * A piece of DATA has come, which is lent.
     *
     * @return bytes to give back at once
     */
    int arrives(ByteBuf piece, boolean endStream) {
        WaitingData before = waiting;
        if (isUnwanted() || (before != null && before.isEnded())) {
            return piece.readableBytes();
        }
        if (before != null) {
            before.add(piece);
        } else {
            decode(piece);
            if (piece.isReadable() && !isUnwanted()) {
                pause(piece);
            }
            feed();
        }
        if (endStream && !call.isOver()) {
            call.guarded(call::halfClosed);
        }
        return 0;
    }

    private boolean isUnwanted() {
        return dropped || call.isOver();
    }

    private void feed() {
        Connection c = call.connection;
        if (!fed && !call.isOver() && c != null) {
            fed = true;
            c.fed(this);
        }
    }

    /** Nothing more is at hand for now. */
    void delivered() {
        fed = false;
        if (!call.isOver()) {
            call.guarded(delivery);
        }
    }

    /** Where the next {@code most} bytes, or fewer, are going to stay; null if that is not known. */
    @Nullable
    ByteBuf placement(int most) {
        return waiting != null || isUnwanted() ? null : call.reader().placement(most);
    }

    private void decode(ByteBuf piece) {
        call.decode(piece);
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
        call.turns.ask(call);
    }

    /** Whether something that has come waits to be decoded. */
    boolean isPaused() {
        return waiting != null;
    }

    /** The peer sends no more: handles that, behind what waits; by {@link StreamCall#guarded}. */
    void end(StreamCall.Event end) {
        WaitingData before = waiting;
        if (before == null) {
            call.guarded(end);
        } else {
            before.end(end);
        }
    }

    /** Any thread. The application has taken bytes, as they were handed to it. */
    void taken(int bytes) {
        if (call.turns.loop().inEventLoop()) {
            giveBack(bytes);
            if (waiting != null && hasAppetite()) {
                call.turns.ask(call);
            }
        } else {
            boolean due = credit.addAndGet(bytes) >= creditBatch;
            if (waiting == null ? due : hasAppetite()) {
                call.turns.ask(call);
            }
        }
    }

    /** Whether the application has taken half of what was enough. */
    private boolean hasAppetite() {
        return !call.listener().isFull(enough / 2);
    }

    /** The call's turn: gives back what was taken, and decodes some of what waits. */
    void turn() {
        giveBack(credit.getAndSet(0));
        WaitingData data = waiting;
        if (data != null && !call.isOver() && hasAppetite()) {
            decodeNext(data);
        }
    }

    private void decodeNext(WaitingData data) {
        ByteBuf piece = data.take();
        decode(piece);
        if (!call.isOver()) {
            call.guarded(delivery);
        }
        if (data != waiting) {
            piece.release();
        } else if (piece.isReadable()) {
            data.putBack(piece);
        } else {
            piece.release();
            if (data.isEmpty()) {
                waiting = null;
                StreamCall.Event end = data.end();
                if (end != null) {
                    call.guarded(end);
                }
            } else {
                call.turns.ask(call);
            }
        }
    }

    private void giveBack(long bytes) {
        InflatedCredit worth = inflated;
        // Without compression these are bytes of a window, which is an int.
        giveBackToWindow(worth == null ? (int) bytes : worth.consumed(bytes));
    }

    private void giveBackToWindow(int bytes) {
        Connection c = call.connection;
        OutboundStream stream = call.out;
        if (c != null && stream != null && !dropped && bytes > 0) {
            c.consume(stream.stream, bytes);
        }
    }

    /** What still arrives is of no interest: it and what waits is given back to the window. */
    void drop() {
        Connection c = call.connection;
        OutboundStream stream = call.out;
        if (!dropped && c != null && stream != null) {
            c.consumeAll(stream.stream);
        }
        dropped = true;
        release();
    }

    /** Frees what waits. */
    void release() {
        WaitingData rest = waiting;
        waiting = null;
        if (rest != null) {
            rest.release();
        }
    }
}
