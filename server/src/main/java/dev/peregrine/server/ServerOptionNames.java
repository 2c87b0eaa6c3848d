package dev.peregrine.server;

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

/** Any thread. A server's settings by gRPC's names; {@code docs/generic-options.md} says what each means here. */
final class ServerOptionNames {
    static final GenericOptions<FlightServerBuilder> ALL = new GenericOptions<FlightServerBuilder>("servers")
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
            .flag("grpc.keepalive_permit_without_calls", (b, f) -> b.pingsWithoutCalls = f)
            .number("grpc.http2.max_pings_without_data", 0, MOST, (b, n) -> b.transport.maxPingsWithoutData(n))
            .number(
                    "grpc.http2.min_ping_interval_without_data_ms",
                    0,
                    MOST,
                    (b, n) -> b.minPingInterval = n == 0 ? null : Duration.ofMillis(n))
            .number("grpc.http2.max_ping_strikes", 0, MOST, (b, n) -> b.maxPingStrikes = n)
            .number("grpc.http2.lookahead_bytes", SMALLEST_WINDOW, MOST, (b, n) -> b.transport.streamWindow(n))
            .only("grpc.http2.bdp_probe", 0, "windows have the size that they are given")
            .number("grpc.http2.max_frame_size", SMALLEST_FRAME, LARGEST_FRAME, (b, n) -> b.transport.maxFrameSize(n))
            .number("grpc.http2.write_buffer_size", 1, MOST, (b, n) -> b.transport.sendQueueSize(n))
            .number("grpc.http2.hpack_table_size.encoder", 0, MOST, (b, n) -> b.encoderTable = n)
            .number("grpc.http2.hpack_table_size.decoder", 0, MOST, (b, n) -> b.decoderTable = n)
            .number("grpc.max_concurrent_streams", 1, MOST, FlightServerBuilder::maxConcurrentCallsPerConnection)
            .number("grpc.max_connection_idle_ms", 1, MOST, (b, n) -> b.maxConnectionIdle(millisOrNever(n)))
            .number(
                    "grpc.max_connection_age_ms",
                    1,
                    MOST,
                    (b, n) -> b.maxConnectionAge(millisOrNever(n), b.maxConnectionAgeGrace))
            .number(
                    "grpc.max_connection_age_grace_ms",
                    0,
                    MOST,
                    (b, n) -> b.maxConnectionAge(b.maxConnectionAge, millisOrNever(n)))
            .number("grpc.server_handshake_timeout_ms", 1, MOST, (b, n) -> b.handshakeTimeout(Duration.ofMillis(n)))
            .only("grpc.so_reuseport", 0, "a port belongs to one server")
            .number("grpc.default_compression_algorithm", 0, 2, (b, n) -> b.compression(compression(n)));

    private ServerOptionNames() {}
}
