package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlightNameTest {

    @Test
    void aPathAndItsTicketAreOneName() {
        FlightName name = FlightName.of(FlightDescriptor.path("trades", "2024", "größe 5"));

        assertThat(name.toString()).isEqualTo("trades/2024/größe 5");
        assertThat(FlightName.of(name.ticket())).isEqualTo(name);
        assertThat(name.descriptor()).isEqualTo(FlightDescriptor.path("trades", "2024", "größe 5"));
        assertThat(name.folders()).containsExactly("trades", "2024");
        assertThat(name.last()).isEqualTo("größe 5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "/etc/passwd", "a//b", "a/", "/a", "..", "../a", "a/..", "a/../../b", ".", "a/./b"})
    void refusesTicketsThatLeadElsewhere(String ticket) {
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> FlightName.of(Ticket.of(ticket)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a/b", "a\\b", "/a", "..", ".hidden", ".peregrine-put-1.tmp", "a\u0000b", "a\nb", "\ud800", ""})
    void refusesComponentsThatAreMoreThanAName(String component) {
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> FlightName.of(FlightDescriptor.path("a", component)));
        assertThat(FlightName.isComponent(component)).isFalse();
    }

    @Test
    void saysWhatIsWrongWithoutControlCharacters() {
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> FlightName.of(FlightDescriptor.path("a\nFAKE LOG")))
                .withMessage("the path component \"a?FAKE LOG\" contains the control character U+000A");
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> FlightName.of(FlightDescriptor.path("a/b")))
                .withMessageContaining("contains '/'; give each folder and the name as a component of its own");
    }

    @Test
    void takesNamesAsLongAsFileSystemsDo() {
        String longest = "é".repeat(FlightName.MAX_COMPONENT_BYTES / 2);

        assertThat(FlightName.parse(longest).last()).isEqualTo(longest);
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> FlightName.parse(longest + "éé"))
                .withMessageContaining("more than the " + FlightName.MAX_COMPONENT_BYTES + " allowed");
    }

    @Test
    void refusesPathsThatAreTooDeep() {
        List<String> deep = Collections.nCopies(FlightName.MAX_BYTES / 2 + 1, "a");

        assertThat(new FlightName(deep.subList(1, deep.size())).components()).hasSize(FlightName.MAX_BYTES / 2);
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> new FlightName(deep))
                .withMessage("the flight's path has 3001 bytes, more than the 3000 allowed");
    }

    @Test
    void refusesCommandsAndEmptyPaths() {
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> FlightName.of(FlightDescriptor.command("select 1")))
                .withMessageContaining("use a path descriptor");
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> FlightName.of(FlightDescriptor.path(List.of())))
                .withMessage("a flight's path needs at least one component");
    }

    @Test
    void refusesTicketsThatAreNoText() {
        byte[] noText = new byte[3];
        Arrays.fill(noText, (byte) 0xFF);

        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> FlightName.of(new Ticket(noText)))
                .withMessage("the ticket is not UTF-8; it must be text");
    }
}
