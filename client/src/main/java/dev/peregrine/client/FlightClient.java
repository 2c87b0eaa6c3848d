package dev.peregrine.client;

import dev.peregrine.client.call.ClientCall;
import dev.peregrine.client.call.StandardAction;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.CancelFlightInfoResult;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.GetSessionOptionsResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult;
import dev.peregrine.protocol.wire.FlightDataDecoder;
import dev.peregrine.protocol.wire.FlightMessage;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.MessageStreamReader;
import dev.peregrine.protocol.wire.MessageStreamWriter;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.transport.Inbox;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. A client of one Flight service, over one connection that carries any number of calls at once. It connects when
 * the first call needs it, and again when the connection was lost.
 *
 * <p>Methods block. What goes wrong is a {@link dev.peregrine.protocol.error.FlightException}, whose message names the
 * method and the peer. Interrupting a blocked thread cancels its call and frees what it holds; the thread gets a
 * {@link dev.peregrine.protocol.error.FlightCancelledException} and stays interrupted.
 */
public final class FlightClient implements AutoCloseable {
    /** How long {@link #close} waits for other threads to close the streams that it has cancelled. */
    private static final Duration UNWIND = Duration.ofSeconds(3);

    private final ClientConnection connection;
    private final AsyncFlightClient async;
    private final @Nullable ClientMemory ownMemory;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes both; {@code ownMemory} is null if the allocator is the user's. */
    FlightClient(ClientConnection connection, @Nullable ClientMemory ownMemory) {
        this.connection = connection;
        this.async = new AsyncFlightClient(connection);
        this.ownMemory = ownMemory;
    }

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

    /**
     * The same with a host and a port: {@code grpc+tls} if TLS settings are made that need it (certificates to trust or to
     * show, or anything said about verification), else {@code grpc+tcp}.
     */
    public static FlightClientBuilder builder(String host, int port) {
        return new FlightClientBuilder(host, port);
    }

    /** Where this client connects to. */
    public Location location() {
        return connection.location();
    }

    /** The small calls as futures. */
    public AsyncFlightClient async() {
        return async;
    }

    /** ListFlights: all flights, as they come. */
    public FlightIterable<FlightInfo> listFlights() {
        return listFlights(Criteria.EMPTY);
    }

    /** ListFlights: the flights that match {@code criteria}, as they come. */
    public FlightIterable<FlightInfo> listFlights(Criteria criteria) {
        return listFlights(criteria, CallOptions.NONE);
    }

    /** ListFlights. */
    public FlightIterable<FlightInfo> listFlights(Criteria criteria, CallOptions options) {
        return connection.iterate(FlightMethods.LIST_FLIGHTS, criteria.serialize(), ProtoMessages.infos(), options);
    }

    /** GetFlightInfo: what the flight is and where its data are. */
    public FlightInfo getFlightInfo(FlightDescriptor descriptor) {
        return getFlightInfo(descriptor, CallOptions.NONE);
    }

    /** GetFlightInfo. */
    public FlightInfo getFlightInfo(FlightDescriptor descriptor, CallOptions options) {
        return connection.unary(FlightMethods.GET_FLIGHT_INFO, descriptor.serialize(), ProtoMessages.infos(), options);
    }

    /** PollFlightInfo: begins a long query, or asks after it. */
    public PollInfo pollFlightInfo(FlightDescriptor descriptor) {
        return pollFlightInfo(descriptor, CallOptions.NONE);
    }

    /** PollFlightInfo. */
    public PollInfo pollFlightInfo(FlightDescriptor descriptor, CallOptions options) {
        return connection.unary(
                FlightMethods.POLL_FLIGHT_INFO, descriptor.serialize(), ProtoMessages.pollInfos(), options);
    }

    /** PollFlightInfo until the query is done, as often as it takes. */
    public FlightPoll poll(FlightDescriptor descriptor) {
        return new FlightPoll(this, connection, descriptor);
    }

    /** GetSchema. */
    public Schema getSchema(FlightDescriptor descriptor) {
        return getSchema(descriptor, CallOptions.NONE);
    }

