package dev.peregrine.server;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.MessageCompression;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Any thread. What a service knows of the call that it serves. */
public interface ServerCall {
    /** The RPC's name, for example {@code DoGet}. */
    String method();

    /** The client's address, for people: {@code 10.1.2.3:4711}, {@code unix:/run/flight.sock}. */
    String peer();

    /** The certificates that the client has shown (mutual TLS), verified, its own first; none if it has shown none. */
    List<X509Certificate> peerCertificates();

    /**
     * Who the client is, as the server's {@link ServerAuthenticator} says. Without one, by its certificate: the first of its
     * subject alternative names (DNS name, URI, mail or IP address), or else its common name. Empty if nobody knows.
     */
    default String peerIdentity() {
        return PeerIdentity.of(peerCertificates());
    }

    /** The headers that the client sent. */
    CallHeaders headers();

    /** This call's middleware; null if the server has none of that key, or its factory made none for this call. */
    <T extends ServerMiddleware> @Nullable T middleware(ServerMiddleware.Key<T> key);

    /** Whether nobody waits for the answer any more: the client cancelled, its deadline passed or it was lost. */
    boolean isCancelled();

    /**
     * Has {@code action} run on a service thread when the call is cancelled while its method runs; at once if it has
     * been. Not run when the method has returned.
     */
    void onCancel(Runnable action);

    /**
     * Has the call go on after its method has returned, until {@code end} completes: with OK, or with what it fails with. Its
     * reader and writer are open until then. For methods that read and write streams without a thread that waits:
     *
     * <pre>{@code
     * public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
     *     out.begin(schema);
     *     call.endsWith(source.forEachBatch(ticket, out::lend));
     * }
     * }</pre>
     *
     * <p>A stage that never completes keeps the call open until its client has gone away, and counted as running even then:
     * {@link #onCancel} says when to complete it.
     *
     * @throws IllegalStateException it was called before
     */
    void endsWith(CompletionStage<?> end);

    /** How long the client will still wait; zero if its deadline has passed, null if it set none. */
    @Nullable
    Duration timeRemaining();

    /** The server's allocator, for what the service sends. What is allocated from it, the service frees. */
    BufferAllocator allocator();

    /**
     * Adds a response header. Headers go out before the first message.
     *
     * @throws IllegalStateException they have gone out
     */
    void addHeader(String name, String value);

    /** The same with bytes; the name ends in {@code -bin}. */
    void addHeader(String name, byte[] value);

    /**
     * How the messages of the answer are compressed, if the client accepts it; else not at all. Without this as
     * {@link FlightServerBuilder#compression} says.
     *
     * @throws IllegalStateException the headers, which say it, have gone out
     */
    void compression(MessageCompression compression);

    /** Adds a trailer; trailers go out with the status, also with an error's. */
    void addTrailer(String name, String value);

    /** The same with bytes; the name ends in {@code -bin}. */
    void addTrailer(String name, byte[] value);
}
