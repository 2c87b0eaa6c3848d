package dev.peregrine.transport.tls;

import dev.peregrine.transport.Address;
import dev.peregrine.transport.Tls;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Handshakes over loopback, and what each end says of them. */
final class Handshake implements AutoCloseable {
    static final String WENT_WELL = "h2";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final SslProvider clientProvider;
    private final SslProvider serverProvider;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private String serverSaid = "";

    Handshake(SslProvider clientProvider, SslProvider serverProvider) {
        this.clientProvider = clientProvider;
        this.serverProvider = serverProvider;
    }

    /** What the server said of the last handshake. */
    String serverSaid() {
        return serverSaid;
    }

    /** What the client says of a handshake with such a server: {@link #WENT_WELL}, or a sentence. */
    String between(Tls.Client client, Tls.Server server) throws Exception {
        return between(client, new LiveTls(server, serverProvider).context());
    }

    String between(Tls.Client client, SslContext server) throws Exception {
        Outcome atServer = new Outcome(null);
        InetSocketAddress listening = listen(server, atServer);
        Outcome atClient = connect(new LiveTls(client, clientProvider), client, listening);
        String said = atClient.said.get(20, TimeUnit.SECONDS);
        serverSaid = atServer.said.get(20, TimeUnit.SECONDS);
        boolean refusedLate = said.equals(WENT_WELL) && serverSaid.contains("certificate");
        return refusedLate ? atClient.late.get(20, TimeUnit.SECONDS) : said;
    }

    /** Listens with what {@code tls} is at each handshake; the outcomes go nowhere. */
    InetSocketAddress listen(LiveTls tls) {
        return listen(tls, new Outcome(null));
    }

    private InetSocketAddress listen(SslContext context, Outcome outcome) {
        return bind(channel -> TlsContexts.serverHandler(context, TIMEOUT, channel.alloc()), outcome);
    }

    private InetSocketAddress listen(LiveTls tls, Outcome outcome) {
        return bind(channel -> TlsContexts.serverHandler(tls.context(), TIMEOUT, channel.alloc()), outcome);
    }

    private InetSocketAddress bind(java.util.function.Function<Channel, SslHandler> handler, Outcome outcome) {
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(handler.apply(channel), outcome);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        return (InetSocketAddress) listening.localAddress();
    }

    /** What a client says of a handshake with whoever listens there. */
    String with(Tls.Client client, InetSocketAddress listening) throws Exception {
        return connect(new LiveTls(client, clientProvider), client, listening)
                .said
                .get(20, TimeUnit.SECONDS);
    }

    /** The names in the certificate that is shown to a client which trusts everybody. */
    String shownBy(InetSocketAddress listening) throws Exception {
        Tls.Client careless = new Tls.Client(null, null, null, null, false);
        Outcome outcome = connect(new LiveTls(careless, clientProvider), careless, listening);
        outcome.said.get(20, TimeUnit.SECONDS);
        return outcome.shown.get(0).getSubjectX500Principal().getName();
    }

    /** The client connects by the name localhost. */
    private Outcome connect(LiveTls live, Tls.Client tls, InetSocketAddress listening) {
        Address address = new Address.Tcp("localhost", listening.getPort());
        Outcome outcome = new Outcome(tls);
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        TlsContexts.clientHandler(
                                                live.context(), tls, address, TIMEOUT, channel.alloc()),
                                        outcome);
                    }
                })
                .connect(listening)
                .syncUninterruptibly();
        return outcome;
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Of the first handshake. */
    @io.netty.channel.ChannelHandler.Sharable
    private static final class Outcome extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<String> said = new CompletableFuture<>();

        /** What a client says when the server refuses it afterwards: so it is with TLS 1.3. */
        private final CompletableFuture<String> late = new CompletableFuture<>();

        private final Tls.@Nullable Client tls;
        private volatile List<X509Certificate> shown = List.of();

        Outcome(Tls.@Nullable Client tls) {
            this.tls = tls;
        }

        private String why(Throwable cause) {
            return tls == null
                    ? TlsErrors.server("PEER", cause)
                    : TlsErrors.client("PEER", "localhost", TlsContexts.showsCertificate(tls), cause);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
                return;
            }
            SslHandler ssl = ctx.pipeline().get(SslHandler.class);
            if (!handshake.isSuccess()) {
                said.complete(why(handshake.cause()));
            } else if (TlsContexts.selectedH2(ssl)) {
                shown = TlsContexts.peerCertificates(ssl);
                said.complete(WENT_WELL);
            } else {
                said.complete(tls == null ? TlsErrors.noHttp2Asked("PEER") : TlsErrors.noHttp2("PEER"));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            late.complete(why(cause));
        }
    }
}