    /** GetSchema. */
    public Schema getSchema(FlightDescriptor descriptor, CallOptions options) {
        return connection
                .unary(FlightMethods.GET_SCHEMA, descriptor.serialize(), ProtoMessages.schemaResults(), options)
                .schema();
    }

    /** DoGet: the data of a ticket. The caller closes the reader, which cancels the call if it has not ended. */
    public FlightStreamReader doGet(Ticket ticket) {
        return doGet(ticket, CallOptions.NONE);
    }

    /** DoGet. */
    public FlightStreamReader doGet(Ticket ticket, CallOptions options) {
        FlightDataDecoder decoder = connection.batches(options);
        Inbox<FlightMessage> inbox = new Inbox<>(decoder);
        ClientCall call = connection.request(FlightMethods.DO_GET, ticket.serialize(), options, inbox);
        return connection.reader(call, inbox, decoder, options);
    }

    /**
     * DoPut: sends batches of {@code schema}. The schema goes out at once, as {@link FlightStreamWriter#begin(Schema)} sends
     * it: without dictionaries, or for those who pass them on.
     */
    public FlightPut doPut(FlightDescriptor descriptor, Schema schema) {
        return doPut(descriptor, schema, CallOptions.NONE);
    }

    /** {@link #doPut(FlightDescriptor, Schema)} with options. */
    public FlightPut doPut(FlightDescriptor descriptor, Schema schema, CallOptions options) {
        return doPut(descriptor, options, writer -> writer.begin(schema));
    }

    /** DoPut of a schema whose dictionary-encoded fields find their values in {@code dictionaries}. */
    public FlightPut doPut(FlightDescriptor descriptor, Schema schema, DictionaryProvider dictionaries) {
        return doPut(descriptor, schema, dictionaries, CallOptions.NONE);
    }

    /** DoPut with dictionaries. */
    public FlightPut doPut(
            FlightDescriptor descriptor, Schema schema, DictionaryProvider dictionaries, CallOptions options) {
        return doPut(descriptor, options, writer -> writer.begin(schema, dictionaries));
    }

    /** DoPut whose schema is known later: its writer has not begun, and until it does nothing is sent. */
    public FlightPut doPut(FlightDescriptor descriptor) {
        return doPut(descriptor, CallOptions.NONE);
    }

    /** {@link #doPut(FlightDescriptor)} with options. */
    public FlightPut doPut(FlightDescriptor descriptor, CallOptions options) {
        return doPut(descriptor, options, writer -> {});
    }

    private FlightPut doPut(FlightDescriptor descriptor, CallOptions options, Consumer<FlightStreamWriter> begin) {
        Inbox<PutResult> inbox = new Inbox<>(ProtoMessages.putResults());
        ClientCall call = connection.stream(FlightMethods.DO_PUT, options, inbox);
        FlightPut put = new FlightPut(call, inbox, connection.writer(call, descriptor, options));
        try {
            begin.accept(put.writer());
        } catch (RuntimeException e) {
            put.cancel();
            put.close();
            throw e;
        }
        return put;
    }

    /** DoExchange: batches both ways. The descriptor goes out at once. */
    public FlightExchange doExchange(FlightDescriptor descriptor) {
        return doExchange(descriptor, CallOptions.NONE);
    }

    /** DoExchange. */
    public FlightExchange doExchange(FlightDescriptor descriptor, CallOptions options) {
        FlightDataDecoder decoder = connection.batches(options);
        Inbox<FlightMessage> inbox = new Inbox<>(decoder);
        ClientCall call = connection.stream(FlightMethods.DO_EXCHANGE, options, inbox);
        MessageStreamWriter writer = connection.writer(call, descriptor, options);
        MessageStreamReader reader = connection.reader(call, inbox, decoder, options);
        writer.sendDescriptor();
        return new FlightExchange(call, inbox, reader, writer);
    }

    /** DoAction without a body. */
    public FlightIterable<Result> doAction(String type) {
        return doAction(new Action(type));
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
        return connection.iterate(FlightMethods.DO_ACTION, action.serialize(), ProtoMessages.results(), options);
    }

    /** ListActions: which actions the service knows. */
    public FlightIterable<ActionType> listActions() {
        return listActions(CallOptions.NONE);
    }

