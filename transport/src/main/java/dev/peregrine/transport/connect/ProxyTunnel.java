package dev.peregrine.transport.connect;

import dev.peregrine.transport.Address;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Event loop only. Has an HTTP proxy make a tunnel, and then gives the channel to those who use it.
 *
 * <pre>
 * CONNECT host:port HTTP/1.1      HTTP/1.1 200 Connection established
 * Host: host:port                 ...
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110.html#section-9.3.6">RFC 9110, 9.3.6</a>
 */
public final class ProxyTunnel extends ChannelInboundHandlerAdapter {
    /** A proxy's answer has no business to be longer, bytes. */
    private static final int LONGEST_ANSWER = 16 << 10;

    private static final String END = "\r\n\r\n";

    private final Proxies.Proxy proxy;
    private final Address.Tcp target;
    private final ChannelHandler initializer;
    private final Promise<Channel> opened;
    private final StringBuilder answer = new StringBuilder();

    private ProxyTunnel(Proxies.Proxy proxy, Address.Tcp target, ChannelHandler initializer, Promise<Channel> opened) {
        this.proxy = proxy;
        this.target = target;
        this.initializer = initializer;
        this.opened = opened;
    }

    /**
     * Any thread. Connects by way of a proxy.
     *
     * @param timeout for the connection to the proxy, and for the tunnel
     * @param initializer sets up the channel when the tunnel is there
     * @return fails with an IOException whose message is one sentence for people
     */
    public static Future<Channel> connect(
            Sockets sockets,
            EventLoop loop,
            Proxies.Proxy proxy,
            Address.Tcp target,
            Duration timeout,
            ChannelHandler initializer) {
        Promise<Channel> opened = loop.newPromise();
        ProxyTunnel tunnel = new ProxyTunnel(proxy, target, initializer, opened);
        long deadline = System.nanoTime() + Durations.nanos(timeout);
        Future<Channel> connected = sockets.connect(loop, proxy.address(), timeout, new Nothing());
        connected.addListener(done -> {
            if (done.isSuccess()) {
                Channel channel = connected.getNow();
                channel.pipeline().addLast(tunnel);
                ScheduledFuture<?> timer = loop.schedule(
                        () -> tunnel.fail(channel, "it did not answer in time"),
                        Math.max(0, deadline - System.nanoTime()),
                        TimeUnit.NANOSECONDS);
                opened.addListener(over -> timer.cancel(false));
            } else {
                String why = Objects.requireNonNullElse(done.cause().getMessage(), "no reason is known");
                opened.tryFailure(new IOException("The proxy for " + target + " fails: " + why, done.cause()));
            }
        });
        return opened;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        StringBuilder request = new StringBuilder()
                .append("CONNECT ")
                .append(target)
                .append(" HTTP/1.1\r\nHost: ")
                .append(target)
                .append("\r\n");
        if (proxy.authorization() != null) {
            request.append("Proxy-Authorization: ")
                    .append(proxy.authorization())
                    .append("\r\n");
        }
        ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), request.append("\r\n")));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf bytes = (ByteBuf) msg;
        try {
            while (bytes.isReadable() && !isComplete() && answer.length() < LONGEST_ANSWER) {
                answer.append((char) bytes.readUnsignedByte());
            }
            if (isComplete()) {
                answered(ctx, bytes);
            } else if (answer.length() >= LONGEST_ANSWER) {
                fail(ctx.channel(), "its answer is longer than " + LONGEST_ANSWER + " bytes");
            }
        } finally {
            bytes.release();
        }
    }

    private boolean isComplete() {
        int length = answer.length();
        return length >= END.length() && answer.indexOf(END, length - END.length()) >= 0;
    }

    /** {@code rest} is what the server has said already; lent. */
    private void answered(ChannelHandlerContext ctx, ByteBuf rest) {
        String status = answer.substring(0, answer.indexOf("\r\n"));
        if (!status.matches("HTTP/1\\.[01] 2[0-9][0-9].*")) {
            fail(ctx.channel(), "it answers \"" + status + "\"");
            return;
        }
        ctx.pipeline().addLast(initializer);
        if (opened.trySuccess(ctx.channel()) && rest.isReadable()) {
            ctx.fireChannelRead(rest.readRetainedSlice(rest.readableBytes()));
            ctx.fireChannelReadComplete();
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx.channel(), "it closed the connection without an answer");
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx.channel(), ConnectErrors.plain(cause));
    }

    private void fail(Channel channel, String why) {
        if (opened.tryFailure(
                new IOException("The proxy " + proxy.address() + " makes no connection to " + target + ": " + why))) {
            channel.close();
        }
    }

    /** Sets up a channel that has no handlers yet. */
    @Sharable
    private static final class Nothing extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.pipeline().remove(this);
        }
    }
}
