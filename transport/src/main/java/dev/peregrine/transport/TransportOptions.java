package dev.peregrine.transport;

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
 * @param sendQueueSize bytes of one call that may be queued before {@link Call#hasRoom} turns false
 * @param maxConcurrentStreams calls that a client may have open on one connection to this server
 * @param keepaliveTime silence after which a PING asks whether the peer is still there; null never asks
 * @param keepaliveTimeout how long the PING's answer may take before the connection counts as lost
 * @param keepaliveWithoutCalls whether to ask although no call is open
 * @param connectTimeout how long TCP and TLS may take to connect
 * @param eventLoops event loop threads; a connection belongs to one of them
 * @param tls null for plaintext
 */
public record TransportOptions(
        int streamWindow,
        int connectionWindow,
        int maxFrameSize,
        int maxHeaderListSize,
        int maxInboundMessageSize,
        int sendQueueSize,
        int maxConcurrentStreams,
        @Nullable Duration keepaliveTime,
        Duration keepaliveTimeout,
        boolean keepaliveWithoutCalls,
        Duration connectTimeout,
        int eventLoops,
        @Nullable Tls tls) {}
