package dev.peregrine.testing.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a {@link ScriptedPeer} reads of a connection that ends. */
final class ScriptedPeerTest {
    private static final Frame LAST = Frame.goAway(1, 0, "bye");

    /** Who hangs up with much unsent may be cut off anywhere, and what is left of a frame must not pass for one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 9, 12, 19})
    void theEndInTheMiddleOfAFrame(int sent) throws Exception {
        try (ScriptedPeer.Port port = new ScriptedPeer.Port();
                ScriptedPeer client = ScriptedPeer.connectSilently(port.number())) {
            try (ScriptedPeer server = port.acceptSilently()) {
                server.sends(Frame.ping(7));
                server.sendsRaw(Arrays.copyOf(LAST.bytes(), sent));
            }
            assertThat(client.read()).isEqualTo(Frame.ping(7));
            assertThat(client.read()).isNull();
        }
    }

    @Test
    void theEndBehindAFrame() throws Exception {
        try (ScriptedPeer.Port port = new ScriptedPeer.Port();
                ScriptedPeer client = ScriptedPeer.connectSilently(port.number())) {
            try (ScriptedPeer server = port.acceptSilently()) {
                server.sends(LAST);
            }
            assertThat(client.read()).isEqualTo(LAST);
            assertThat(client.read()).isNull();
        }
    }
}
