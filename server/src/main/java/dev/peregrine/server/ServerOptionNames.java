package dev.peregrine.server;

import dev.peregrine.protocol.MessageCompression;
import dev.peregrine.protocol.wire.generic.GenericOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Any thread. A server's settings by gRPC's names; {@code docs/generic-options.md} says what each means here. */
final class ServerOptionNames {
    private static final int MOST = Integer.MAX_VALUE;

    /** Limits of HTTP/2 (RFC 9113, 6.5.2), and of ours. */
    private static final int SMALLEST_FRAME = 16_384;

    private static final int LARGEST_FRAME = 16_777_215;
    private static final int SMALLEST_WINDOW = 65_535;
    private static final int SMALLEST_HEADER_LIST = 1024;

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

    private static int unlimited(int bytes) {
        return bytes < 0 ? MOST : bytes;
    }

    private static @Nullable Duration millisOrNever(int millis) {
        return millis == MOST ? null : Duration.ofMillis(millis);
    }

    /** As gRPC numbers them. */
    private static MessageCompression compression(int number) {
        return switch (number) {
            case 0 -> MessageCompression.IDENTITY;
            case 1 -> MessageCompression.DEFLATE;
            default -> MessageCompression.GZIP;
        };
    }
}
