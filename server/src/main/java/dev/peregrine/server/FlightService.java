package dev.peregrine.server;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Service threads, many at a time. What a server does: one method for each RPC of Flight. A method that is not
 * overridden answers UNIMPLEMENTED.
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
    /** Handshake: answers the client's payloads until {@link HandshakeStream#read()} gives null, or as long as it likes. */
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

    /** GetFlightInfo. Null answers NOT_FOUND. */
    default @Nullable FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        throw unimplemented("GetFlightInfo");
    }

    /** PollFlightInfo: begins a long query, or asks after it. Null answers NOT_FOUND. */
    default @Nullable PollInfo pollFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        throw unimplemented("PollFlightInfo");
    }

    /** GetSchema; by default the schema of {@link #getFlightInfo}. Null answers NOT_FOUND. */
    default @Nullable Schema getSchema(ServerCall call, FlightDescriptor descriptor) {
        FlightInfo info = getFlightInfo(call, descriptor);
        if (info == null) {
            return null;
        }
        if (info.schema() == null) {
            throw FlightNotFoundException.of("the flight " + descriptor + " has no schema");
        }
        return info.schema();
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

    /** DoAction. The results are iterated like those of {@link #listFlights}. */
    default Iterable<Result> doAction(ServerCall call, Action action) {
        throw unimplemented("DoAction");
    }

    /** ListActions. The types are iterated like the results of {@link #listFlights}. */
    default Iterable<ActionType> listActions(ServerCall call) {
        throw unimplemented("ListActions");
    }

    private static FlightUnimplementedException unimplemented(String method) {
        return FlightUnimplementedException.of(method + " is not implemented by this server");
    }
}
