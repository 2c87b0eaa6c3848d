package dev.peregrine.transport.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.Parked;
import dev.peregrine.transport.Address;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.Epoll;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who runs an event loop. The peer sends each byte back, but zeros it keeps. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SharedLoopTest {
    private static final String OWN = "peregrine-loop-";

    private final Sockets peer = Sockets.open(1);
    private final CompletableFuture<Channel> accepted = new CompletableFuture<>();
    private final CountDownLatch kept = new CountDownLatch(1);
    private final AtomicReference<CountDownLatch> answer = new AtomicReference<>(new CountDownLatch(1));
    private Sockets sockets = Sockets.open(1);

    /** Who read the last byte that came. */
    private volatile Thread reader = Thread.currentThread();

    private Address address = new Address.Tcp("127.0.0.1", 0);
    private SharedLoop loop;
    private Channel channel;

    @BeforeEach
    void connect() throws Exception {
        Channel listening = peer.listen(address, handler(Echo::new));
        address = Sockets.bound(listening, address);
        use(sockets);
    }

    @AfterEach
    void close() {
        sockets.close();
        peer.close();
    }

    private void use(Sockets used) throws Exception {
        sockets = used;
        loop = (SharedLoop) used.loops().next();
        channel = open();
    }

    private Channel open() throws Exception {
        return sockets.connect(loop, address, Duration.ofSeconds(10), handler(Reader::new))
                .get(20, TimeUnit.SECONDS);
    }

    private static ChannelHandler handler(Supplier<ChannelHandler> each) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(each.get());
            }
        };
    }

    private final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            accepted.complete(ctx.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (bytes.getByte(bytes.readerIndex()) == 0) {
                bytes.release();
                kept.countDown();
            } else {
                ctx.writeAndFlush(bytes);
            }
        }
    }

    private final class Reader extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            reader = Thread.currentThread();
            answer.get().countDown();
        }
    }

    private void ask(int what) throws InterruptedException {
        CountDownLatch here = new CountDownLatch(1);
        answer.set(here);
        loop.execute(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) what})));
        loop.awaitAnswer(() -> here.getCount() == 0, here::await);
    }

    private static void assumeEpoll() {
        assumeThat(Epoll.isAvailable()).as("only loops of epoll are lent").isTrue();
    }

    private void borrow() throws InterruptedException {
        assumeEpoll();
        do {
            ask(1);
        } while (reader != Thread.currentThread());
    }

    /** What a task sees that another thread adds. */
    private Thread whoRuns() throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Thread> runner = new CompletableFuture<>();
        Thread adds = new Thread(() -> loop.execute(() -> runner.complete(Thread.currentThread())));
        adds.start();
        adds.join();
        return runner.get(20, TimeUnit.SECONDS);
    }

    @Test
    void whoAsksAndWaitsInTurnRunsTheLoop() throws Exception {
        AtomicReference<Thread> runner = new AtomicReference<>();
        // On a busy machine the own thread takes a loan back now and then.
        do {
            borrow();
            assertThat(loop.inEventLoop()).as("between the answers").isFalse();
            ask(2);
            loop.execute(() -> runner.set(Thread.currentThread()));
        } while (reader != Thread.currentThread() || runner.get() != Thread.currentThread());
        assertThat(loop.inEventLoop()).as("after what the borrower has added").isFalse();
    }

    @Test
    void whatAnotherThreadAddsDoesNotWaitForTheBorrower() throws Exception {
        borrow();
        assertThat(whoRuns().getName()).startsWith(OWN);
        ask(3);
        assertThat(answer.get().getCount()).isZero();
    }

    @Test
    void whatComesDoesNotWaitForTheBorrower() throws Exception {
        borrow();
        CountDownLatch unasked = new CountDownLatch(1);
        answer.set(unasked);
        accepted.get().writeAndFlush(Unpooled.wrappedBuffer(new byte[] {4}));
        assertThat(unasked.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(reader.getName()).startsWith(OWN);
    }

    @Test
    void whatComesToABorrowerThatOnlySendsIsReadByIt() throws Exception {
        // On a busy machine the own thread takes a loan back now and then.
        do {
            borrow();
            CountDownLatch unasked = new CountDownLatch(1);
            answer.set(unasked);
            accepted.get().writeAndFlush(Unpooled.wrappedBuffer(new byte[] {4}));
            while (unasked.getCount() > 0) {
                loop.execute(() -> {});
            }
        } while (reader != Thread.currentThread());
        assertThat(loop.inEventLoop()).isFalse();
    }

    @Test
    void aWaitOfAnotherKindGivesTheLoopBack() throws Exception {
        borrow();
        CountDownLatch unasked = new CountDownLatch(1);
        answer.set(unasked);
        loop.await(() -> {
            accepted.join().writeAndFlush(Unpooled.wrappedBuffer(new byte[] {5}));
            unasked.await();
        });
        assertThat(reader.getName()).startsWith(OWN);
    }

    @Test
    void whoWaitsForLongParksAndCanBeInterrupted() throws Exception {
        assumeEpoll();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread asks = new Thread(() -> {
            try {
                borrow();
                ask(0);
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            } catch (RuntimeException | Error e) {
                interrupted.completeExceptionally(e);
            }
        });
        asks.start();
        assertThat(kept.await(20, TimeUnit.SECONDS)).isTrue();
        Parked.await(asks);
        assertThat(whoRuns().getName()).startsWith(OWN);
        asks.interrupt();
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void isNotLentWhileAnotherConnectionOrCallHasAUseForIt() throws Exception {
        Channel second = open();
        for (int i = 0; i < 300; i++) {
            ask(1);
            assertThat(reader.getName()).startsWith(OWN);
        }
        loop.calls(2);
        second.close().sync();
        for (int i = 0; i < 300; i++) {
            ask(1);
            assertThat(reader.getName()).startsWith(OWN);
        }
        loop.calls(-1);
        borrow();
        loop.calls(1);
        ask(1);
        assertThat(reader.getName()).startsWith(OWN);
    }

    @Test
    void isNotLentIfAnInterruptWouldCloseTheConnection() throws Exception {
        sockets.close();
        use(Sockets.openNio(1));
        for (int i = 0; i < 300; i++) {
            ask(1);
            assertThat(reader.getName()).startsWith(OWN);
        }
    }

    @Test
    void endsWhileItIsLent() throws Exception {
        borrow();
        sockets.close();
        assertThat(loop.isTerminated()).isTrue();
        assertThatThrownBy(() -> loop.execute(() -> {})).hasMessageContaining("terminated");
    }
}
