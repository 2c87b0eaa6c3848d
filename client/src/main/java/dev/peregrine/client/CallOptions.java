package dev.peregrine.client;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.MessageCompression;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Any thread; immutable. What one call does differently: each method gives new options.
 *
 * <pre>{@code
 * client.listFlights(Criteria.EMPTY, CallOptions.of(bearer).timeout(Duration.ofSeconds(2)));
 * }</pre>
 */
public final class CallOptions {
    /** No timeout, no headers. */
    public static final CallOptions NONE = new CallOptions(null, new CallHeaders(), null, null);

    private final @Nullable Duration timeout;
    private final CallHeaders headers;
    private final @Nullable ResponseMetadata response;
    private final @Nullable MessageCompression compression;

    private CallOptions(
            @Nullable Duration timeout,
            CallHeaders headers,
            @Nullable ResponseMetadata response,
            @Nullable MessageCompression compression) {
        this.timeout = timeout;
        this.headers = headers;
        this.response = response;
        this.compression = compression;
    }

    /** Options with one header. */
    public static CallOptions of(HeaderPair header) {
        return NONE.header(header);
    }

    /** Options with a timeout. */
    public static CallOptions of(Duration timeout) {
        return NONE.timeout(timeout);
    }

    /** How long the whole call may take, its streams included, from its start; then it fails with TIMED_OUT. */
    public CallOptions timeout(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("the timeout is " + timeout + "; it must not be negative");
        }
        return new CallOptions(timeout, headers, response, compression);
    }

    /** One more header. */
    public CallOptions header(HeaderPair header) {
        return header(header.name(), header.value());
    }

    /** One more header with a text value; the name does not end in {@code -bin}. */
    public CallOptions header(String name, String value) {
        return new CallOptions(timeout, copy().add(name, value), response, compression);
    }

    /** One more header with a binary value; the name ends in {@code -bin}. */
    public CallOptions header(String name, byte[] value) {
        return new CallOptions(timeout, copy().add(name, value), response, compression);
    }

    /** These headers too. */
    public CallOptions headers(CallHeaders more) {
        return new CallOptions(timeout, copy().addAll(more), response, compression);
    }

    /** Has {@code into} take the headers and trailers that the server answers with. */
    public CallOptions response(ResponseMetadata into) {
        return new CallOptions(timeout, headers, into, compression);
    }

    /**
     * How the messages that this call sends are compressed; without this as {@link FlightClientBuilder#compression} says.
     * Servers that do not know it answer UNIMPLEMENTED.
     */
    public CallOptions compression(MessageCompression compression) {
        return new CallOptions(timeout, headers, response, compression);
    }

    private CallHeaders copy() {
        return new CallHeaders().addAll(headers);
    }

    /** Null if the call may take for ever. */
    public @Nullable Duration timeout() {
        return timeout;
    }

    /** The headers; not to be changed. */
    CallHeaders headers() {
        return headers;
    }

    /** Null if nobody asks for what the server answers with. */
    @Nullable
    ResponseMetadata response() {
        return response;
    }

    /** Null if the client decides. */
    @Nullable
    MessageCompression compression() {
        return compression;
    }
}
