package dev.peregrine.interop.parade;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.interop.support.TestCertificate;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightStatusCode;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A server with the flights of the parade that a client of ours talks to, and that client. Its sub-interfaces are the
 * checks, by area; {@link PeerTest} puts them together. Test thread.
 */
public interface PeerServer {
    /** A client of the server that asks for no authentication. */
    FlightClient client();

    /** A client of another place, or with other settings. */
    FlightClient connect(Location location);

    /** The allocator of the clients. */
    BufferAllocator allocator();

    Location plain();

    Location handshake();

    Location basic();

    Location tls();

    /** The certificate of {@link #tls()}. */
    TestCertificate certificate();

    /** The statuses that the peer can answer with. */
    Set<FlightStatusCode> statuses();

    /** The bodies of all results. */
    static List<String> act(FlightClient client, String type, String body) {
        return act(client, type, body, CallOptions.NONE);
    }

    static List<String> act(FlightClient client, String type, String body, CallOptions options) {
        return client.doAction(new Action(type, Parade.bytes(body)), options).toList().stream()
                .map(Result::body)
                .map(Parade::text)
                .toList();
    }

    /** Forgets what was cancelled until now. */
    default void forgetCancelled() {
        act(client(), "was_cancelled", "0");
    }

    /** Whether a call of the server has been cancelled; waits for it. */
    default boolean wasCancelled() {
        return act(client(), "was_cancelled", "10").equals(List.of("yes"));
    }
}