    /** ListActions. */
    public FlightIterable<ActionType> listActions(CallOptions options) {
        return connection.iterate(
                FlightMethods.LIST_ACTIONS, ProtoMessages.EMPTY, ProtoMessages.actionTypes(), options);
    }

    /** The action CancelFlightInfo: asks the server to stop the work behind a flight, whose data may be gone then. */
    public CancelFlightInfoResult cancelFlightInfo(FlightInfo info) {
        return cancelFlightInfo(info, CallOptions.NONE);
    }

    /** The action CancelFlightInfo. */
    public CancelFlightInfoResult cancelFlightInfo(FlightInfo info, CallOptions options) {
        return connection.action(StandardAction.cancelFlightInfo(info), options);
    }

    /** The action RenewFlightEndpoint: asks for a later expiration time; gives the endpoint to use from then on. */
    public FlightEndpoint renewFlightEndpoint(FlightEndpoint endpoint) {
        return renewFlightEndpoint(endpoint, CallOptions.NONE);
    }

    /** The action RenewFlightEndpoint. */
    public FlightEndpoint renewFlightEndpoint(FlightEndpoint endpoint, CallOptions options) {
        return connection.action(StandardAction.renewFlightEndpoint(endpoint), options);
    }

    /**
     * The action SetSessionOptions: sets options of this client's session, and removes those that are {@link
     * SessionOptionValue#UNSET}. Servers tell sessions apart by what calls carry, often a cookie that an earlier call's
     * {@link ResponseMetadata} has.
     */
    public SetSessionOptionsResult setSessionOptions(Map<String, SessionOptionValue> options) {
        return setSessionOptions(options, CallOptions.NONE);
    }

    /** The action SetSessionOptions. */
    public SetSessionOptionsResult setSessionOptions(
            Map<String, SessionOptionValue> sessionOptions, CallOptions options) {
        return connection.action(StandardAction.setSessionOptions(sessionOptions), options);
    }

    /** The action GetSessionOptions: the options of this client's session. */
    public GetSessionOptionsResult getSessionOptions() {
        return getSessionOptions(CallOptions.NONE);
    }

    /** The action GetSessionOptions. */
    public GetSessionOptionsResult getSessionOptions(CallOptions options) {
        return connection.action(StandardAction.getSessionOptions(), options);
    }

    /** The action CloseSession: ends this client's session. */
    public CloseSessionResult closeSession() {
        return closeSession(CallOptions.NONE);
    }

    /** The action CloseSession. */
    public CloseSessionResult closeSession(CallOptions options) {
        return connection.action(StandardAction.closeSession(), options);
    }

    /** Has {@code handler} talk to the server over a Handshake; from then on each call carries its token. */
    public void authenticate(ClientAuthHandler handler) {
        authenticate(handler, CallOptions.NONE);
    }

    /** The same with options for the Handshake. */
    public void authenticate(ClientAuthHandler handler, CallOptions options) {
        try (Handshake handshake = connection.handshake(options)) {
            handler.authenticate(handshake);
            handshake.finish();
        }
        connection.authenticated(handler);
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
        try (Handshake handshake = connection.handshake(options.header(Handshake.basic(username, password)))) {
            handshake.finish();
            return handshake.bearer();
        }
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
        new Availability(connection, timeout).await();
    }

    /**
     * Reads certificates, keys and roots again, files and key stores. The next connection uses them; the one that exists
     * goes on as it is. No effect without TLS, or with files that have not changed.
     *
     * @throws IllegalArgumentException they are not what they should be; the old ones stay in use
     * @throws java.io.UncheckedIOException a file cannot be read; the old ones stay in use
     */
    public void reloadCertificates() {
        connection.reloadCertificates();
    }

    /**
     * Cancels the calls that run and disconnects. Idempotent. Threads that use streams of this client get
     * {@link dev.peregrine.protocol.error.FlightCancelledException}; each still closes what it opened.
     *
     * @throws IllegalStateException the client has an allocator of its own and streams or batches of it are still open
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        connection.close();
        long inUse = ownMemory == null ? 0 : ownMemory.close(UNWIND);
        if (inUse > 0) {
            throw new IllegalStateException("the client of " + location() + " was closed while " + inUse
                    + " bytes of its streams or batches were in use; close those before the client");
        }
    }
}
