package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcTimeoutTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1n",
        "99999999, 99999999n",
        "100000000, 100000u",
        "100000001, 100001u",
        "99999999000, 99999999u",
        "99999999001, 100000m",
        "99999999000000, 99999999m",
        "99999999000001, 100000S",
        "99999999000000000, 99999999S",
        "99999999000000001, 1666667M",
        "5999999940000000000, 99999999M",
        "9223372036854775807, 2562048H",
        "0, 1n",
        "-5, 1n"
    })
    void formatsInTheFinestUnitThatFitsRoundedUp(long nanos, String value) {
        assertThat(GrpcTimeout.format(nanos)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 999, 99_999_999, 100_000_001, 123_456_789_012L, 86_400_000_000_000L, Long.MAX_VALUE})
    void neverReadsShorterThanItWas(long nanos) throws GrpcException {
        long read = GrpcTimeout.parse(GrpcTimeout.format(nanos));
        assertThat(read).isGreaterThanOrEqualTo(nanos);
        // At least five digits are kept, when a unit has just become too fine.
        assertThat((double) read).isLessThanOrEqualTo(nanos * 1.000_011);
    }

    @ParameterizedTest
    @CsvSource({"1H, 3600000000000", "2M, 120000000000", "3S, 3000000000", "4m, 4000000", "5u, 5000", "6n, 6", "0n, 0"})
    void parsesEachUnit(String value, long nanos) throws GrpcException {
        assertThat(GrpcTimeout.parse(value)).isEqualTo(nanos);
    }

    @Test
    void tooLongIsForEver() throws GrpcException {
        assertThat(GrpcTimeout.parse("99999999H")).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "S", "123456789S", "-1S", "+1S", "1.5S", " 1S", "1 S", "1s", "1x", "1SS", "\u0661S"})
    void refusesWhatBreaksTheGrammar(String value) {
        assertThatThrownBy(() -> GrpcTimeout.parse(value)).isInstanceOfSatisfying(GrpcException.class, e -> {
            assertThat(e.status().code()).isEqualTo(GrpcCode.INTERNAL);
            assertThat(e.status().message()).contains("grpc-timeout \"" + value + "\"");
        });
    }
}
