package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class WaitingDataTest {
    private final WaitingData data = new WaitingData();

    @Test
    void piecesAreCopiedTogetherAndComeInOrder() {
        byte[] all = new byte[100_000];
        new Random(1).nextBytes(all);
        Random lengths = new Random(2);
        for (int at = 0; at < all.length; ) {
            int n = Math.min(all.length - at, lengths.nextInt(10) == 0 ? 20_000 : lengths.nextInt(5));
            data.add(Unpooled.wrappedBuffer(all, at, n));
            at += n;
        }
        ByteBuf got = Unpooled.buffer();
        int pieces = 0;
        while (!data.isEmpty()) {
            ByteBuf piece = data.take();
            got.writeBytes(piece);
            piece.release();
            pieces++;
        }
        assertThat(got).isEqualTo(Unpooled.wrappedBuffer(all));
        assertThat(pieces).as("of 16 KiB each").isEqualTo(7);
    }

    @Test
    void whatIsPutBackComesAgain() {
        data.add(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}));
        ByteBuf piece = data.take();
        piece.skipBytes(1);
        data.putBack(piece);
        data.add(Unpooled.wrappedBuffer(new byte[] {4}));
        ByteBuf again = data.take();
        assertThat(again).isEqualTo(Unpooled.wrappedBuffer(new byte[] {2, 3, 4}));
        again.release();
    }

    @Test
    void whatNobodyTakesIsReleased() {
        data.add(Unpooled.wrappedBuffer(new byte[50_000]));
        data.release();
        assertThat(data.isEmpty()).isTrue();
    }
}
