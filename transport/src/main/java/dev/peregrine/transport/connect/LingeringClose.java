package dev.peregrine.transport.connect;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.PromiseNotifier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Closes a socket so that the peer can still read what was said last, a GOAWAY or a TLS alert. Who closes
 * a socket while the peer still sends resets the connection, and the kernel drops what has not gone out yet.
 *
 * <p>The first of a channel's handlers, next to the socket. When the others close the channel, TLS behind its close_notify,
 * only our direction ends (FIN), and to the others the connection is gone. What still comes is dropped as it was read, up to
 * {@link #MOST_DROPPED} bytes; then nothing is read any more, and the kernel stops the peer. The socket is closed when the
 * peer closes it, or after {@link #MILLIS}; when the application waits, as soon as the peer is silent.
 */
public final class LingeringClose extends ChannelDuplexHandler {
    /** How long a connection lingers at most, milliseconds. */
    public static final long MILLIS = 1000;

    /** The silence that is enough when the application waits, milliseconds. */
    private static final long SILENCE = 100;

    /** Bytes that are read and dropped at most, but for what one turn of reading brings. */
    static final int MOST_DROPPED = 1 << 20;

    /** Any thread. The connections of one end that linger. */
    static final class Room {
        /** So many may linger at a time; others are closed at once. */
        static final int MOST = 256;

        private final long longest;
        private final Semaphore free = new Semaphore(MOST);
        private volatile boolean closing;

        Room() {
            this(MILLIS);
        }

        /** {@code longest}: how long a connection lingers at most, milliseconds. */
        Room(long longest) {
            this.longest = longest;
        }

        private boolean enter() {
            return free.tryAcquire();
        }

        private void leave() {
            free.release();
        }

        boolean isEmpty() {
            return free.availablePermits() == MOST;
        }

        /** Waits until no connection lingers any more, less if interrupted; from then on none does. To be called once. */
        void close() {
            closing = true;
            try {
                // A timer that is late must not hold up others for ever.
                boolean ignored = free.tryAcquire(MOST, 2 * longest, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final Room room;
    private boolean lingering;
    private boolean silent;
    private int looks;
    private int dropped;
    private @Nullable Future<?> timer;

    LingeringClose(Room room) {
        this.room = room;
    }

    /** Closes the channel at once, past TLS: there is nothing to say to the peer, or it does not listen. */
    public static void closeAbruptly(ChannelHandlerContext ctx) {
        ChannelHandlerContext here = ctx.pipeline().context(LingeringClose.class);
        (here == null ? ctx : here).close();
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        Channel channel = ctx.channel();
        if (lingering) {
            PromiseNotifier.cascade(false, channel.closeFuture(), promise);
        } else if (channel.isActive() && channel instanceof DuplexChannel duplex && room.enter()) {
            lingering = true;
            PromiseNotifier.cascade(false, channel.closeFuture(), promise);
            linger(ctx, duplex);
        } else {
            ctx.close(promise);
        }
    }

    private void linger(ChannelHandlerContext ctx, DuplexChannel channel) {
        lookAgain(ctx);
        // A little later, as Netty does it: who closes may be in the middle of decoding.
        ctx.executor().execute(ctx::fireChannelInactive);
        channel.shutdownOutput().addListener(done -> {
            if (!done.isSuccess()) {
                ctx.close();
            }
        });
    }

    private void lookAgain(ChannelHandlerContext ctx) {
        silent = dropped < MOST_DROPPED;
        timer = ctx.executor().schedule(() -> look(ctx), SILENCE, TimeUnit.MILLISECONDS);
    }

    private void look(ChannelHandlerContext ctx) {
        looks++;
        if (looks * SILENCE >= room.longest || (silent && room.closing)) {
            ctx.close();
        } else {
            lookAgain(ctx);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!lingering) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (msg instanceof ByteBuf bytes) {
            silent = false;
            dropped += bytes.readableBytes();
        }
        ReferenceCountUtil.release(msg);
        if (dropped >= MOST_DROPPED) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!lingering) {
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (lingering) {
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    /** The socket has been closed. If the connection lingered, the other handlers know it as gone already. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!lingering) {
            ctx.fireChannelInactive();
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        room.leave();
    }
}
