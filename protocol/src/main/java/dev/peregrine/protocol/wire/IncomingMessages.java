package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.ipc.IpcHeader;
import dev.peregrine.transport.Call;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.arrow.flatbuf.MessageHeader;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time, but {@link #cancel} from any. The messages of one call as a reader takes them off the inbox: what
 * goes wrong comes as Flight's exceptions, an interrupt cancels the call, and what was looked at too early can be put back.
 */
final class IncomingMessages {
    private final Call call;
    private final Inbox<FlightMessage> inbox;
    private final ArrayDeque<FlightMessage> early = new ArrayDeque<>();

    private boolean started;
    private boolean ended;
    private @Nullable FlightDescriptor descriptor;

    /** @param inbox lent; {@link #close} discards what is in it */
    IncomingMessages(Call call, Inbox<FlightMessage> inbox) {
        this.call = call;
        this.inbox = inbox;
    }

    /** Waits for the next message; it is the caller's. Null at the end of the stream. */
    @Nullable
    FlightMessage take() {
        FlightMessage message = early.poll();
        FlightMessage next = message == null ? takeNew() : message;
        IpcHeader header = next == null ? null : next.header();
        String unreadable = header == null ? null : header.unreadable();
        if (next != null && unreadable != null) {
            next.release();
            throw refused(GrpcCode.UNIMPLEMENTED, unreadable);
        }
        return next;
    }

    private @Nullable FlightMessage takeNew() {
        if (ended) {
            return null;
        }
        try {
            FlightMessage message = inbox.take();
            if (message == null) {
                ended = true;
                return null;
            }
            if (!started) {
                started = true;
                descriptor = message.descriptor();
            }
            if (message.header() == null) {
                // A body that nothing describes is nobody's.
                message.release();
            }
            return message;
        } catch (GrpcException e) {
            throw StatusTable.exception(e, call);
        } catch (InterruptedException e) {
            call.cancel(GrpcCode.CANCELLED.with("the thread that was reading was interrupted"));
            inbox.discard();
            Thread.currentThread().interrupt();
            throw FlightCancelledException.of(name() + " was cancelled: the thread that was reading was interrupted");
        }
    }

    /** Has {@link #take} return these again, in this order, before what is there already. */
    void putBack(List<FlightMessage> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            early.addFirst(messages.get(i));
        }
    }

    /**
     * Whether taking messages until one has data, or metadata of its own, would not wait: one is here, or what breaks the
     * stream, or its end. Takes from the inbox, into memory, what comes before that.
     */
    boolean isReady() {
        for (FlightMessage message : early) {
            if (isDelivered(message)) {
                return true;
            }
        }
        while (!ended && inbox.hasMessage()) {
            FlightMessage message = takeNew();
            if (message == null) {
                break;
            }
            early.add(message);
            if (isDelivered(message)) {
                return true;
            }
        }
        return ended || (!inbox.hasMessage() && inbox.isReady());
    }

    private static boolean isDelivered(FlightMessage message) {
        IpcHeader header = message.header();
        return header == null
                ? !isDescriptorAlone(message)
                : header.type() != MessageHeader.Schema && header.type() != MessageHeader.DictionaryBatch
                        || header.unreadable() != null;
    }

    /** A client may send its descriptor before it has anything to say. */
    static boolean isDescriptorAlone(FlightMessage message) {
        return message.descriptor() != null && message.metadata().length == 0;
    }

    /** A future for {@link #isReady}. Until it is done nobody may use this but to cancel. */
    CompletableFuture<Void> whenReady(Executor executor) {
        if (isReady()) {
            return Completion.done();
        }
        CompletableFuture<Void> ready = new CompletableFuture<>();
        await(ready, executor);
        return ready;
    }

    private void await(CompletableFuture<Void> ready, Executor executor) {
        inbox.whenReady(() -> Completion.on(executor, () -> {
            try {
                if (isReady()) {
                    ready.complete(null);
                } else {
                    await(ready, executor);
                }
            } catch (RuntimeException e) {
                ready.completeExceptionally(e);
            }
        }));
    }

    /** Waits for the first message and returns its descriptor; null if it has none. */
    @Nullable
    FlightDescriptor descriptor() {
        if (!started) {
            FlightMessage first = takeNew();
            if (first != null) {
                early.add(first);
            }
        }
        return descriptor;
    }

    /** The peer sent what makes no sense. A client ends the call; a server answers with what this returns. */
    FlightInternalException broken(String why) {
        if (call instanceof OutgoingCall) {
            call.cancel(GrpcCode.INTERNAL.with(why));
        }
        return FlightInternalException.of(name() + ": " + why);
    }

    /** The peer sent what this end cannot take. A client ends the call; a server answers with what this returns. */
    FlightException refused(GrpcCode code, String why) {
        if (call instanceof OutgoingCall) {
            call.cancel(code.with(why));
        }
        return StatusTable.exception(code.with(why), new Metadata(), call.path(), call.peer());
    }

    /** The method and the peer, for complaints. */
    private String name() {
        return FlightMethods.name(call.path()) + " at " + call.peer();
    }

    /** Any thread. Ends the call, and with it every wait. */
    void cancel() {
        call.cancel(GrpcCode.CANCELLED.with("the reader cancelled the call"));
    }

    /** Frees what waits and what still comes; ends a client's call unless it is over. */
    void close() {
        if (call instanceof OutgoingCall && !ended) {
            call.cancel(GrpcCode.CANCELLED.with("the reader was closed before the end of the stream"));
        }
        early.forEach(FlightMessage::release);
        early.clear();
        inbox.discard();
    }
}
