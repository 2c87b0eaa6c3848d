package dev.peregrine.transport;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one crossing inward: the event loop puts decoded messages in, one application thread takes them out.
 *
 * <p>Bounded in bytes by HTTP/2's stream window, which gets a message's bytes back when the message is taken
 * ({@link WindowDebt}).
 *
 * <p>Small messages and those that were inflated take more memory than bytes of the window. So this also says when it is
 * {@linkplain #isFull full}, and the transport stops decoding.
 *
 * @param <T> a decoded message
 */
public final class Inbox<T> implements CallListener {
    private record Entry<T>(T message, int owed) {}

    /** What a message counts for at least, bytes: generously what its objects take. */
    static final int LEAST_WEIGHT = 1024;

    private final MessageDecoder<T> decoder;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Entry<T>> ready = new ArrayDeque<>();

    /** Runs on the application's thread before it gets anything. */
    private @Nullable Runnable beforeGiving;

    /** Told once when there is something to take; null if nobody asks. Under the lock. */
    private @Nullable Runnable whenReady;

    private @Nullable Metadata headers;
    private @Nullable GrpcStatus status;
    private Metadata trailers = new Metadata();
    private boolean halfClosed;
    private boolean discarding;

    /** What the messages that are ready weigh, bytes; 0 if none is. Written under the lock. */
    private volatile long waiting;

    private final WindowDebt debt = new WindowDebt();
    private final Pace pace = new Pace(System.nanoTime());

    public Inbox(MessageDecoder<T> decoder) {
        this.decoder = decoder;
    }

    /**
     * Says which call's window to give bytes back to. What came before this, because a server answered before it was
     * asked, is given back now.
     */
    public void attach(Call call) {
        debt.attach(call);
    }

    /**
     * The application's thread, before it takes anything. Has {@code action} run on that thread whenever it has waited,
     * before it gets what it waited for.
     */
    public void beforeGiving(Runnable action) {
        beforeGiving = action;
    }

    private void given() {
        Runnable action = beforeGiving;
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void headers(Metadata headers) {
        lock.lock();
        try {
            this.headers = headers;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void messageBegins(int length) throws GrpcException {
        debt.begins(length);
        pace.begins(length);
        decoder.begin(length);
    }

    @Override
    public void messageBytes(ByteBuf piece) throws GrpcException {
        int n = piece.readableBytes();
        decoder.bytes(piece);
        if (debt.arrive(n) && waiting == 0) {
            debt.giveBack(debt.ofAssembly());
        }
    }

    @Override
    public @Nullable ByteBuf placement(int most) {
        return decoder.placement(most);
    }

    @Override
    public void messageEnds() throws GrpcException {
        T message = decoder.end();
        int bytes = debt.ofMessage();
        boolean keep;
        lock.lock();
        try {
            keep = !discarding;
            if (keep) {
                ready.add(new Entry<>(message, bytes));
                weigh(waiting + weight(bytes));
            }
        } finally {
            lock.unlock();
        }
        if (!keep) {
            decoder.release(message);
            debt.giveBack(bytes);
        }
    }

    @Override
    public void delivered() {
        if (waiting == 0) {
            return;
        }
        Runnable told = null;
        lock.lock();
        try {
            if (!ready.isEmpty()) {
                told = changed();
            }
        } finally {
            lock.unlock();
        }
        tell(told);
    }

    /** Under the lock. */
    private void weigh(long all) {
        waiting = all;
    }

    private static int weight(int bytes) {
        return Math.max(bytes, LEAST_WEIGHT);
    }

    @Override
    public boolean isFull(int most) {
        return waiting > most;
    }

    @Override
    public void halfClosed() {
        Runnable told;
        lock.lock();
        try {
            halfClosed = true;
            told = changed();
        } finally {
            lock.unlock();
        }
        tell(told);
    }

    /** Under the lock. There is something to take: gives who is to be told, without the lock. */
    private @Nullable Runnable changed() {
        changed.signalAll();
        Runnable told = whenReady;
        whenReady = null;
        return told;
    }

    private static void tell(@Nullable Runnable told) {
        if (told != null) {
            told.run();
        }
    }

    @Override
    public void closed(GrpcStatus status, Metadata trailers) {
        decoder.abandon();
        Runnable told;
        lock.lock();
        try {
            this.status = status;
            this.trailers = trailers;
            told = changed();
        } finally {
            lock.unlock();
        }
        tell(told);
    }

    /** Whether {@link #take} would return, or throw, at once. */
    public boolean isReady() {
        lock.lock();
        try {
            return !ready.isEmpty() || ended();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a message is here, so that {@link #take} would give it at once. */
    public boolean hasMessage() {
        return waiting > 0;
    }

    /**
     * Has {@code listener} run once when {@link #isReady}: at once, on this thread, or later on the event loop. Another one
     * takes the place of one that waits.
     */
    public void whenReady(Runnable listener) {
        lock.lock();
        try {
            if (ready.isEmpty() && !ended()) {
                whenReady = listener;
                return;
            }
        } finally {
            lock.unlock();
        }
        listener.run();
    }

    /**
     * Waits for the next message and takes it; the caller owns its memory. What arrived before a failure is delivered
     * before it.
     *
     * @return null at the end: the peer has half-closed (server) or ended the call with OK (client)
     * @throws GrpcException the call failed
     * @throws InterruptedException nothing was taken; the caller cancels the call
     */
    public @Nullable T take() throws GrpcException, InterruptedException {
        try {
            return awaitMessage();
        } finally {
            given();
        }
    }

    private @Nullable T awaitMessage() throws GrpcException, InterruptedException {
        if (!pace.isLarge()) {
            return takeNext();
        }
        pace.comes(System.nanoTime());
        T message = takeNext();
        pace.gets(System.nanoTime());
        return message;
    }

    private @Nullable T takeNext() throws GrpcException, InterruptedException {
        if (hasMessage()) {
            pace.finds();
        } else {
            awaitAtLoop();
        }
        Entry<T> entry;
        int back;
        lock.lockInterruptibly();
        try {
            awaitReady();
            entry = ready.poll();
            if (entry == null) {
                throwFailure();
                return null;
            }
            weigh(waiting - weight(entry.owed));
            // The message in assembly may have used up the window while this one waited: without its bytes the peer
            // could never finish it.
            back = entry.owed + (ready.isEmpty() ? debt.ofAssembly() : 0);
        } finally {
            lock.unlock();
        }
        debt.giveBack(back);
        return entry.message;
    }

    /** Waits, in the way that suits the event loop. */
    private void awaitAtLoop() throws InterruptedException {
        Call known = debt.call();
        if (known == null) {
            return;
        }
        if (pace.borrows(known.awaitsAnswer())) {
            known.loop().awaitAnswer(this::isReady, this::awaitReady);
        } else {
            known.loop().await(this::awaitReady);
        }
    }

    private void awaitReady() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (ready.isEmpty() && !ended()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the response headers; empty if the response has only trailers. Client only. */
    public Metadata awaitHeaders() throws GrpcException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (headers == null && status == null) {
                changed.await();
            }
            if (headers == null) {
                throwFailure();
                return new Metadata();
            }
            return headers;
        } finally {
            lock.unlock();
            given();
        }
    }

    private boolean ended() {
        return halfClosed || status != null;
    }

    private void throwFailure() throws GrpcException {
        if (status != null && !status.isOk()) {
            throw new GrpcException(status, trailers);
        }
    }

    /** The trailers; empty until the call is over. Any thread. */
    public Metadata trailers() {
        lock.lock();
        try {
            return trailers;
        } finally {
            lock.unlock();
        }
    }

    /** Frees what waits here and whatever still arrives: nobody will take it. Any thread; idempotent. */
    public void discard() {
        ArrayDeque<Entry<T>> dropped;
        lock.lock();
        try {
            discarding = true;
            dropped = new ArrayDeque<>(ready);
            ready.clear();
            weigh(0);
        } finally {
            lock.unlock();
        }
        for (Entry<T> entry : dropped) {
            decoder.release(entry.message);
            debt.giveBack(entry.owed);
        }
    }
}
