package dev.peregrine.server;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.CancelFlightInfoResult;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.GetSessionOptionsResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Service threads, many at a time, but for {@link #nonBlockingMethods}. What a server does: one method for each RPC of
 * Flight. A method that is not overridden answers UNIMPLEMENTED.
 *
 * <p>A method may block. It ends its call by returning, which answers OK, or by throwing: a
 * {@link dev.peregrine.protocol.error.FlightException} answers with its status, its message and its extra info; any
 * other exception answers INTERNAL with a reference to the server's log and never its text.
 *
 * <p>When the client goes away, a thread that blocks in a reader or a writer of its call gets a
 * {@link dev.peregrine.protocol.error.FlightCancelledException}; one that blocks elsewhere asks
 * {@link ServerCall#isCancelled()} or registers {@link ServerCall#onCancel}. Readers and writers are the server's: it
 * closes them after the method, with all they hold. What the method allocates itself, it frees.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html">Arrow Flight RPC</a>
 */
public interface FlightService {
    /**
     * The methods that never wait for anything: no file, no lock that others hold for long, no call of their own. The
     * server runs them on the event loop as their request arrives, which spares each call a change of threads there and
     * back; but whatever they do, all calls of the connections on that event loop wait for it. The thread is the loop's
     * own, or that of a call that has borrowed the loop while it waits. Their results are queued as they are, however
     * slowly the client reads.
     *
     * <p>Asked once, when the server starts.
     *
     * @return names as in the specification, of ListFlights, GetFlightInfo, PollFlightInfo, GetSchema, DoAction and
     *     ListActions; the others read or write streams and so wait
     */
    default Set<String> nonBlockingMethods() {
        return Set.of();
    }

    /**
     * Handshake, where no {@link ServerAuthenticator} answers it: answers the client's payloads until {@link
     * HandshakeStream#read()} gives null, or as long as it likes.
     */
    default void handshake(ServerCall call, HandshakeStream stream) {
        throw unimplemented("Handshake");
    }

    /**
     * ListFlights: the flights that match {@code criteria}, whose meaning is the service's.
     *
     * @return iterated on the same thread, no faster than the client reads; closed, like its iterator, if it is
     *     {@link AutoCloseable}
     */
    default Iterable<FlightInfo> listFlights(ServerCall call, Criteria criteria) {
        throw unimplemented("ListFlights");
    }

    /**
     * {@link #listFlights} of a service that gets its answer later and holds no thread until then. The stage may complete on any
     * thread; its failure is the call's, its list is iterated on a service thread. {@link ServerCall#onCancel} tells when nobody
     * waits any more.
     *
     * @return null, as without overriding it, to be asked by {@link #listFlights}
     */
    default @Nullable CompletionStage<? extends Iterable<FlightInfo>> listFlightsLater(
            ServerCall call, Criteria criteria) {
        return null;
    }

    /** GetFlightInfo. Null answers NOT_FOUND. */
    default @Nullable FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        throw unimplemented("GetFlightInfo");
    }

    /**
     * {@link #getFlightInfo} of a service that gets its answer later and holds no thread until then:
     *
     * <pre>{@code
     * public CompletionStage<FlightInfo> getFlightInfoLater(ServerCall call, FlightDescriptor descriptor) {
     *     return catalog.lookUp(descriptor).thenApply(this::describe);
     * }
     * }</pre>
     *
     * <p>The stage may complete on any thread, which sends the answer; null answers NOT_FOUND, a failure is the call's. {@link
     * ServerCall#onCancel} tells when nobody waits any more; the stage is to complete then too, since the call counts as
     * running until it does.
     *
     * @return null, as without overriding it, to be asked by {@link #getFlightInfo}
     */
    default @Nullable CompletionStage<? extends @Nullable FlightInfo> getFlightInfoLater(
            ServerCall call, FlightDescriptor descriptor) {
        return null;
    }

    /** PollFlightInfo: begins a long query, or asks after it. Null answers NOT_FOUND. */
    default @Nullable PollInfo pollFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        throw unimplemented("PollFlightInfo");
    }

    /** {@link #pollFlightInfo}, later as {@link #getFlightInfoLater} is. */
    default @Nullable CompletionStage<? extends @Nullable PollInfo> pollFlightInfoLater(
            ServerCall call, FlightDescriptor descriptor) {
        return null;
    }

    /** GetSchema; by default the schema of {@link #getFlightInfo}. Null answers NOT_FOUND. */
    default @Nullable Schema getSchema(ServerCall call, FlightDescriptor descriptor) {
        FlightInfo info = getFlightInfo(call, descriptor);
        return info == null ? null : schema(info, descriptor);
    }

    /** {@link #getSchema}, later as {@link #getFlightInfoLater} is; by default the schema of that. */
    default @Nullable CompletionStage<? extends @Nullable Schema> getSchemaLater(
            ServerCall call, FlightDescriptor descriptor) {
        CompletionStage<? extends @Nullable FlightInfo> later = getFlightInfoLater(call, descriptor);
        return later == null ? null : later.thenApply(info -> info == null ? null : schema(info, descriptor));
    }

    private static Schema schema(FlightInfo info, FlightDescriptor descriptor) {
        Schema schema = info.schema();
        if (schema == null) {
            throw FlightNotFoundException.of("the flight " + descriptor + " has no schema");
        }
        return schema;
    }

    /** DoGet: begins {@code out} with a schema and writes the ticket's batches; writing blocks while the client is slow. */
    default void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        throw unimplemented("DoGet");
    }

    /**
     * DoPut: takes the batches of {@code in}, whose descriptor says what they are, until {@code next()} is false.
     *
     * @param acks acknowledgements to the client, whenever the service likes
     */
    default void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        throw unimplemented("DoPut");
    }

    /** DoExchange: both at once, in whatever order the service and its clients agree on. */
    default void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        throw unimplemented("DoExchange");
    }

    /**
     * DoAction. The results are iterated like those of {@link #listFlights}.
     *
     * <p>By default the actions that the specification defines are the five methods below, and any other is not
     * implemented. A service that has actions of its own leaves the rest to {@code FlightService.super.doAction(call,
     * action)}.
     */
    default Iterable<Result> doAction(ServerCall call, Action action) {
        return StandardActions.run(this, call, action);
    }

    /** {@link #doAction}, later as {@link #listFlightsLater} is; for actions that the service has later, and null for others. */
    default @Nullable CompletionStage<? extends Iterable<Result>> doActionLater(ServerCall call, Action action) {
        return null;
    }

    /** The action {@link ActionType#CANCEL_FLIGHT_INFO}: stops the work behind {@code info}. */
    default CancelFlightInfoResult cancelFlightInfo(ServerCall call, FlightInfo info) {
        throw unimplemented(ActionType.CANCEL_FLIGHT_INFO.type());
    }

    /** The action {@link ActionType#RENEW_FLIGHT_ENDPOINT}: the endpoint with a later expiration time. */
    default FlightEndpoint renewFlightEndpoint(ServerCall call, FlightEndpoint endpoint) {
        throw unimplemented(ActionType.RENEW_FLIGHT_ENDPOINT.type());
    }

    /**
     * The action {@link ActionType#SET_SESSION_OPTIONS}: sets options of the caller's session and removes those that are
     * {@link SessionOptionValue#UNSET}. By default this and the next two are answered from the call's {@link ServerSession}, where
     * the server has those; else they are not implemented.
     */
    default SetSessionOptionsResult setSessionOptions(ServerCall call, Map<String, SessionOptionValue> options) {
        return session(call, ActionType.SET_SESSION_OPTIONS).set(options);
    }

    /** The action {@link ActionType#GET_SESSION_OPTIONS}: all options of the caller's session. */
    default GetSessionOptionsResult getSessionOptions(ServerCall call) {
        return new GetSessionOptionsResult(
                session(call, ActionType.GET_SESSION_OPTIONS).options());
    }

    /** The action {@link ActionType#CLOSE_SESSION}: ends the caller's session and drops its options. */
    default CloseSessionResult closeSession(ServerCall call) {
        return session(call, ActionType.CLOSE_SESSION).close();
    }

    /**
     * ListActions. The types are iterated like the results of {@link #listFlights}. {@link ActionType} has constants for
     * those of the specification.
     */
    default Iterable<ActionType> listActions(ServerCall call) {
        throw unimplemented("ListActions");
    }

    private static ServerSession session(ServerCall call, ActionType action) {
        ServerSession session = call.middleware(ServerSession.KEY);
        if (session == null) {
            throw unimplemented(action.type());
        }
        return session;
    }

    private static FlightUnimplementedException unimplemented(String method) {
        return FlightUnimplementedException.of(method + " is not implemented by this server");
    }
}
