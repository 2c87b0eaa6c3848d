package dev.peregrine.client;

import dev.peregrine.client.auth.CallCredentials;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.MessageCompression;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.protocol.options.IpcWriteOptions;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
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
    public static final CallOptions NONE = new CallOptions(new Settings());

    /** What was asked for. Changed only before it becomes a field of the options: that makes it safe for any thread. */
    private static final class Settings {
        private @Nullable Duration timeout;
        private CallHeaders headers = new CallHeaders();
        private @Nullable ResponseMetadata response;
        private @Nullable MessageCompression compression;
        private @Nullable Boolean waitForReady;
        private @Nullable RetryPolicy retryPolicy;
        private boolean connectsAtOnce;
        private @Nullable IpcWriteOptions write;
        private @Nullable Long writeSizeLimit;
        private @Nullable Boolean split;
        private IpcReadOptions read = IpcReadOptions.DEFAULT;
        private @Nullable BufferAllocator allocator;
        private @Nullable CancellationToken cancellation;
        private @Nullable CallCredentials credentials;

        Settings copy() {
            Settings copy = new Settings();
            copy.timeout = timeout;
            copy.headers = headers;
            copy.response = response;
            copy.compression = compression;
            copy.waitForReady = waitForReady;
            copy.retryPolicy = retryPolicy;
            copy.connectsAtOnce = connectsAtOnce;
            copy.write = write;
            copy.writeSizeLimit = writeSizeLimit;
            copy.split = split;
            copy.read = read;
            copy.allocator = allocator;
            copy.cancellation = cancellation;
            copy.credentials = credentials;
            return copy;
        }
    }

    private final Settings settings;

    private CallOptions(Settings settings) {
        this.settings = settings;
    }

    private CallOptions with(Consumer<Settings> change) {
        Settings changed = settings.copy();
        change.accept(changed);
        return new CallOptions(changed);
    }

    private CallOptions withHeaders(Consumer<CallHeaders> change) {
        CallHeaders more = new CallHeaders().addAll(settings.headers);
        change.accept(more);
        return with(changed -> changed.headers = more);
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
        return with(changed -> changed.timeout = timeout);
    }

    /** One more header. */
    public CallOptions header(HeaderPair header) {
        return header(header.name(), header.value());
    }

    /** One more header with a text value; the name does not end in {@code -bin}. */
    public CallOptions header(String name, String value) {
        return withHeaders(more -> more.add(name, value));
    }

    /** One more header with a binary value; the name ends in {@code -bin}. */
    public CallOptions header(String name, byte[] value) {
        return withHeaders(more -> more.add(name, value));
    }

    /** These headers too. */
    public CallOptions headers(CallHeaders more) {
        return withHeaders(all -> all.addAll(more));
    }

    /** Has {@code into} take the headers and trailers that the server answers with. */
    public CallOptions response(ResponseMetadata into) {
        return with(changed -> changed.response = into);
    }

    /**
     * How the messages that this call sends are compressed; without this as {@link FlightClientBuilder#compression} says.
     * Servers that do not know it answer UNIMPLEMENTED.
     */
    public CallOptions compression(MessageCompression compression) {
        return with(changed -> changed.compression = compression);
    }

    /**
     * Whether the call waits while the server cannot be reached, until its timeout if it has one. Without this it fails at once
     * with UNAVAILABLE.
     */
    public CallOptions waitForReady(boolean wait) {
        return with(changed -> changed.waitForReady = wait);
    }

    /** Has the client try to connect also when that is to wait after attempts that failed. */
    CallOptions connectingAtOnce() {
        return with(changed -> changed.connectsAtOnce = true);
    }

    /**
     * Has the call made again after a failure, as long as nothing of its answer has been taken. What the server has processed
     * before it failed it will then process twice: a matter of course for calls that only ask, for actions and puts the
     * caller has to know. A put or an exchange is made again only as long as it has sent little, 256 KiB by default.
     */
    public CallOptions retryPolicy(RetryPolicy policy) {
        return with(changed -> changed.retryPolicy = policy);
    }

    /** Null if nothing is said. */
    @Nullable
    Boolean waitForReady() {
        return settings.waitForReady;
    }

    /** Null if nothing is said. */
    @Nullable
    RetryPolicy retryPolicy() {
        return settings.retryPolicy;
    }

    boolean connectsAtOnce() {
        return settings.connectsAtOnce;
    }

    /** How the batches of this call are written; without this as {@link FlightClientBuilder#writeOptions} says. */
    public CallOptions write(IpcWriteOptions write) {
        return with(changed -> changed.write = write);
    }

    /** As {@link FlightClientBuilder#writeSizeLimitBytes}, for this call; 0 for no limit. */
    public CallOptions writeSizeLimitBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("writeSizeLimitBytes is " + bytes + "; 0 means no limit");
        }
        return with(changed -> changed.writeSizeLimit = bytes);
    }

    /** As {@link FlightClientBuilder#splitLargeBatches}, for this call. */
    public CallOptions splitLargeBatches(boolean split) {
        return with(changed -> changed.split = split);
    }

    /** How the batches of this call are read: all of their columns, without this. */
    public CallOptions read(IpcReadOptions read) {
        return with(changed -> changed.read = read);
    }

    /**
     * Where the memory of this call's batches comes from, of those that it receives and of what its writer has to copy; it
     * stays the caller's, who may close it when the call's streams are closed. Without this the client's.
     */
    public CallOptions allocator(BufferAllocator allocator) {
        return with(changed -> changed.allocator = allocator);
    }

    /** Has the call end when {@code token} is cancelled. One token may be for any number of calls. */
    public CallOptions cancelledBy(CancellationToken token) {
        return with(changed -> changed.cancellation = token);
    }

    /** Who makes this call; without this as {@link FlightClientBuilder#credentials} says. */
    public CallOptions credentials(CallCredentials credentials) {
        return with(changed -> changed.credentials = credentials);
    }

    /** Null if the call may take for ever. */
    public @Nullable Duration timeout() {
        return settings.timeout;
    }

    /** The headers; not to be changed. */
    CallHeaders headers() {
        return settings.headers;
    }

    /** Null if nobody asks for what the server answers with. */
    @Nullable
    ResponseMetadata response() {
        return settings.response;
    }

    /** Null if the client decides. */
    @Nullable
    MessageCompression compression() {
        return settings.compression;
    }

    /** Null if the client decides. */
    @Nullable
    IpcWriteOptions write() {
        return settings.write;
    }

    /** Null if the client decides. */
    @Nullable
    Long writeSizeLimit() {
        return settings.writeSizeLimit;
    }

    /** Null if the client decides. */
    @Nullable
    Boolean split() {
        return settings.split;
    }

    IpcReadOptions read() {
        return settings.read;
    }

    /** Null if the client's is used. */
    @Nullable
    BufferAllocator allocator() {
        return settings.allocator;
    }

    /** Null if nobody else cancels the call. */
    @Nullable
    CancellationToken cancellation() {
        return settings.cancellation;
    }

    /** Null if the client's are used. */
    @Nullable
    CallCredentials credentials() {
        return settings.credentials;
    }
}
