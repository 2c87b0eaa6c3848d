package dev.peregrine.client;

import static dev.peregrine.protocol.wire.generic.GrpcValues.LARGEST_FRAME;
import static dev.peregrine.protocol.wire.generic.GrpcValues.MOST;
import static dev.peregrine.protocol.wire.generic.GrpcValues.SMALLEST_FRAME;
import static dev.peregrine.protocol.wire.generic.GrpcValues.SMALLEST_HEADER_LIST;
import static dev.peregrine.protocol.wire.generic.GrpcValues.SMALLEST_WINDOW;
import static dev.peregrine.protocol.wire.generic.GrpcValues.compression;
import static dev.peregrine.protocol.wire.generic.GrpcValues.millisOrNever;
import static dev.peregrine.protocol.wire.generic.GrpcValues.unlimited;

import dev.peregrine.protocol.wire.generic.GenericOptions;
import java.time.Duration;

/** Any thread. A client's settings by gRPC's names; {@code docs/generic-options.md} says what each means here. */
final class ClientOptionNames {
    static final GenericOptions<FlightClientBuilder> ALL = new GenericOptions<FlightClientBuilder>("clients")
            .number("grpc.max_receive_message_length", -1, MOST, (b, n) -> b.maxInboundMessageSize(unlimited(n)))
            .number("grpc.max_send_message_length", -1, MOST, (b, n) -> b.maxOutboundMessageSize(unlimited(n)))
            .number("grpc.max_metadata_size", SMALLEST_HEADER_LIST, MOST, (b, n) -> b.transport.maxHeaderListSize(n))
            .number(
                    "grpc.absolute_max_metadata_size",
                    SMALLEST_HEADER_LIST,
                    MOST,
                    (b, n) -> b.transport.maxHeaderListSize(n))
            .number("grpc.keepalive_time_ms", 1, MOST, (b, n) -> b.keepalive(millisOrNever(n), b.keepaliveTimeout))
            .number("grpc.keepalive_timeout_ms", 1, MOST, (b, n) -> b.keepalive(b.keepaliveTime, Duration.ofMillis(n)))
            .flag("grpc.keepalive_permit_without_calls", FlightClientBuilder::keepaliveWithoutCalls)
            .number("grpc.http2.max_pings_without_data", 0, MOST, (b, n) -> b.transport.maxPingsWithoutData(n))
            .number(
                    "grpc.http2.min_time_between_pings_ms",
                    0,
                    MOST,
                    (b, n) -> b.leastPingInterval = Duration.ofMillis(n))
            .number("grpc.client_idle_timeout_ms", 1, MOST, (b, n) -> b.idleTimeout(millisOrNever(n)))
            .number(
                    "grpc.initial_reconnect_backoff_ms",
                    1,
                    MOST,
                    (b, n) -> b.reconnectBackoff(Duration.ofMillis(n), b.reconnection.maxBackoff()))
            .number("grpc.min_reconnect_backoff_ms", 1, MOST, (b, n) -> b.connectTimeout(Duration.ofMillis(n)))
            .number(
                    "grpc.max_reconnect_backoff_ms",
                    1,
                    MOST,
                    (b, n) -> b.reconnectBackoff(b.reconnection.initialBackoff(), Duration.ofMillis(n)))
            .number("grpc.http2.lookahead_bytes", SMALLEST_WINDOW, MOST, (b, n) -> b.transport.streamWindow(n))
            .only("grpc.http2.bdp_probe", 0, "windows have the size that they are given")
            .number("grpc.http2.max_frame_size", SMALLEST_FRAME, LARGEST_FRAME, (b, n) -> b.transport.maxFrameSize(n))
            .number("grpc.http2.write_buffer_size", 1, MOST, (b, n) -> b.transport.sendQueueSize(n))
            .number("grpc.http2.hpack_table_size.encoder", 0, MOST, (b, n) -> b.encoderTable = n)
            .number("grpc.http2.hpack_table_size.decoder", 0, MOST, (b, n) -> b.decoderTable = n)
            .text("grpc.default_authority", FlightClientBuilder::authority)
            .text("grpc.primary_user_agent", (b, text) -> b.userAgent(text, b.userAgentSuffix))
            .text("grpc.secondary_user_agent", (b, text) -> b.userAgent(b.userAgentPrefix, text))
            .text("grpc.ssl_target_name_override", FlightClientBuilder::overrideHostname)
            .only("grpc.use_local_subchannel_pool", 1, "each client has connections of its own")
            .number("grpc.default_compression_algorithm", 0, 2, (b, n) -> b.compression(compression(n)))
            .flag("grpc.enable_http_proxy", FlightClientBuilder::proxyFromEnvironment)
            .text("grpc.http_proxy", FlightClientBuilder::proxy)
            .flag("grpc.enable_retries", FlightClientBuilder::retries)
            .number("grpc.per_rpc_retry_buffer_size", 0, MOST, FlightClientBuilder::retryBufferSize)
            .text("grpc.service_config", FlightClientBuilder::serviceConfig)
            .only("grpc.service_config_disable_resolution", 1, "no service config is looked up in DNS")
            .only("grpc.dns_enable_srv_queries", 0, "host names are looked up as addresses only")
            .text("grpc.lb_policy_name", ClientOptionNames::balancing);

    private ClientOptionNames() {}

    private static void balancing(FlightClientBuilder builder, String policy) {
        if (!policy.equals("pick_first")) {
            throw new IllegalArgumentException(
                    "\"" + policy + "\" is not done; pick_first is, and connections(n) spreads calls over connections");
        }
    }
}
