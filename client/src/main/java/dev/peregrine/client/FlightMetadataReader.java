package dev.peregrine.client;

import dev.peregrine.client.call.ClientCall;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.wire.Completion;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One thread at a time. The server's acknowledgements of a {@link FlightPut}. */
public final class FlightMetadataReader {
    private final ClientCall call;
    private final Inbox<PutResult> inbox;

    /** {@code inbox} listens to {@code call}. */
    FlightMetadataReader(ClientCall call, Inbox<PutResult> inbox) {
        this.call = call;
        this.inbox = inbox;
    }

    /** Whether {@link #read} would return, or throw, without waiting. */
    public boolean isReady() {
        return inbox.isReady();
    }

    /**
     * A future that is done when {@link #isReady}; now, or later on a thread of {@code executor}, never on an event loop. Until
     * then nobody may read.
     */
    public CompletableFuture<Void> whenReady(Executor executor) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        inbox.whenReady(() -> Completion.on(executor, () -> ready.complete(null)));
        return ready;
    }

    /**
     * Waits for the next acknowledgement.
     *
     * @return null when the server has ended the call with OK
     * @throws dev.peregrine.protocol.error.FlightException the call failed
     */
    public @Nullable PutResult read() {
        try {
            return inbox.take();
        } catch (GrpcException e) {
            throw call.failure(e);
        } catch (InterruptedException e) {
            throw call.interrupted();
        }
    }
}
