package dev.peregrine.transport;

import dev.peregrine.transport.connect.ConnectionLife;
import dev.peregrine.transport.connect.Durations;
import dev.peregrine.transport.connect.Proxies;
import dev.peregrine.transport.connect.Reconnection;
import dev.peregrine.transport.retry.Retries;
import dev.peregrine.transport.watch.Watcher;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. What can be set on a connection; the same for clients and servers, where it applies.
 *
 * @param streamWindow bytes of one call that the peer may send before the application takes them (RFC 9113, 6.9)
 * @param connectionWindow bytes of all calls together that may be on their way; refilled as bytes arrive
 * @param maxFrameSize largest frame that this end accepts, bytes, 16,384 to 16,777,215 (SETTINGS_MAX_FRAME_SIZE)
 * @param maxHeaderListSize largest header block that this end accepts, bytes (SETTINGS_MAX_HEADER_LIST_SIZE)
 * @param maxInboundMessageSize largest message that this end accepts, bytes; a larger one fails its call
 * @param maxOutboundMessageSize largest message that this end sends, bytes; a larger one fails its call
 * @param sendQueueSize bytes of one call that may be queued before {@link Call#hasRoom} turns false
 * @param headerTables how much HPACK may remember
 * @param maxConcurrentStreams calls that a client may have open on one connection to this server
 * @param floodLimits what a peer may do at most of that which is cheap for it and dear for this end
 * @param keepaliveTime silence after which a PING asks whether the peer is still there; null never asks
 * @param keepaliveTimeout how long the PING's answer may take before the connection counts as lost
 * @param keepaliveWithoutCalls whether to ask although no call is open
 * @param maxPingsWithoutData how many PINGs may ask in a row while this end sends nothing else; 0 for any number
 * @param pingLimits how often clients may send PING to this server
 * @param connectTimeout how long TCP and TLS may take to connect; at a server from the client's TCP on to its preface
 * @param requestFields what a client's requests say of it
 * @param proxies by way of which proxy a client connects
 * @param compression how the messages that this end sends are compressed, where a call does not say otherwise; what is
 *     received may always be compressed in any way that {@link Compression} knows
 * @param eventLoops event loop threads; a connection belongs to one of them
 * @param connections connections that a client may have at a time to spread its calls over
 * @param idleTimeout how long a client keeps a connection without calls; null for ever
 * @param reconnection how long a client waits between attempts to connect that fail
 * @param retries what a client does to be able to make calls again
 * @param connectionLife how long a server keeps a connection
 * @param watcher hears of calls and connections; null for nobody
 * @param tls null for plaintext
 */
public record TransportOptions(
        int streamWindow,
        int connectionWindow,
        int maxFrameSize,
        int maxHeaderListSize,
        int maxInboundMessageSize,
        int maxOutboundMessageSize,
        int sendQueueSize,
        HeaderTables headerTables,
        int maxConcurrentStreams,
        FloodLimits floodLimits,
        @Nullable Duration keepaliveTime,
        Duration keepaliveTimeout,
        boolean keepaliveWithoutCalls,
        int maxPingsWithoutData,
        PingLimits pingLimits,
        Duration connectTimeout,
        RequestFields requestFields,
        Proxies proxies,
        Compression compression,
        int eventLoops,
        int connections,
        @Nullable Duration idleTimeout,
        Reconnection reconnection,
        Retries retries,
        ConnectionLife connectionLife,
        @Nullable Watcher watcher,
        @Nullable Tls tls) {
    /** Limits of HTTP/2 (RFC 9113, 6.5.2). */
    private static final int SMALLEST_FRAME = 16_384;

    private static final int LARGEST_FRAME = 16_777_215;
    private static final int SMALLEST_WINDOW = 65_535;

    /** Refuses what makes no sense, with a sentence that says what would. */
    public TransportOptions {
        range("streamWindow", streamWindow, SMALLEST_WINDOW, Integer.MAX_VALUE);
        range("connectionWindow", connectionWindow, SMALLEST_WINDOW, Integer.MAX_VALUE);
        range("maxFrameSize", maxFrameSize, SMALLEST_FRAME, LARGEST_FRAME);
        range("maxHeaderListSize", maxHeaderListSize, 1024, Integer.MAX_VALUE);
        range("maxInboundMessageSize", maxInboundMessageSize, 0, Integer.MAX_VALUE);
        range("maxOutboundMessageSize", maxOutboundMessageSize, 0, Integer.MAX_VALUE);
        range("maxPingsWithoutData", maxPingsWithoutData, 0, Integer.MAX_VALUE);
        range("sendQueueSize", sendQueueSize, 1, Integer.MAX_VALUE);
        range("maxConcurrentStreams", maxConcurrentStreams, 1, Integer.MAX_VALUE);
        range("eventLoops", eventLoops, 1, 1024);
        range("connections", connections, 1, 1024);
        if (idleTimeout != null) {
            Durations.positive("idleTimeout", idleTimeout);
        }
        if (keepaliveTime != null) {
            Durations.positive("keepaliveTime", keepaliveTime);
        }
        Durations.positive("keepaliveTimeout", keepaliveTimeout);
        Durations.positive("connectTimeout", connectTimeout);
    }

    private static void range(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "Option " + name + " is " + value + "; it must be between " + least + " and " + most);
        }
    }

    /**
     * What a client does unless told otherwise: plaintext, one event loop, and no keepalive, because gRPC servers close
     * connections of clients that ask more often than they were told.
     */
    public static TransportOptions forClient() {
        return new Builder().build();
    }

    /**
     * What a server does unless told otherwise: plaintext, an event loop for each processor, and a PING to clients that
     * were silent for a minute during a call, so that those that died without a word do not hold memory.
     */
    public static TransportOptions forServer() {
        return new Builder()
                .keepaliveTime(Duration.ofSeconds(60))
                .eventLoops(Math.min(Runtime.getRuntime().availableProcessors(), 1024))
                .build();
    }

    /** These options, to change some of them. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.streamWindow = streamWindow;
        builder.connectionWindow = connectionWindow;
        builder.maxFrameSize = maxFrameSize;
        builder.maxHeaderListSize = maxHeaderListSize;
        builder.maxInboundMessageSize = maxInboundMessageSize;
        builder.maxOutboundMessageSize = maxOutboundMessageSize;
        builder.sendQueueSize = sendQueueSize;
        builder.headerTables = headerTables;
        builder.maxConcurrentStreams = maxConcurrentStreams;
        builder.floodLimits = floodLimits;
        builder.keepaliveTime = keepaliveTime;
        builder.keepaliveTimeout = keepaliveTimeout;
        builder.keepaliveWithoutCalls = keepaliveWithoutCalls;
        builder.maxPingsWithoutData = maxPingsWithoutData;
        builder.pingLimits = pingLimits;
        builder.connectTimeout = connectTimeout;
        builder.requestFields = requestFields;
        builder.proxies = proxies;
        builder.compression = compression;
        builder.eventLoops = eventLoops;
        builder.connections = connections;
        builder.idleTimeout = idleTimeout;
        builder.reconnection = reconnection;
        builder.retries = retries;
        builder.connectionLife = connectionLife;
        builder.watcher = watcher;
        builder.tls = tls;
        return builder;
    }

    /** One thread at a time. Options in the making; what each means and its unit is said at {@link TransportOptions}. */
    public static final class Builder {
        private int streamWindow = 16 << 20;
        private int connectionWindow = 64 << 20;

        /** A small call's frame waits behind one of these, 80 us on a fast local link; larger ones gain nothing. */
        private int maxFrameSize = 1 << 20;

        private int maxHeaderListSize = 64 << 10;
        private int maxInboundMessageSize = Integer.MAX_VALUE;
        private int maxOutboundMessageSize = Integer.MAX_VALUE;
        private int sendQueueSize = 4 << 20;
        private HeaderTables headerTables = HeaderTables.DEFAULT;

        /** Each call may hold a thread, and the JVM touches some 80 KiB of a thread's stack: 40 MiB a connection. */
        private int maxConcurrentStreams = 500;

        private FloodLimits floodLimits = FloodLimits.DEFAULT;
        private @Nullable Duration keepaliveTime;
        private Duration keepaliveTimeout = Duration.ofSeconds(20);
        private boolean keepaliveWithoutCalls;
        private int maxPingsWithoutData;
        private PingLimits pingLimits = PingLimits.UNLIMITED;
        private Duration connectTimeout = Duration.ofSeconds(20);
        private RequestFields requestFields = RequestFields.DEFAULT;
        private Proxies proxies = Proxies.OF_THE_ENVIRONMENT;
        private Compression compression = Compression.IDENTITY;
        private int eventLoops = 1;
        private int connections = 1;
        private @Nullable Duration idleTimeout = Duration.ofMinutes(30);
        private Reconnection reconnection = Reconnection.DEFAULT;
        private Retries retries = Retries.DEFAULT;
        private ConnectionLife connectionLife = ConnectionLife.UNLIMITED;
        private @Nullable Watcher watcher;
        private @Nullable Tls tls;

        private Builder() {}

        public Builder streamWindow(int streamWindow) {
            this.streamWindow = streamWindow;
            return this;
        }

        public Builder connectionWindow(int connectionWindow) {
            this.connectionWindow = connectionWindow;
            return this;
        }

        public Builder maxFrameSize(int maxFrameSize) {
            this.maxFrameSize = maxFrameSize;
            return this;
        }

        public Builder maxHeaderListSize(int maxHeaderListSize) {
            this.maxHeaderListSize = maxHeaderListSize;
            return this;
        }

        public Builder maxInboundMessageSize(int maxInboundMessageSize) {
            this.maxInboundMessageSize = maxInboundMessageSize;
            return this;
        }

        public Builder maxOutboundMessageSize(int maxOutboundMessageSize) {
            this.maxOutboundMessageSize = maxOutboundMessageSize;
            return this;
        }

        public Builder headerTables(HeaderTables headerTables) {
            this.headerTables = headerTables;
            return this;
        }

        public Builder maxPingsWithoutData(int maxPingsWithoutData) {
            this.maxPingsWithoutData = maxPingsWithoutData;
            return this;
        }

        public Builder pingLimits(PingLimits pingLimits) {
            this.pingLimits = pingLimits;
            return this;
        }

        public Builder requestFields(RequestFields requestFields) {
            this.requestFields = requestFields;
            return this;
        }

        public Builder proxies(Proxies proxies) {
            this.proxies = proxies;
            return this;
        }

        public Builder sendQueueSize(int sendQueueSize) {
            this.sendQueueSize = sendQueueSize;
            return this;
        }

        public Builder maxConcurrentStreams(int maxConcurrentStreams) {
            this.maxConcurrentStreams = maxConcurrentStreams;
            return this;
        }

        public Builder floodLimits(FloodLimits floodLimits) {
            this.floodLimits = floodLimits;
            return this;
        }

        public Builder keepaliveTime(@Nullable Duration keepaliveTime) {
            this.keepaliveTime = keepaliveTime;
            return this;
        }

        public Builder keepaliveTimeout(Duration keepaliveTimeout) {
            this.keepaliveTimeout = keepaliveTimeout;
            return this;
        }

        public Builder keepaliveWithoutCalls(boolean keepaliveWithoutCalls) {
            this.keepaliveWithoutCalls = keepaliveWithoutCalls;
            return this;
        }

        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
            return this;
        }

        public Builder compression(Compression compression) {
            this.compression = compression;
            return this;
        }

        public Builder eventLoops(int eventLoops) {
            this.eventLoops = eventLoops;
            return this;
        }

        public Builder connections(int connections) {
            this.connections = connections;
            return this;
        }

        public Builder idleTimeout(@Nullable Duration idleTimeout) {
            this.idleTimeout = idleTimeout;
            return this;
        }

        public Builder reconnection(Reconnection reconnection) {
            this.reconnection = reconnection;
            return this;
        }

        public Builder retries(Retries retries) {
            this.retries = retries;
            return this;
        }

        public Builder connectionLife(ConnectionLife connectionLife) {
            this.connectionLife = connectionLife;
            return this;
        }

        public Builder watcher(@Nullable Watcher watcher) {
            this.watcher = watcher;
            return this;
        }

        public Builder tls(@Nullable Tls tls) {
            this.tls = tls;
            return this;
        }

        public TransportOptions build() {
            return new TransportOptions(
                    streamWindow,
                    connectionWindow,
                    maxFrameSize,
                    maxHeaderListSize,
                    maxInboundMessageSize,
                    maxOutboundMessageSize,
                    sendQueueSize,
                    headerTables,
                    maxConcurrentStreams,
                    floodLimits,
                    keepaliveTime,
                    keepaliveTimeout,
                    keepaliveWithoutCalls,
                    maxPingsWithoutData,
                    pingLimits,
                    connectTimeout,
                    requestFields,
                    proxies,
                    compression,
                    eventLoops,
                    connections,
                    idleTimeout,
                    reconnection,
                    retries,
                    connectionLife,
                    watcher,
                    tls);
        }
    }
}
