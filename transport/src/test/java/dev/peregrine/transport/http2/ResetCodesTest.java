package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.transport.GrpcCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResetCodesTest {
    @ParameterizedTest
    @CsvSource({
        "0, INTERNAL",
        "1, INTERNAL",
        "2, INTERNAL",
        "3, INTERNAL",
        "4, INTERNAL",
        "5, INTERNAL",
        "6, INTERNAL",
        "7, UNAVAILABLE",
        "8, CANCELLED",
        "9, INTERNAL",
        "10, INTERNAL",
        "11, RESOURCE_EXHAUSTED",
        "12, PERMISSION_DENIED",
        "13, INTERNAL",
        "14, INTERNAL",
        "4294967295, INTERNAL"
    })
    void mapsAsTheTableSays(long errorCode, GrpcCode code) {
        assertThat(ResetCodes.code(errorCode)).isEqualTo(code);
    }

    @Test
    void namesTheCode() {
        assertThat(ResetCodes.status(7).message()).isEqualTo("The peer reset the stream with REFUSED_STREAM");
        assertThat(ResetCodes.status(0xBEEF).message()).isEqualTo("The peer reset the stream with error code 0xbeef");
    }
}
