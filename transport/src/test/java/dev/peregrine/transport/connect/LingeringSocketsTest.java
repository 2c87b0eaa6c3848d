package dev.peregrine.transport.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.tls.LiveTls;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was said last is read over real sockets, and the end of the connection behind it, although the peer goes on sending. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LingeringSocketsTest {
    /** More than the sockets take at once, so that some of it has not gone out when the socket is closed. */
    private static final int LAST_WORDS = 1 << 20;

    private static final int FLOOD = 16 << 20;

    /**
     * Milliseconds, for a peer on a busy machine to read all of it: TLS has to be decrypted by code that has hardly run yet. A
     * connection whose time is over is reset, and what has not been read is lost.
     */
    private static final long LINGERING = 40_000;

    @TempDir
    private Path folder;

    /** Says much when something comes, and hangs up; completes when the connection is gone. */
    private static final class Grumbler extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<String> gone = new CompletableFuture<>();
        private boolean spoken;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
            if (!spoken) {
                spoken = true;
                ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[LAST_WORDS]))
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            gone.complete(ctx.channel().isOpen() ? "lingers" : "closed");
        }
    }

    private record Floodable(InputStream in, OutputStream out, AutoCloseable socket) {}

    /** Sends more than is read, from a thread of its own; ends when the other end has closed. */
    private static CompletableFuture<Void> flood(OutputStream out) {
        byte[] piece = new byte[64 << 10];
        return CompletableFuture.runAsync(() -> {
            try {
                for (int sent = 0; sent < FLOOD; sent += piece.length) {
                    out.write(piece);
                }
            } catch (IOException e) {
                // It has closed.
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"epoll,tcp", "epoll,unix", "epoll,tls", "nio,tcp", "nio,unix", "nio,tls"})
    void areRead(String io, String carrier) throws Exception {
        Grumbler grumbler = new Grumbler();
        SslContext tls = carrier.equals("tls") ? serverTls() : null;
        Address asked = carrier.equals("unix")
                ? new Address.Unix(folder.resolve("s").toString())
                : new Address.Tcp("127.0.0.1", 0);
        try (Sockets sockets = io.equals("nio") ? Sockets.openNio(1) : Sockets.open(1)) {
            Channel listening = sockets.listen(asked, initializer(tls, grumbler));
            Floodable peer = connect(Sockets.bound(listening, asked), tls != null);
            CompletableFuture<Void> flood = flood(peer.out);
            assertThat(peer.in.readAllBytes()).hasSize(LAST_WORDS);
            assertThat(grumbler.gone.get(10, TimeUnit.SECONDS)).isEqualTo("lingers");
            peer.socket.close();
            flood.get(20, TimeUnit.SECONDS);
        }
    }

    private static ChannelInitializer<Channel> initializer(@Nullable SslContext tls, Grumbler grumbler) {
        LingeringClose.Room room = new LingeringClose.Room(LINGERING);
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new LingeringClose(room));
                if (tls != null) {
                    channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                }
                channel.pipeline().addLast(grumbler);
            }
        };
    }

    private static SslContext serverTls() throws Exception {
        X509Bundle identity = new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        return new LiveTls(new Tls.Server(
                        identity.getCertificatePEM().getBytes(StandardCharsets.US_ASCII),
                        identity.getPrivateKeyPEM().getBytes(StandardCharsets.US_ASCII),
                        null))
                .context();
    }

    private static Floodable connect(Address address, boolean tls) throws Exception {
        if (address instanceof Address.Unix unix) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(unix.path()));
            return new Floodable(input(channel), output(channel), channel);
        }
        int port = ((Address.Tcp) address).port();
        Socket carrier = new Socket("127.0.0.1", port);
        Socket socket = tls ? secured(carrier) : carrier;
        // To close what TLS is on waits for no writer: TLS's own close wants to write.
        return new Floodable(socket.getInputStream(), socket.getOutputStream(), carrier);
    }

    /** {@link java.nio.channels.Channels} has streams of which one waits for the other. */
    private static InputStream input(SocketChannel channel) {
        return new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return channel.read(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    private static OutputStream output(SocketChannel channel) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            }
        };
    }

    private static Socket secured(Socket carrier) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] all = InsecureTrustManagerFactory.INSTANCE.getTrustManagers();
        context.init(null, all, null);
        SSLSocket secured =
                (SSLSocket) context.getSocketFactory().createSocket(carrier, "localhost", carrier.getPort(), true);
        secured.startHandshake();
        return secured;
    }
}
