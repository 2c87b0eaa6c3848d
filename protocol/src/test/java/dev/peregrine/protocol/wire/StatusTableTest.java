package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightAlreadyExistsException;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.error.FlightServerException;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightTimedOutException;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.protocol.error.FlightUnauthorizedException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.protocol.error.FlightWriteSizeExceededException;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** gRPC's codes to Flight's exceptions and back, with what C++ and Python add in trailers. */
final class StatusTableTest {
    private static FlightException exception(GrpcStatus status, Metadata trailers) {
        return StatusTable.exception(status, trailers, FlightMethods.DO_GET, "10.0.0.1:8815");
    }

    static Stream<Arguments> codes() {
        return Stream.of(
                Arguments.of(GrpcCode.CANCELLED, FlightCancelledException.class, FlightStatusCode.CANCELLED),
                Arguments.of(GrpcCode.UNKNOWN, FlightServerException.class, FlightStatusCode.UNKNOWN),
                Arguments.of(
                        GrpcCode.INVALID_ARGUMENT,
                        FlightInvalidArgumentException.class,
                        FlightStatusCode.INVALID_ARGUMENT),
                Arguments.of(GrpcCode.DEADLINE_EXCEEDED, FlightTimedOutException.class, FlightStatusCode.TIMED_OUT),
                Arguments.of(GrpcCode.NOT_FOUND, FlightNotFoundException.class, FlightStatusCode.NOT_FOUND),
                Arguments.of(
                        GrpcCode.ALREADY_EXISTS, FlightAlreadyExistsException.class, FlightStatusCode.ALREADY_EXISTS),
                Arguments.of(
                        GrpcCode.PERMISSION_DENIED, FlightUnauthorizedException.class, FlightStatusCode.UNAUTHORIZED),
                Arguments.of(
                        GrpcCode.RESOURCE_EXHAUSTED,
                        FlightResourceExhaustedException.class,
                        FlightStatusCode.RESOURCE_EXHAUSTED),
                Arguments.of(
                        GrpcCode.FAILED_PRECONDITION,
                        FlightInvalidArgumentException.class,
                        FlightStatusCode.INVALID_ARGUMENT),
                Arguments.of(GrpcCode.ABORTED, FlightInternalException.class, FlightStatusCode.INTERNAL),
                Arguments.of(
                        GrpcCode.OUT_OF_RANGE, FlightInvalidArgumentException.class, FlightStatusCode.INVALID_ARGUMENT),
                Arguments.of(
                        GrpcCode.UNIMPLEMENTED, FlightUnimplementedException.class, FlightStatusCode.UNIMPLEMENTED),
                Arguments.of(GrpcCode.INTERNAL, FlightInternalException.class, FlightStatusCode.INTERNAL),
                Arguments.of(GrpcCode.UNAVAILABLE, FlightUnavailableException.class, FlightStatusCode.UNAVAILABLE),
                Arguments.of(GrpcCode.DATA_LOSS, FlightInternalException.class, FlightStatusCode.INTERNAL),
                Arguments.of(
                        GrpcCode.UNAUTHENTICATED,
                        FlightUnauthenticatedException.class,
                        FlightStatusCode.UNAUTHENTICATED));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void everyCodeHasItsException(GrpcCode code, Class<?> type, FlightStatusCode status) {
        FlightException failure = exception(code.with("why"), new Metadata());
        assertThat(failure).isExactlyInstanceOf(type);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.grpcCode()).isEqualTo(code.number());
        assertThat(failure).hasMessage("DoGet at 10.0.0.1:8815 failed with " + code + ": why");
        assertThat(failure.description()).isEqualTo("why");
    }

