package dev.peregrine.client;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Result;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Any thread. The small calls of a {@link FlightClient} as futures; from {@link FlightClient#async()}.
 *
 * <p>No method blocks. A future is completed by the client's executor, never by an event loop; it fails with a
 * {@link dev.peregrine.protocol.error.FlightException}. Cancelling it cancels the call. The methods with lists collect all
 * answers in memory.
 */
public final class AsyncFlightClient {
    AsyncFlightClient() {}

    /** GetFlightInfo. */
    public CompletableFuture<FlightInfo> getFlightInfo(FlightDescriptor descriptor) {
        return getFlightInfo(descriptor, CallOptions.NONE);
    }

    /** GetFlightInfo. */
    public CompletableFuture<FlightInfo> getFlightInfo(FlightDescriptor descriptor, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** PollFlightInfo. */
    public CompletableFuture<PollInfo> pollFlightInfo(FlightDescriptor descriptor) {
        return pollFlightInfo(descriptor, CallOptions.NONE);
    }

    /** PollFlightInfo. */
    public CompletableFuture<PollInfo> pollFlightInfo(FlightDescriptor descriptor, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** GetSchema. */
    public CompletableFuture<Schema> getSchema(FlightDescriptor descriptor) {
        return getSchema(descriptor, CallOptions.NONE);
    }

    /** GetSchema. */
    public CompletableFuture<Schema> getSchema(FlightDescriptor descriptor, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** ListFlights, all of them. */
    public CompletableFuture<List<FlightInfo>> listFlights(Criteria criteria) {
        return listFlights(criteria, CallOptions.NONE);
    }

    /** ListFlights, all of them. */
    public CompletableFuture<List<FlightInfo>> listFlights(Criteria criteria, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** DoAction, with all its results. */
    public CompletableFuture<List<Result>> doAction(Action action) {
        return doAction(action, CallOptions.NONE);
    }

    /** DoAction, with all its results. */
    public CompletableFuture<List<Result>> doAction(Action action, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** ListActions, all of them. */
    public CompletableFuture<List<ActionType>> listActions() {
        return listActions(CallOptions.NONE);
    }

    /** ListActions, all of them. */
    public CompletableFuture<List<ActionType>> listActions(CallOptions options) {
        throw new UnsupportedOperationException();
    }
}
