package dev.peregrine.transport.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.transport.Address;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SocketsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private Sockets sockets = Sockets.open(1);

    @AfterEach
    void close() {
        sockets.close();
    }

    private void use(String kind) {
        if (kind.equals("nio")) {
            sockets.close();
            sockets = Sockets.openNio(1);
        }
    }

    private Channel connect(Address address) throws Exception {
        Future<Channel> connected =
                sockets.connect(sockets.loops().next(), address, SOON, new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {}
                });
        assertThat(connected.await(20, TimeUnit.SECONDS)).isTrue();
        if (connected.cause() instanceof IOException e) {
            throw e;
        }
        return connected.getNow();
    }

    /** Listens, and completes the future with what the server calls its client. */
    private Channel listen(Address address, CompletableFuture<String> accepted) throws IOException {
        return sockets.listen(address, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        accepted.complete(Sockets.peer(ctx.channel()));
                    }
                });
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"best", "nio"})
    void tcp(String kind) throws Exception {
        use(kind);
        CompletableFuture<String> accepted = new CompletableFuture<>();
        Address asked = new Address.Tcp("127.0.0.1", 0);
        Channel server = listen(asked, accepted);
        Address bound = Sockets.bound(server, asked);
        assertThat(bound).isInstanceOfSatisfying(Address.Tcp.class, tcp -> {
            assertThat(tcp.host()).isEqualTo("127.0.0.1");
            assertThat(tcp.port()).isPositive();
        });
        Channel client = connect(bound);
        assertThat(Sockets.peer(client)).isEqualTo(bound.toString());
        assertThat(accepted.get(10, TimeUnit.SECONDS)).startsWith("127.0.0.1:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"best", "nio"})
    void unix(String kind) throws Exception {
        use(kind);
        CompletableFuture<String> accepted = new CompletableFuture<>();
        Path path = folder.resolve("s");
        Address address = new Address.Unix(path.toString());
        Channel server = listen(address, accepted);
        assertThat(Sockets.bound(server, address)).isEqualTo(address);
        Channel client = connect(address);
        assertThat(Sockets.peer(client)).isEqualTo("unix:" + path);
        assertThat(accepted.get(10, TimeUnit.SECONDS)).isEqualTo("unix:" + path);
        server.close().sync();
        assertThat(path).doesNotExist();
    }

    @Test
    void aNameIsTriedAtAllItsAddresses() throws Exception {
        // localhost may be ::1 and 127.0.0.1; only the second one listens.
        Channel server = listen(new Address.Tcp("127.0.0.1", 0), new CompletableFuture<>());
        int port = ((Address.Tcp) Sockets.bound(server, new Address.Tcp("127.0.0.1", 0))).port();
        assertThat(connect(new Address.Tcp("localhost", port)).isActive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"best", "nio"})
    void refusedConnectionsSayWhatToLookAt(String kind) throws Exception {
        use(kind);
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> connect(new Address.Tcp("127.0.0.1", free)))
                .hasMessage("Cannot connect to 127.0.0.1:" + free
                        + ": connection refused; is the server running, and is this its port?");
        assertThatThrownBy(() -> connect(new Address.Unix(folder + "/none")))
                .hasMessageStartingWith("Cannot connect to unix:" + folder + "/none: there is no such socket");
    }

    @Test
    void anUnknownHostIsNamed() {
        assertThatThrownBy(() -> connect(new Address.Tcp("no-such-host.invalid", 1)))
                .hasMessage("Cannot connect to no-such-host.invalid:1: the host name is unknown");
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            Address address = new Address.Tcp("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> listen(address, new CompletableFuture<>()))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("Cannot listen on " + address + ": Address (already )?in use");
        }
    }

    @Test
    void aStaleSocketIsReplacedALiveOneIsNot() throws Exception {
        Path path = folder.resolve("s");
        Address address = new Address.Unix(path.toString());
        // A closed ServerSocketChannel leaves its file, as a killed server does.
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        Channel server = listen(address, new CompletableFuture<>());
        assertThatThrownBy(() -> listen(address, new CompletableFuture<>()))
                .hasMessage("Cannot listen on unix:" + path + ": another server listens there");
        assertThat(connect(address).isActive()).as("the live one is untouched").isTrue();
        server.close().sync();
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws Exception {
        Path path = Files.writeString(folder.resolve("precious"), "data");
        assertThatThrownBy(() -> listen(new Address.Unix(path.toString()), new CompletableFuture<>()))
                .hasMessageContaining("a file that is no socket is there");
        assertThat(path).hasContent("data");
    }

    @Test
    void theFileOfALaterServerIsLeftAlone() throws Exception {
        Path path = folder.resolve("s");
        UnixSocketFile first = UnixSocketFile.claim(path.toString());
        try (ServerSocketChannel one = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            one.bind(UnixDomainSocketAddress.of(path));
            first.bound();
            Files.move(path, folder.resolve("moved"));
            try (ServerSocketChannel two = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                two.bind(UnixDomainSocketAddress.of(path));
                UnixSocketFile.remove(first);
                assertThat(path).exists();
            }
        }
    }

    @Test
    void loopsAreNamedDaemons() throws Exception {
        Thread loop = sockets.loops().submit(Thread::currentThread).get(10, TimeUnit.SECONDS);
        assertThat(loop.getName()).matches("peregrine-loop-\\d+");
        assertThat(loop.isDaemon()).isTrue();
        sockets.close();
        assertThat(sockets.loops().isTerminated()).isTrue();
    }
}
