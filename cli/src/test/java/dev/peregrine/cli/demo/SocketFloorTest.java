package dev.peregrine.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SocketFloorTest {
    @Test
    void movesTheBytesAndSaysHowLongItTook() throws IOException, InterruptedException {
        assertThat(SocketFloor.seconds((1 << 24) + 12_345)).isPositive();
    }
}
