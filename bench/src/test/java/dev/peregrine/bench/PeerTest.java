package dev.peregrine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The peers do the work that the benchmarks believe they do. */
class PeerTest {
    @ParameterizedTest
    @ValueSource(strings = {"peregrine", "flight-core"})
    void moves_what_it_is_asked_to(String name) throws Exception {
        try (Peer peer = Peer.start(name)) {
            int rows = 100;
            int batches = 7;
            assertThat(peer.get(rows, batches)).isEqualTo(batches * (rows - 1) * (1 + 2 + 3 + 4L));
            assertThat(peer.put(rows, batches)).isEqualTo((long) rows * batches);
            assertThat(peer.ping(new byte[] {1, 2, 3})).containsExactly(1, 2, 3);
        }
    }
}
