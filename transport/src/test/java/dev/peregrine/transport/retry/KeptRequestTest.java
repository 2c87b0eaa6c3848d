package dev.peregrine.transport.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class KeptRequestTest {
    private static ByteBuf bytes(String text) {
        return PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String takeAll(KeptRequest kept) {
        ByteBuf all = kept.takeAll();
        if (all == null) {
            return "nothing";
        }
        String text = all.toString(StandardCharsets.US_ASCII);
        all.release();
        return text;
    }

    private static void add(KeptRequest kept, String text) {
        ByteBuf slice = bytes(text);
        kept.add(slice);
        assertThat(slice.readableBytes()).as("only looked at").isEqualTo(text.length());
        slice.release();
    }

    @Test
    void keepsCopiesUpToALimit() {
        KeptRequest kept = new KeptRequest(5);
        add(kept, "abc");
        add(kept, "de");
        assertThat(kept.isComplete()).isTrue();
        add(kept, "f");
        assertThat(kept.isComplete()).isFalse();
        assertThat(takeAll(kept)).isEqualTo("nothing");
    }

    @Test
    void keepsAWholeRequestOfAnyLengthAsItIs() {
        KeptRequest kept = new KeptRequest(5);
        ByteBuf request = bytes("a long request");
        kept.whole(request);
        request.skipBytes(3);
        assertThat(request.refCnt()).isEqualTo(2);
        request.release();
        assertThat(takeAll(kept)).isEqualTo("a long request");
        assertThat(takeAll(kept)).isEqualTo("nothing");
        assertThat(kept.isComplete()).isTrue();
    }

    @Test
    void givesUpOnce() {
        KeptRequest kept = new KeptRequest(100);
        add(kept, "abc");
        kept.giveUp();
        kept.giveUp();
        add(kept, "abc");
        assertThat(kept.isComplete()).isFalse();
        assertThat(takeAll(kept)).isEqualTo("nothing");
    }
}
