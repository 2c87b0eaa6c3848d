package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.StreamStats;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.error.FlightWriteSizeExceededException;
import dev.peregrine.transport.Call;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.OutgoingCall;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. The messages of one call as a writer sends them: within the size limit, when there is room, the
 * descriptor with the first one. What goes wrong comes as Flight's exceptions; an interrupt cancels the call.
 */
final class OutgoingMessages {
    private static final byte[] NO_BYTES = {};
    private static final ByteBuffer NO_HEADER = ByteBuffer.allocate(0);

    private final Call call;
    private final CallOutcome outcome;
    private final long sizeLimit;

    /** Who waits for room without blocking; null for nobody. */
    private final AtomicReference<@Nullable Runnable> waiting = new AtomicReference<>();

    private final StreamCounts counts = new StreamCounts();

    private boolean listening;

    /** The descriptor as protobuf, until a message has taken it along; then empty. */
    private byte[] descriptor;

    OutgoingMessages(Call call, CallOutcome outcome, @Nullable FlightDescriptor descriptor, long sizeLimit) {
        this.call = call;
        this.outcome = outcome;
        this.descriptor = descriptor == null ? NO_BYTES : descriptor.serialize();
        this.sizeLimit = sizeLimit;
    }

    /** Waits for room and sends a message without a body. */
    void send(ByteBuffer header, byte[] metadata) {
        sendCopied(FlightDataEncoder.of(descriptor, header, metadata));
        if (header.hasRemaining()) {
            counts.schema();
        }
    }

    /** Waits for room and sends app_metadata alone. */
    void sendMetadata(byte[] metadata) {
        send(NO_HEADER, metadata);
    }

    /** Waits for room and sends the descriptor alone, unless it has gone with a message. */
    void sendDescriptor() {
        if (descriptor.length > 0) {
            sendMetadata(NO_BYTES);
        }
    }

    /** Waits for room and sends a batch, which is copied. */
    void send(OutgoingBatch batch, byte[] metadata) {
        sendCopied(FlightDataEncoder.of(descriptor, batch, metadata));
        count(batch);
    }

    private void sendCopied(FlightDataEncoder message) {
        prepare(message);
        try {
            call.send(message.encode());
        } catch (OutOfMemoryError e) {
            throw noMemory(message, e);
        }
        descriptor = NO_BYTES;
    }

    /**
     * Waits for room and sends a batch.
     *
     * @param batch lent until this returns, but for what {@code loan} counts
     */
    void send(OutgoingBatch batch, byte[] metadata, Loan loan) {
        FlightDataEncoder message = FlightDataEncoder.of(descriptor, batch, metadata);
        prepare(message);
        try {
            call.send(message.encode(loan));
        } catch (OutOfMemoryError e) {
            throw noMemory(message, e);
        }
        descriptor = NO_BYTES;
        count(batch);
    }

    private void count(OutgoingBatch batch) {
        if (batch.isDictionary()) {
            counts.dictionary(batch.dictionaryId(), batch.isDelta());
        } else {
            counts.batch();
        }
    }

    /** What was sent so far. */
    StreamStats stats() {
        return counts.stats();
    }

    /** Largest message, bytes; 0 for no limit. */
    long sizeLimit() {
        return sizeLimit;
    }

    /** What counts of a batch's message, bytes. */
    long size(OutgoingBatch batch, byte[] metadata) {
        return FlightDataEncoder.of(descriptor, batch, metadata).payloadSize();
    }

    private void prepare(FlightDataEncoder message) {
        if (sizeLimit > 0 && message.payloadSize() > sizeLimit) {
            throw FlightWriteSizeExceededException.of(sizeLimit, message.payloadSize());
        }
        awaitRoom();
    }

    private FlightResourceExhaustedException noMemory(FlightDataEncoder message, OutOfMemoryError cause) {
        return FlightResourceExhaustedException.of(
                name() + ": no memory to send a message of " + message.payloadSize()
                        + " bytes; raise -XX:MaxDirectMemorySize or write smaller batches",
                cause);
    }

    /** Whether {@link #send} would not wait. */
    boolean isReady() {
        return call.hasRoom() || call.isClosed();
    }

    /** A future for {@link #isReady}. */
    CompletableFuture<Void> whenReady(Executor executor) {
        if (isReady()) {
            return Completion.done();
        }
        CompletableFuture<Void> ready = new CompletableFuture<>();
        waiting.updateAndGet(before -> () -> {
            if (before != null) {
                before.run();
            }
            Completion.on(executor, () -> ready.complete(null));
        });
        if (!listening) {
            listening = true;
            call.onRoom(this::tellWaiting);
            outcome.whenClosed(this::tellWaiting);
        }
        if (isReady()) {
            tellWaiting();
        }
        return ready;
    }

    /** Any thread. There is room, or the call is over. */
    private void tellWaiting() {
        Runnable told = waiting.getAndSet(null);
        if (told != null) {
            told.run();
        }
    }

    private void awaitRoom() {
        try {
            if (!call.awaitRoom()) {
                throwFailure();
                throw FlightCancelledException.of(
                        name() + " was ended by the peer, with OK, before everything was written");
            }
        } catch (InterruptedException e) {
            call.cancel(interruption());
            throw interrupted();
        }
    }

    /** The call is over, or is about to be: throws its failure if it has one. */
    private void throwFailure() {
        try {
            outcome.await();
        } catch (InterruptedException e) {
            throw interrupted();
        }
        GrpcException failure = outcome.failure();
        if (failure != null) {
            throw StatusTable.exception(failure, call);
        }
    }

    /** Waits until the socket is done with what it was lent. The transport gives it back however the call ends. */
    void awaitReturn(CountDownLatch back) {
        boolean interrupted = false;
        while (true) {
            try {
                call.loop().awaitAnswer(() -> back.getCount() == 0, back::await);
                break;
            } catch (InterruptedException e) {
                // The end of the call ends the loan. Not a moment earlier may this thread go: the caller would write to
                // memory that is being sent.
                interrupted = true;
                call.cancel(interruption());
            }
        }
        if (interrupted) {
            throw interrupted();
        }
        if (call.isClosed()) {
            throwFailure();
        }
    }

    /** Any thread. What was lent is back, because it was sent or because the call is ending: completes {@code future}. */
    void returned(CompletableFuture<Void> future) {
        if (!call.isClosed()) {
            future.complete(null);
            return;
        }
        outcome.whenClosed(() -> {
            GrpcException failure = outcome.failure();
            if (failure == null) {
                future.complete(null);
            } else {
                future.completeExceptionally(StatusTable.exception(failure, call));
            }
        });
    }

    /** Nothing follows: half-closes a client's call. Does not wait. */
    void end() {
        if (call instanceof OutgoingCall client) {
            if (descriptor.length > 0 && !call.isClosed()) {
                call.send(FlightDataEncoder.of(descriptor, NO_HEADER, NO_BYTES).encode());
                descriptor = NO_BYTES;
            }
            client.halfClose();
        }
    }

    private static GrpcStatus interruption() {
        return GrpcCode.CANCELLED.with("the thread that was writing was interrupted");
    }

    private FlightCancelledException interrupted() {
        Thread.currentThread().interrupt();
        return FlightCancelledException.of(name() + " was cancelled: the thread that was writing was interrupted");
    }

    /** The method and the peer, for complaints. */
    private String name() {
        return FlightMethods.name(call.path()) + " at " + call.peer();
    }
}
