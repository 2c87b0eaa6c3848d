package dev.peregrine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.FlightDescriptor;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

@Timeout(30)
class ArgumentsTest {
    @ParameterizedTest
    @CsvSource({"5s,PT5S", "500ms,PT0.5S", "2m,PT2M", "1h,PT1H", "1.5s,PT1.5S", "0.25ms,PT0.00025S", "7,PT7S", "0s,PT0S"
    })
    void spansOfTime(String typed, String iso) {
        assertThat(new DurationArgument().convert(typed)).isEqualTo(Duration.parse(iso));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "5 s", "-1s", "1d", "soon", "1e3s", "99999999999999999999h"})
    void whatIsNoSpanOfTime(String typed) {
        assertThatThrownBy(() -> new DurationArgument().convert(typed))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageStartingWith("'" + typed + "' is ");
    }

    @Test
    void headers() {
        HeaderArgument text = new HeaderArgument.Converter().convert("X-Name=a=b ");
        assertThat(text.name()).isEqualTo("x-name");
        assertThat(text.text()).isEqualTo("a=b ");
        HeaderArgument binary = new HeaderArgument.Converter().convert("trace-bin=AP8=");
        assertThat(binary.isBinary()).isTrue();
        assertThat(binary.bytes()).containsExactly(0, 255);
        assertThat(new HeaderArgument.Converter().convert("empty=").text()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "name|'name' is no header of the form name=value",
                "=x|'=x' is no header of the form name=value",
                "a b=x|'a b' is no header's name",
                "a=grün|not printable ASCII",
                "a-bin=!|is not base64"
            })
    void whatIsNoHeader(String typed, String message) {
        assertThatThrownBy(() -> new HeaderArgument.Converter().convert(typed)).hasMessageContaining(message);
    }

    @Test
    void urisMayLeaveOutTheScheme() {
        assertThat(ConnectionOptions.location("localhost:8815").uri()).isEqualTo("grpc://localhost:8815");
        assertThat(ConnectionOptions.location("grpc+unix:///run/x.sock").uri()).isEqualTo("grpc+unix:///run/x.sock");
    }

    @Test
    void pathsHaveAsManySegmentsAsThereAreSlashesAndOne() {
        assertThat(FlightArguments.path("a/b c/ü")).isEqualTo(FlightDescriptor.path("a", "b c", "ü"));
        assertThat(FlightArguments.path("a")).isEqualTo(FlightDescriptor.path("a"));
        assertThat(FlightArguments.name(FlightDescriptor.path("a", "b"))).isEqualTo("a/b");
        assertThat(FlightArguments.name(FlightDescriptor.command("select 1"))).isEqualTo("command \"select 1\"");
    }

    @Test
    void sizesForPeople() {
        assertThat(Sizes.bytes(0)).isEqualTo("0 B");
        assertThat(Sizes.bytes(1023)).isEqualTo("1023 B");
        assertThat(Sizes.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Sizes.bytes((1L << 30) - 1)).isEqualTo("1.0 GiB");
        assertThat(Sizes.bytes(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
        assertThat(Sizes.count(1_234_567, "row")).isEqualTo("1,234,567 rows");
        assertThat(Sizes.count(1, "batch")).isEqualTo("1 batch");
        assertThat(Sizes.count(2, "batch")).isEqualTo("2 batches");
        assertThat(Sizes.seconds(0.0123)).isEqualTo("12 ms");
        assertThat(Sizes.seconds(61.46)).isEqualTo("61.5 s");
        assertThat(Sizes.rate(1 << 20, 0.5)).isEqualTo("2.0 MiB/s");
    }
}
