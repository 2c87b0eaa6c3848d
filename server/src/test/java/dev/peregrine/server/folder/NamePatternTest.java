package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NamePatternTest {

    @Test
    void emptyMatchesAll() {
        assertThat(matches("")).containsExactly("a", "trades", "trades/2023", "trades/2024", "trades/2024/may");
    }

    @Test
    void textIsTheBeginningOfTheName() {
        assertThat(matches("trades/")).containsExactly("trades/2023", "trades/2024", "trades/2024/may");
        assertThat(matches("trades/2024")).containsExactly("trades/2024", "trades/2024/may");
        assertThat(matches("2024")).isEmpty();
    }

    @Test
    void starsAndTheLikeAreAGlobOverTheWholeName() {
        assertThat(matches("trades/*")).containsExactly("trades/2023", "trades/2024");
        assertThat(matches("**2024**")).containsExactly("trades/2024", "trades/2024/may");
        assertThat(matches("?")).containsExactly("a");
        assertThat(matches("trades/202[0-3]")).containsExactly("trades/2023");
        assertThat(matches("{a,trades}")).containsExactly("a", "trades");
    }

    @Test
    void refusesWhatIsNeither() {
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> NamePattern.of(Criteria.of("[a")))
                .withMessageStartingWith("the criteria \"[a\" is no glob: ");
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> NamePattern.of(new Criteria(new byte[] {(byte) 0xC0})))
                .withMessage("the criteria is not UTF-8; it must be text");
    }

    private static List<String> matches(String expression) {
        return Stream.of("a", "trades", "trades/2023", "trades/2024", "trades/2024/may")
                .map(FlightName::parse)
                .filter(NamePattern.of(Criteria.of(expression)))
                .map(FlightName::toString)
                .toList();
    }
}
