package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.Parade.bytes;
import static dev.peregrine.interop.parade.Parade.text;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.BasicAuth;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.util.Base64;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * A service of ours with something for each RPC; the twin of {@code server.py}. Service threads.
 *
 * <p>With {@link Auth#HANDSHAKE} each call needs the token of a handshake, with {@link Auth#BASIC} the bearer token that
 * answers HTTP basic authentication.
 */
public final class ParadeService implements FlightService {
    public enum Auth {
        NONE,
        HANDSHAKE,
        BASIC
    }

    private final Auth auth;
    private final Cancellations cancelled = new Cancellations();
    private final ParadeBatches batches = new ParadeBatches(cancelled);
    private final ParadeActions actions = new ParadeActions(cancelled);
    private volatile Supplier<Location> location = () -> Location.REUSE_CONNECTION;

    public ParadeService(Auth auth) {
        this.auth = auth;
    }

    /** Where the service is reached; for the endpoints of its flights. */
    public void at(Supplier<Location> location) {
        this.location = location;
    }

    // Who is it?

    @Override
    public void handshake(ServerCall call, HandshakeStream stream) {
        switch (auth) {
            case NONE -> throw FlightUnimplementedException.of("nobody needs to shake hands here");
            case HANDSHAKE -> {
                BasicAuth who = BasicAuth.deserialize(stream.read());
                checkPassword(who.username(), who.password());
                stream.write(bytes("token for " + who.username()));
            }
            case BASIC -> {
                String header = call.headers().get("authorization");
                if (header == null || !header.startsWith("Basic ")) {
                    throw FlightUnauthenticatedException.of("no basic authentication");
                }
                String[] who = text(Base64.getDecoder().decode(header.substring("Basic ".length())))
                        .split(":", 2);
                checkPassword(who[0], who[1]);
                call.addHeader("authorization", "Bearer token for " + who[0]);
            }
        }
    }

    private static void checkPassword(String user, String password) {
        if (!password.equals("secret of " + user)) {
            throw FlightUnauthenticatedException.of("wrong password");
        }
    }

    /** The user; empty if the service asks nobody. */
    private String user(ServerCall call) {
        return switch (auth) {
            case NONE -> "";
            case HANDSHAKE -> userOf(text(bytesOrNone(call.headers().getBinary("auth-token-bin"))), "token for ");
            case BASIC -> userOf(call.headers().get("authorization"), "Bearer token for ");
        };
    }

    private static byte[] bytesOrNone(byte[] bytes) {
        return bytes == null ? new byte[0] : bytes;
    }

    private static String userOf(String token, String prefix) {
        if (token == null || !token.startsWith(prefix)) {
            throw FlightUnauthenticatedException.of("no such token");
        }
        return token.substring(prefix.length());
    }

    // Flights

    @Override
    public Iterable<FlightInfo> listFlights(ServerCall call, Criteria criteria) {
        FlightInfo ints = info(FlightDescriptor.path("ints"));
        FlightInfo words = info(FlightDescriptor.path("words"));
        return switch (text(criteria.expression())) {
            case "" -> List.of(ints, words);
            case "ints" -> List.of(ints);
            case "words" -> List.of(words);
            case "many" ->
                Parade.lazily(1000, i -> FlightInfo.of(Parade.INTS, FlightDescriptor.path("many", "" + i))
                        .withTotals(i, -1));
            case "fail" ->
                Parade.lazily(2, i -> {
                    if (i == 1) {
                        throw FlightUnavailableException.of("the list broke off");
                    }
                    return ints;
                });
            default -> List.of();
        };
    }

    private FlightInfo info(FlightDescriptor descriptor) {
        FlightEndpoint first = new FlightEndpoint(
                Ticket.of("ints"),
                List.of(location.get(), Location.REUSE_CONNECTION),
                Parade.EXPIRES,
                bytes("endpoint"));
        return FlightInfo.of(Parade.INTS, descriptor, first, new FlightEndpoint(Ticket.of("words")))
                .withTotals(12, 480)
                .withOrdered(true)
                .withAppMetadata(bytes("info"));
    }

    @Override
    public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        if (name(descriptor).equals("ints")) {
            return info(descriptor);
        }
        if (name(descriptor).equals("null")) {
            return null;
        }
        throw FlightNotFoundException.of("no such flight");
    }

    static String name(FlightDescriptor descriptor) {
        return descriptor.path().isEmpty()
                ? text(descriptor.command())
                : descriptor.path().get(0);
    }

    /** A query that is complete when it is asked the third time: "poll", "poll 1", "poll 2". */
    @Override
    public PollInfo pollFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        FlightInfo info = info(FlightDescriptor.path("ints"));
        return switch (name(descriptor)) {
            case "poll" ->
                new PollInfo(info, FlightDescriptor.command("poll 1"), OptionalDouble.empty(), Parade.EXPIRES);
            case "poll 1" -> new PollInfo(info, FlightDescriptor.command("poll 2"), OptionalDouble.of(0.5), null);
            case "poll 2" -> new PollInfo(info, null, OptionalDouble.of(1.0), null);
            default -> throw FlightNotFoundException.of("no such query");
        };
    }

    // The rest

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        batches.get(call, ticket, out);
    }

    @Override
    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        batches.put(in, acks);
    }

    @Override
    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        batches.exchange(call, in, out);
    }

    @Override
    public Iterable<ActionType> listActions(ServerCall call) {
        return actions.list();
    }

    @Override
    public Iterable<Result> doAction(ServerCall call, Action action) {
        return actions.act(call, user(call), action);
    }
}
