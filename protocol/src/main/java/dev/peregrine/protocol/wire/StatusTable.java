package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.transport.Call;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Any thread. The one place where gRPC's statuses become Flight's exceptions, and back.
 *
 * <p>Beside {@code grpc-status} and {@code grpc-message}, C++ and Python send these trailers:
 *
 * <pre>
 * grpc-status-details-bin     bytes for programs: FlightException.extraInfo
 * x-arrow-status              number of the Arrow status: an index error, say, where gRPC has only UNKNOWN
 * x-arrow-status-message-bin  its message; grpc-message without what was added for gRPC
 * x-arrow-status-detail-bin   its detail, for people
 * </pre>
 *
 * <p>The gRPC code decides which exception it is, except that Arrow's statuses are heard where gRPC knows no better than
 * UNKNOWN.
 */
public final class StatusTable {
    private static final Logger LOG = LoggerFactory.getLogger("dev.peregrine.calls");

    private static final String EXTRA_INFO = "grpc-status-details-bin";
    private static final String ARROW_STATUS = "x-arrow-status";
    private static final String ARROW_MESSAGE = "x-arrow-status-message-bin";
    private static final byte[] NO_BYTES = {};

    /** How a server ends a call that failed. */
    public record Answer(GrpcStatus status, Metadata trailers) {}

    private StatusTable() {}

    /** A failed call as its client's exception, which names the method and the peer. */
    public static FlightException exception(GrpcException failure, Call call) {
        return exception(failure.status(), failure.trailers(), call.path(), call.peer());
    }

    /** A failed call as its client's exception, which names the method and the peer. */
    public static FlightException exception(GrpcStatus status, Metadata trailers, String path, String peer) {
        byte[] extraInfo = trailers.getBinary(EXTRA_INFO);
        GrpcCode code = refined(status.code(), trailers);
        return FlightException.ofCall(
                code.number(),
                FlightMethods.name(path),
                peer,
                description(status, trailers),
                extraInfo == null ? NO_BYTES : extraInfo,
                Headers.of(trailers));
    }

    private static String description(GrpcStatus status, Metadata trailers) {
        if (!status.message().isEmpty()) {
            return status.message();
        }
        byte[] arrow = trailers.getBinary(ARROW_MESSAGE);
        return arrow == null || arrow.length == 0
                ? "the peer gave no reason"
                : new String(arrow, StandardCharsets.UTF_8);
    }

    /** Arrow's statuses by number: arrow/status.h. */
    private static GrpcCode refined(GrpcCode code, Metadata trailers) {
        String arrow = trailers.get(ARROW_STATUS);
        if (code != GrpcCode.UNKNOWN || arrow == null) {
            return code;
        }
        return switch (arrow) {
            // OutOfMemory, CapacityError.
            case "1", "6" -> GrpcCode.RESOURCE_EXHAUSTED;
            case "2" -> GrpcCode.NOT_FOUND; // KeyError
            // TypeError, Invalid, IndexError.
            case "3", "4", "7" -> GrpcCode.INVALID_ARGUMENT;
            case "8" -> GrpcCode.CANCELLED;
            case "10" -> GrpcCode.UNIMPLEMENTED;
            case "45" -> GrpcCode.ALREADY_EXISTS;
            default -> code;
        };
    }

    /**
     * Says which Arrow status it is: a C++ or Python client looks for extra info only then. Left out where Arrow's status
     * has no room for it, because the client would take the error for an internal one.
     */
    private static void addArrowStatus(int grpcCode, Metadata trailers) {
        String arrow =
                switch (GrpcCode.of(grpcCode)) {
                    case CANCELLED -> "8";
                    case UNKNOWN -> "9";
                    // IOError; the gRPC code tells them apart.
                    case DEADLINE_EXCEEDED,
                            PERMISSION_DENIED,
                            ABORTED,
                            INTERNAL,
                            UNAVAILABLE,
                            DATA_LOSS,
                            UNAUTHENTICATED -> "5";
                    default -> "";
                };
        if (!arrow.isEmpty() && trailers.get(ARROW_STATUS) == null) {
            trailers.add(ARROW_STATUS, arrow);
        }
    }

    /**
     * What a server answers when its handler threw {@code failure}: a FlightException as it says; anything else is logged
     * and answered as INTERNAL with a reference to the log, because its text may be nobody's business.
     *
     * @param path the call's request path
     */
    public static Answer answer(Throwable failure, String path) {
        if (failure instanceof FlightException flight) {
            Metadata trailers;
            try {
                trailers = Headers.toMetadata(flight.trailers());
            } catch (IllegalArgumentException e) {
                LOG.warn("{} failed with trailers that cannot be sent", FlightMethods.name(path), e);
                trailers = new Metadata();
            }
            if (flight.extraInfo().length > 0 && trailers.getBinary(EXTRA_INFO) == null) {
                trailers.add(EXTRA_INFO, flight.extraInfo());
                addArrowStatus(flight.grpcCode(), trailers);
            }
            return new Answer(GrpcCode.of(flight.grpcCode()).with(flight.description()), trailers);
        }
        if (failure instanceof GrpcException grpc) {
            return new Answer(grpc.status(), grpc.trailers());
        }
        String reference = UUID.randomUUID().toString();
        LOG.error("{} failed, reference {}", FlightMethods.name(path), reference, failure);
        return new Answer(
                GrpcCode.INTERNAL.with("the server failed; its log has the reason under " + reference), new Metadata());
    }
}
