package dev.peregrine.client;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import java.time.Duration;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Any thread. A client of one Flight service, over one connection that carries any number of calls at once. It connects when
 * the first call needs it, and again when the connection was lost.
 *
 * <p>Methods block. What goes wrong is a {@link dev.peregrine.protocol.error.FlightException}, whose message names the
 * method and the peer. Interrupting a blocked thread cancels its call and frees what it holds; the thread gets a
 * {@link dev.peregrine.protocol.error.FlightCancelledException} and stays interrupted.
 */
public final class FlightClient implements AutoCloseable {
    FlightClient() {}

    /** A client with the usual settings, for example of {@code grpc://localhost:8815}. */
    public static FlightClient connect(String location) {
        return connect(Location.of(location));
    }

    /** The same with a location. */
    public static FlightClient connect(Location location) {
        return builder(location).build();
    }

    /** Settings of a client. */
    public static FlightClientBuilder builder(String location) {
        return builder(Location.of(location));
    }

    /** The same with a location. */
    public static FlightClientBuilder builder(Location location) {
        return new FlightClientBuilder(location);
    }

    /** Where this client connects to. */
    public Location location() {
        throw new UnsupportedOperationException();
    }

    /** The small calls as futures. */
    public AsyncFlightClient async() {
        throw new UnsupportedOperationException();
    }

    /** ListFlights: the flights that match {@code criteria}, as they come. */
    public FlightIterable<FlightInfo> listFlights(Criteria criteria) {
        return listFlights(criteria, CallOptions.NONE);
    }

    /** ListFlights. */
    public FlightIterable<FlightInfo> listFlights(Criteria criteria, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** GetFlightInfo: what the flight is and where its data are. */
    public FlightInfo getFlightInfo(FlightDescriptor descriptor) {
        return getFlightInfo(descriptor, CallOptions.NONE);
    }

    /** GetFlightInfo. */
    public FlightInfo getFlightInfo(FlightDescriptor descriptor, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** PollFlightInfo: begins a long query, or asks after it. */
    public PollInfo pollFlightInfo(FlightDescriptor descriptor) {
        return pollFlightInfo(descriptor, CallOptions.NONE);
    }

    /** PollFlightInfo. */
    public PollInfo pollFlightInfo(FlightDescriptor descriptor, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** GetSchema. */
    public Schema getSchema(FlightDescriptor descriptor) {
        return getSchema(descriptor, CallOptions.NONE);
    }

    /** GetSchema. */
    public Schema getSchema(FlightDescriptor descriptor, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** DoGet: the data of a ticket. The caller closes the reader, which cancels the call if it has not ended. */
    public FlightStreamReader doGet(Ticket ticket) {
        return doGet(ticket, CallOptions.NONE);
    }

    /** DoGet. */
    public FlightStreamReader doGet(Ticket ticket, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** DoPut: sends batches of {@code schema}, without dictionaries. The schema goes out at once. */
    public FlightPut doPut(FlightDescriptor descriptor, Schema schema) {
        return doPut(descriptor, schema, CallOptions.NONE);
    }

    /** DoPut without dictionaries. */
    public FlightPut doPut(FlightDescriptor descriptor, Schema schema, CallOptions options) {
        return doPut(descriptor, schema, new DictionaryProvider.MapDictionaryProvider(), options);
    }

    /** DoPut of a schema whose dictionary-encoded fields find their values in {@code dictionaries}. */
    public FlightPut doPut(FlightDescriptor descriptor, Schema schema, DictionaryProvider dictionaries) {
        return doPut(descriptor, schema, dictionaries, CallOptions.NONE);
    }

    /** DoPut with dictionaries. */
    public FlightPut doPut(
            FlightDescriptor descriptor, Schema schema, DictionaryProvider dictionaries, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** DoExchange: batches both ways. The descriptor goes out at once. */
    public FlightExchange doExchange(FlightDescriptor descriptor) {
        return doExchange(descriptor, CallOptions.NONE);
    }

    /** DoExchange. */
    public FlightExchange doExchange(FlightDescriptor descriptor, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** DoAction with a body. */
    public FlightIterable<Result> doAction(String type, byte[] body) {
        return doAction(new Action(type, body));
    }

    /**
     * DoAction. The request goes out at once, so the server acts whether or not anybody iterates; its error shows when somebody
     * does.
     */
    public FlightIterable<Result> doAction(Action action) {
        return doAction(action, CallOptions.NONE);
    }

    /** DoAction. */
    public FlightIterable<Result> doAction(Action action, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** ListActions: which actions the service knows. */
    public FlightIterable<ActionType> listActions() {
        return listActions(CallOptions.NONE);
    }

    /** ListActions. */
    public FlightIterable<ActionType> listActions(CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** Has {@code handler} talk to the server over a Handshake; from then on each call carries its token. */
    public void authenticate(ClientAuthHandler handler) {
        authenticate(handler, CallOptions.NONE);
    }

    /** The same with options for the Handshake. */
    public void authenticate(ClientAuthHandler handler, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /**
     * Shows user name and password to the server in a Handshake, as HTTP basic authentication.
     *
     * @return the header with the bearer token to send with other calls: {@code CallOptions.of(pair)}
     * @throws dev.peregrine.protocol.error.FlightUnauthenticatedException the server refused, or sent no token
     */
    public HeaderPair authenticateBasicToken(String username, String password) {
        return authenticateBasicToken(username, password, CallOptions.NONE);
    }

    /** The same with options for the Handshake. */
    public HeaderPair authenticateBasicToken(String username, String password, CallOptions options) {
        throw new UnsupportedOperationException();
    }

    /** {@link #waitForAvailable(Duration)} for five seconds. */
    public void waitForAvailable() {
        waitForAvailable(Duration.ofSeconds(5));
    }

    /**
     * Waits until the server answers: asks it for its flights every 25 ms. Any answer counts, also an error, but
     * UNAVAILABLE.
     *
     * @throws dev.peregrine.protocol.error.FlightUnavailableException it could not be reached in time
     * @throws dev.peregrine.protocol.error.FlightTimedOutException it was reached, but did not answer in time
     */
    public void waitForAvailable(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    /**
     * Cancels the calls that run and disconnects. Idempotent. Threads that use streams of this client get
     * {@link dev.peregrine.protocol.error.FlightCancelledException}; each still closes what it opened.
     *
     * @throws IllegalStateException the client has an allocator of its own and streams or batches of it are still open
     */
    @Override
    public void close() {}
}
