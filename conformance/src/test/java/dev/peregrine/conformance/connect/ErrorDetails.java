package dev.peregrine.conformance.connect;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.peregrine.conformance.connect.proto.Error;
import dev.peregrine.conformance.connect.proto.Status;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Metadata;
import java.util.List;

/** Any thread. The suite's errors as a call ends with them: status, and details in the trailer that gRPC has for them. */
final class ErrorDetails {
    private static final String TRAILER = "grpc-status-details-bin";

    private ErrorDetails() {}

    /** What ends a call with this error; {@code trailers} is taken. */
    static GrpcException toException(Error error, Metadata trailers) {
        if (error.getDetailsCount() > 0) {
            Status details = Status.newBuilder()
                    .setCode(error.getCode())
                    .setMessage(error.getMessage())
                    .addAllDetails(error.getDetailsList())
                    .build();
            trailers.add(TRAILER, details.toByteArray());
        }
        return new GrpcException(GrpcCode.of(error.getCode()).with(error.getMessage()), trailers);
    }

    /** The error that a call ended with. */
    static Error of(GrpcException failure) {
        return Error.newBuilder()
                .setCode(failure.status().code().number())
                .setMessage(failure.status().message())
                .addAllDetails(details(failure.trailers()))
                .build();
    }

    private static List<Any> details(Metadata trailers) {
        byte[] status = trailers.getBinary(TRAILER);
        if (status == null) {
            return List.of();
        }
        try {
            return Status.parseFrom(status).getDetailsList();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(TRAILER + " is no google.rpc.Status", e);
        }
    }
}
