package dev.peregrine.client;

import dev.peregrine.client.call.StandardAction;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.CancelFlightInfoResult;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.SchemaResult;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.GetSessionOptionsResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.protocol.wire.ProtoMessages;
import java.util.List;
import java.util.Map;
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
    private final ClientConnection connection;

    AsyncFlightClient(ClientConnection connection) {
        this.connection = connection;
    }

    /** GetFlightInfo. */
    public CompletableFuture<FlightInfo> getFlightInfo(FlightDescriptor descriptor) {
        return getFlightInfo(descriptor, CallOptions.NONE);
    }

    /** GetFlightInfo. */
    public CompletableFuture<FlightInfo> getFlightInfo(FlightDescriptor descriptor, CallOptions options) {
        return connection.unaryLater(
                FlightMethods.GET_FLIGHT_INFO, descriptor.serialize(), ProtoMessages.infos(), options);
    }

    /** PollFlightInfo. */
    public CompletableFuture<PollInfo> pollFlightInfo(FlightDescriptor descriptor) {
        return pollFlightInfo(descriptor, CallOptions.NONE);
    }

    /** PollFlightInfo. */
    public CompletableFuture<PollInfo> pollFlightInfo(FlightDescriptor descriptor, CallOptions options) {
        return connection.unaryLater(
                FlightMethods.POLL_FLIGHT_INFO, descriptor.serialize(), ProtoMessages.pollInfos(), options);
    }

    /** GetSchema. */
    public CompletableFuture<Schema> getSchema(FlightDescriptor descriptor) {
        return getSchema(descriptor, CallOptions.NONE);
    }

    /** GetSchema. */
    public CompletableFuture<Schema> getSchema(FlightDescriptor descriptor, CallOptions options) {
        return connection.unaryLater(FlightMethods.GET_SCHEMA, descriptor.serialize(), schemas(), options);
    }

    /** ListFlights, all of them. */
    public CompletableFuture<List<FlightInfo>> listFlights(Criteria criteria) {
        return listFlights(criteria, CallOptions.NONE);
    }

    /** ListFlights, all of them. */
    public CompletableFuture<List<FlightInfo>> listFlights(Criteria criteria, CallOptions options) {
        return connection.listLater(FlightMethods.LIST_FLIGHTS, criteria.serialize(), ProtoMessages.infos(), options);
    }

    /** DoAction, with all its results. */
    public CompletableFuture<List<Result>> doAction(Action action) {
        return doAction(action, CallOptions.NONE);
    }

    /** DoAction, with all its results. */
    public CompletableFuture<List<Result>> doAction(Action action, CallOptions options) {
        return connection.listLater(FlightMethods.DO_ACTION, action.serialize(), ProtoMessages.results(), options);
    }

    /** ListActions, all of them. */
    public CompletableFuture<List<ActionType>> listActions() {
        return listActions(CallOptions.NONE);
    }

    /** ListActions, all of them. */
    public CompletableFuture<List<ActionType>> listActions(CallOptions options) {
        return connection.listLater(
                FlightMethods.LIST_ACTIONS, ProtoMessages.EMPTY, ProtoMessages.actionTypes(), options);
    }

    /** The action CancelFlightInfo. */
    public CompletableFuture<CancelFlightInfoResult> cancelFlightInfo(FlightInfo info) {
        return cancelFlightInfo(info, CallOptions.NONE);
    }

    /** The action CancelFlightInfo. */
    public CompletableFuture<CancelFlightInfoResult> cancelFlightInfo(FlightInfo info, CallOptions options) {
        return connection.actionLater(StandardAction.cancelFlightInfo(info), options);
    }

    /** The action RenewFlightEndpoint. */
    public CompletableFuture<FlightEndpoint> renewFlightEndpoint(FlightEndpoint endpoint) {
        return renewFlightEndpoint(endpoint, CallOptions.NONE);
    }

    /** The action RenewFlightEndpoint. */
    public CompletableFuture<FlightEndpoint> renewFlightEndpoint(FlightEndpoint endpoint, CallOptions options) {
        return connection.actionLater(StandardAction.renewFlightEndpoint(endpoint), options);
    }

    /** The action SetSessionOptions. */
    public CompletableFuture<SetSessionOptionsResult> setSessionOptions(Map<String, SessionOptionValue> options) {
        return setSessionOptions(options, CallOptions.NONE);
    }

    /** The action SetSessionOptions. */
    public CompletableFuture<SetSessionOptionsResult> setSessionOptions(
            Map<String, SessionOptionValue> sessionOptions, CallOptions options) {
        return connection.actionLater(StandardAction.setSessionOptions(sessionOptions), options);
    }

    /** The action GetSessionOptions. */
    public CompletableFuture<GetSessionOptionsResult> getSessionOptions() {
        return getSessionOptions(CallOptions.NONE);
    }

    /** The action GetSessionOptions. */
    public CompletableFuture<GetSessionOptionsResult> getSessionOptions(CallOptions options) {
        return connection.actionLater(StandardAction.getSessionOptions(), options);
    }

    /** The action CloseSession. */
    public CompletableFuture<CloseSessionResult> closeSession() {
        return closeSession(CallOptions.NONE);
    }

    /** The action CloseSession. */
    public CompletableFuture<CloseSessionResult> closeSession(CallOptions options) {
        return connection.actionLater(StandardAction.closeSession(), options);
    }

    private static ProtoDecoder<Schema> schemas() {
        return ProtoDecoder.of(
                "SchemaResult", bytes -> SchemaResult.deserialize(bytes).schema());
    }
}
