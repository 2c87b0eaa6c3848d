package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.Parked;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class SendQueueTest {
    private final AtomicLong all = new AtomicLong();
    private final SendQueue queue = new SendQueue(100, all);
    private OutboundStream out = new OutboundStream(new DefaultHttp2Connection(false).connectionStream(), 0);

    @BeforeEach
    void stream() throws Exception {
        Http2Stream stream = new DefaultHttp2Connection(false).local().createStream(3, false);
        out = new OutboundStream(stream, 1000);
    }

    private static ByteBuf bytes(ByteBufAllocator allocator, int length) {
        return allocator.buffer(length).writeZero(length);
    }

    @Test
    void isFullAtItsLimitAndHasRoomAtHalfOfIt(ByteBufAllocator allocator) {
        AtomicInteger room = new AtomicInteger();
        queue.onRoom(room::incrementAndGet);
        assertThat(queue.put(bytes(allocator, 99))).isTrue();
        assertThat(queue.hasRoom()).isTrue();
        assertThat(queue.put(bytes(allocator, 1))).isTrue();
        assertThat(queue.hasRoom()).isFalse();
        assertThat(queue.drainTo(out)).isFalse();
        assertThat(queue.hasRoom()).as("taken by the loop is not yet written").isFalse();
        queue.written(49);
        assertThat(queue.hasRoom()).isFalse();
        assertThat(room).hasValue(0);
        queue.written(1);
        assertThat(queue.hasRoom()).isTrue();
        assertThat(room).hasValue(1);
        out.finish();
    }

    @Test
    void smallMessagesBehindOthersAreCopiedTogether(ByteBufAllocator allocator) {
        ByteBuf first = bytes(allocator, 10);
        ByteBuf second = bytes(allocator, FrameBuffer.COPY_LIMIT);
        ByteBuf large = bytes(allocator, FrameBuffer.COPY_LIMIT + 1);
        ByteBuf last = bytes(allocator, 20);
        for (ByteBuf message : new ByteBuf[] {first, second, large, last}) {
            queue.put(message);
        }
        assertThat(first.refCnt()).as("nothing was before it").isOne();
        assertThat(second.refCnt()).as("copied").isZero();
        assertThat(large.refCnt()).as("too long to copy").isOne();
        assertThat(last.refCnt()).as("copied").isZero();
        queue.drainTo(out);
        assertThat(out.bytes()).isEqualTo(10 + 2L * FrameBuffer.COPY_LIMIT + 1 + 20);
        ByteBuf afterwards = bytes(allocator, 10);
        queue.put(afterwards);
        assertThat(afterwards.refCnt()).as("what was drained is not added to").isOne();
        queue.close();
        out.finish();
    }

    @Test
    void aParkedSenderWakesWhenThereIsRoom(ByteBufAllocator allocator) throws Exception {
        queue.put(bytes(allocator, 500));
        CompletableFuture<Boolean> parked = parked();
        queue.drainTo(out);
        queue.written(450);
        assertThat(parked.get()).isTrue();
        out.finish();
    }

    @Test
    void aParkedSenderWakesWhenTheCallIsOver(ByteBufAllocator allocator) throws Exception {
        queue.put(bytes(allocator, 500));
        CompletableFuture<Boolean> parked = parked();
        queue.close();
        assertThat(parked.get()).isFalse();
        assertThat(queue.awaitRoom()).as("nor does the next one wait").isFalse();
    }

    /** Returns once the thread is parked. */
    private CompletableFuture<Boolean> parked() throws InterruptedException {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(queue.awaitRoom());
            } catch (InterruptedException e) {
                result.completeExceptionally(e);
            }
        });
        thread.start();
        Parked.await(thread);
        return result;
    }

    @Test
    void anInterruptedSenderSaysSo(ByteBufAllocator allocator) {
        queue.put(bytes(allocator, 100));
        Thread.currentThread().interrupt();
        assertThatThrownBy(queue::awaitRoom).isInstanceOf(InterruptedException.class);
        queue.close();
    }

    @Test
    void whatComesAfterTheEndIsReleased(ByteBufAllocator allocator) {
        queue.put(bytes(allocator, 3));
        assertThat(queue.end()).isTrue();
        assertThat(queue.end()).isFalse();
        assertThat(queue.put(bytes(allocator, 4), bytes(allocator, 5))).isFalse();
        assertThat(queue.drainTo(out)).isTrue();
        assertThat(out.bytes()).isEqualTo(3);
        out.finish();
    }

    @Test
    void closingReleasesWhatWaits(ByteBufAllocator allocator) {
        ByteBuf waiting = bytes(allocator, 3);
        queue.put(waiting);
        queue.close();
        assertThat(waiting.refCnt()).isZero();
        ByteBuf late = bytes(allocator, 3);
        assertThat(queue.put(late)).isFalse();
        assertThat(late.refCnt()).isZero();
    }

    @Test
    void whenAllTogetherHoldTooMuchEachWaitsForItsOwnToGo(ByteBufAllocator allocator) {
        AtomicInteger room = new AtomicInteger();
        queue.onRoom(room::incrementAndGet);
        // The others' part.
        all.set(100 * SendQueue.FULL_QUEUES - 20);
        queue.put(bytes(allocator, 19));
        assertThat(queue.hasRoom()).isTrue();
        queue.put(bytes(allocator, 1));
        assertThat(queue.hasRoom()).as("the limit of all").isFalse();
        queue.drainTo(out);
        all.addAndGet(1000);
        queue.written(19);
        assertThat(queue.hasRoom()).as("one byte is left").isFalse();
        queue.written(1);
        assertThat(queue.hasRoom()).as("all of its own has gone").isTrue();
        assertThat(room).hasValue(1);
        out.finish();
    }

    @Test
    void whatIsNotWrittenLeavesTheSumWhenTheCallEnds(ByteBufAllocator allocator) {
        queue.put(bytes(allocator, 30), bytes(allocator, 40));
        assertThat(all).hasValue(70);
        queue.drainTo(out);
        queue.written(30);
        assertThat(all).hasValue(40);
        queue.close();
        assertThat(all).hasValue(0);
        queue.written(40);
        queue.close();
        assertThat(all).hasValue(0);
        out.finish();
    }
}