    @ParameterizedTest
    @EnumSource(FlightStatusCode.class)
    void whatAServerThrowsIsWhatAClientGets(FlightStatusCode status) {
        FlightException thrown = status.exception("one sentence")
                .withExtraInfo(new byte[] {1, 2, 3})
                .withTrailers(CallHeaders.of("x-more", "yes"));
        assertThat(thrown.extraInfo()).containsExactly(1, 2, 3);
        StatusTable.Answer answer = StatusTable.answer(thrown, FlightMethods.DO_GET);
        assertThat(answer.status().message()).isEqualTo("one sentence");
        FlightException got = exception(answer.status(), answer.trailers());
        assertThat(got).hasSameClassAs(thrown);
        assertThat(got.status()).isEqualTo(status);
        assertThat(got.description()).isEqualTo("one sentence");
        assertThat(got.extraInfo()).containsExactly(1, 2, 3);
        assertThat(got.trailers().get("x-more")).isEqualTo("yes");
    }

    /** arrow/status.h: numbers of Arrow's statuses that gRPC's UNKNOWN may stand for. */
    @ParameterizedTest
    @CsvSource({
        "1, RESOURCE_EXHAUSTED",
        "2, NOT_FOUND",
        "3, INVALID_ARGUMENT",
        "4, INVALID_ARGUMENT",
        "5, UNKNOWN",
        "6, RESOURCE_EXHAUSTED",
        "7, INVALID_ARGUMENT",
        "8, CANCELLED",
        "9, UNKNOWN",
        "10, UNIMPLEMENTED",
        "45, ALREADY_EXISTS",
        "rubbish, UNKNOWN"
    })
    void arrowsStatusRefinesUnknown(String arrow, FlightStatusCode status) {
        Metadata trailers = new Metadata().add("x-arrow-status", arrow);
        assertThat(exception(GrpcCode.UNKNOWN.with("m"), trailers).status()).isEqualTo(status);
        // Anything more exact than UNKNOWN stands.
        assertThat(exception(GrpcCode.UNAVAILABLE.with("m"), trailers).status())
                .isEqualTo(FlightStatusCode.UNAVAILABLE);
    }

    @Test
    void arrowsMessageStandsInForAMissingOne() {
        Metadata trailers = new Metadata().add("x-arrow-status-message-bin", "größer".getBytes(StandardCharsets.UTF_8));
        assertThat(exception(GrpcCode.INTERNAL.with(""), trailers).description())
                .isEqualTo("größer");
        assertThat(exception(GrpcCode.INTERNAL.with("own"), trailers).description())
                .isEqualTo("own");
        assertThat(exception(GrpcCode.INTERNAL.with(""), new Metadata()).description())
                .isEqualTo("the peer gave no reason");
    }

    @Test
    void anotherExceptionsTextStaysInTheLog() {
        StatusTable.Answer answer =
                StatusTable.answer(new IllegalStateException("password is hunter2"), FlightMethods.DO_GET);
        assertThat(answer.status().code()).isEqualTo(GrpcCode.INTERNAL);
        assertThat(answer.status().message()).doesNotContain("hunter2").contains("its log has the reason under ");
        assertThat(answer.trailers().isEmpty()).isTrue();
    }

    @Test
    void trailersThatCannotBeSentDoNotHideTheFailure() {
        FlightException thrown = FlightNotFoundException.of("gone").withTrailers(CallHeaders.of("grpc-status", "0"));
        StatusTable.Answer answer = StatusTable.answer(thrown, FlightMethods.DO_GET);
        assertThat(answer.status()).isEqualTo(GrpcCode.NOT_FOUND.with("gone"));
        assertThat(answer.trailers().isEmpty()).isTrue();
    }

    @Test
    void theTransportsOwnFailureIsAnsweredAsItIs() {
        StatusTable.Answer answer =
                StatusTable.answer(new GrpcException(GrpcCode.RESOURCE_EXHAUSTED, "too large"), FlightMethods.DO_PUT);
        assertThat(answer.status()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED.with("too large"));
    }

    @Test
    void aSizeExceptionHasItsNumbers() {
        FlightWriteSizeExceededException exceeded = FlightWriteSizeExceededException.of(10, 11);
        assertThat(exceeded.limit()).isEqualTo(10);
        assertThat(exceeded.actual()).isEqualTo(11);
        assertThat(exceeded.status()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        assertThat(exceeded).isInstanceOf(FlightInvalidArgumentException.class);
    }
}
