package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.CallSettings;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls whose messages are compressed, between our own ends and as a peer sees them frame by frame. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class CompressedCallsTest {
    private static final byte[] ZEROS = new byte[10_000];

    private static TransportOptions compressing(Compression compression) {
        return Loopback.OPTIONS.toBuilder().compression(compression).build();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** What the peer has got and no test has looked at. */
    private final ByteBuf received = Unpooled.buffer();

    /** The next bytes of the call's DATA, wherever its frames begin and end. */
    private byte[] data(ScriptedPeer peer, int length) throws IOException {
        while (received.readableBytes() < length) {
            received.writeBytes(peer.receives("more data", Http2FrameTypes.DATA).payload());
        }
        byte[] bytes = new byte[length];
        received.readBytes(bytes);
        return bytes;
    }

    private static byte[] gzip(byte[] message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(message);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return ByteBuffer.allocate(5 + bytes.size())
                .put((byte) 1)
                .putInt(bytes.size())
                .put(bytes.toByteArray())
                .array();
    }

    private static ScriptedPeer client(Loopback loopback) throws IOException {
        return ScriptedPeer.connect(loopback.port());
    }

    private static Frame request(ScriptedPeer peer, String path, String... more) {
        String[] fields = {
            ":method", "POST", ":scheme", "http", ":path", path, ":authority", "x", "content-type", "application/grpc"
        };
        String[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return peer.headers(3, false, all);
    }

    @ParameterizedTest
    @EnumSource
    void bothEndsCompressAsTheirOptionsSay(Compression compression) throws Exception {
        TransportOptions options = compressing(compression);
        try (Loopback loopback =
                new Loopback(new Address.Tcp("127.0.0.1", 0), options, options).on("/t/Echo", LoopbackTest.ECHO)) {
            Loopback.Started call = loopback.start("/t/Echo");
            byte[][] messages = {new byte[0], ZEROS, random(100), random(3 << 20), new byte[10 << 20]};
            for (byte[] message : messages) {
                call.write(message);
                assertThat(call.read()).isEqualTo(message);
            }
            call.call().halfClose();
            assertThat(call.read()).isNull();
        }
    }

    @Test
    void aMessageThatIsLargerThanTheWindowArrivesThoughOthersWait() throws Exception {
        TransportOptions options = compressing(Compression.GZIP);
        try (Loopback loopback =
                new Loopback(new Address.Tcp("127.0.0.1", 0), options, options).on("/t/Echo", LoopbackTest.ECHO)) {
            byte[] large = random(4 << 20);
            Loopback.Started call = loopback.start("/t/Echo");
            for (byte[] message : new byte[][] {ZEROS, {1}, large, {2}, large}) {
                call.call().send(Loopback.message(message));
            }
            call.call().halfClose();
            for (byte[] message : new byte[][] {ZEROS, {1}, large, {2}, large}) {
                assertThat(call.read()).isEqualTo(message);
            }
            assertThat(call.read()).isNull();
        }
    }

    @Test
    void aCallSaysWhatItsClientCompressesAndAMessageMayStayAsItIs() throws Exception {
        try (ScriptedPeer.Port port = new ScriptedPeer.Port();
                ClientTransport client = ClientTransport.create(Loopback.address(port), Loopback.OPTIONS)) {
            Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
            OutgoingCall call = client.start("/t/Ask", CallSettings.of(null, Compression.GZIP), new Metadata(), inbox);
            inbox.attach(call);
            call.send(Loopback.message(ZEROS));
            call.sendUncompressed(Loopback.message(new byte[] {7}));
            call.halfClose();
            try (ScriptedPeer peer = port.accept()) {
                Http2Headers head = peer.receivesHeaders("the request", 3, false);
                assertThat(head.get("grpc-encoding")).hasToString("gzip");
                assertThat(head.get("grpc-accept-encoding")).hasToString("identity, gzip, deflate");
                ByteBuffer prefix = ByteBuffer.wrap(data(peer, 5));
                assertThat(prefix.get()).isEqualTo((byte) 1);
                int length = prefix.getInt();
                assertThat(length).isLessThan(1000);
                data(peer, length);
                assertThat(data(peer, 6)).isEqualTo(new byte[] {0, 0, 0, 0, 1, 7});
                peer.sends(
                        peer.headers(
                                3,
                                false,
                                ":status",
                                "200",
                                "content-type",
                                "application/grpc",
                                "grpc-encoding",
                                "gzip"),
                        Frame.data(3, false, gzip(ZEROS)),
                        Frame.data(3, false, new byte[] {0, 0, 0, 0, 1, 8}),
                        peer.trailers(3, "0"));
                assertThat(inbox.take()).isEqualTo(ZEROS);
                assertThat(inbox.take()).isEqualTo(new byte[] {8});
                assertThat(inbox.take()).isNull();
            }
        }
    }

    /** The answer's encoding, and how long its message of 10,000 zeros was. */
    private record Answer(Http2Headers head, int flag, int length) {}

    private Answer answer(ScriptedPeer peer) throws IOException {
        Http2Headers head = peer.receivesHeaders("the answer", 3, false);
        ByteBuffer prefix = ByteBuffer.wrap(data(peer, 5));
        int flag = prefix.get();
        int length = prefix.getInt();
        data(peer, length);
        return new Answer(head, flag, length);
    }

    @ParameterizedTest
    @CsvSource({
        "IDENTITY, gzip, '', 0",
        "GZIP, 'identity, deflate,gzip', gzip, 1",
        "DEFLATE, 'identity, deflate,gzip', deflate, 1",
        "GZIP, identity, '', 0",
        "GZIP, 'x-gzip,gzip2', '', 0",
        "GZIP, '', '', 0"
    })
    void aServerCompressesAsItsClientAccepts(Compression compression, String accepted, String named, int flag)
            throws Exception {
        try (Loopback loopback = new Loopback(
                        new Address.Tcp("127.0.0.1", 0), Loopback.OPTIONS, compressing(compression))
                .on("/t/Echo", LoopbackTest.ECHO)) {
            try (ScriptedPeer peer = client(loopback)) {
                peer.sends(
                        request(peer, "/t/Echo", "grpc-accept-encoding", accepted, "grpc-encoding", "gzip"),
                        Frame.data(3, true, gzip(ZEROS)));
                Answer answer = answer(peer);
                assertThat(String.valueOf(answer.head.get("grpc-encoding", ""))).isEqualTo(named);
                assertThat(answer.head.get("grpc-accept-encoding")).hasToString("identity, gzip, deflate");
                assertThat(answer.flag).isEqualTo(flag);
                if (flag == 0) {
                    assertThat(answer.length).isEqualTo(ZEROS.length);
                } else {
                    assertThat(answer.length).isLessThan(1000);
                }
                assertThat(peer.receivesHeaders("the end", 3, true).get("grpc-status"))
                        .hasToString("0");
            }
        }
    }

    @Test
    void aCallSaysWhatItsServerCompresses() throws Exception {
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Ask", served -> {
            served.call().sendHeaders(new Metadata().add("a", "b"), Compression.DEFLATE);
            served.call().sendHeaders(new Metadata().add("too", "late"), Compression.GZIP);
            served.write(ZEROS);
            served.call().sendUncompressed(Loopback.message(new byte[] {7}));
            served.finish(GrpcStatus.OK);
        })) {
            try (ScriptedPeer peer = client(loopback)) {
                peer.sends(request(peer, "/t/Ask", "grpc-accept-encoding", "gzip,deflate"));
                Answer answer = answer(peer);
                assertThat(answer.head.get("grpc-encoding")).hasToString("deflate");
                assertThat(answer.head.get("a")).hasToString("b");
                assertThat(answer.head.get("too")).isNull();
                assertThat(answer.head.get("grpc-accept-encoding"))
                        .as("nobody asked")
                        .isNull();
                assertThat(answer.flag).isEqualTo(1);
                assertThat(data(peer, 6)).isEqualTo(new byte[] {0, 0, 0, 0, 1, 7});
            }
        }
    }

    @Test
    void headersAfterAMessageCannotChangeItsCompression() throws Exception {
        try (Loopback loopback = new Loopback(
                        new Address.Tcp("127.0.0.1", 0), Loopback.OPTIONS, compressing(Compression.GZIP))
                .on("/t/Ask", served -> {
                    served.write(ZEROS);
                    served.call().sendHeaders(new Metadata(), Compression.IDENTITY);
                    served.write(ZEROS);
                    served.finish(GrpcStatus.OK);
                })) {
            Loopback.Started call = loopback.start("/t/Ask");
            assertThat(call.read()).isEqualTo(ZEROS);
            assertThat(call.read()).isEqualTo(ZEROS);
            assertThat(call.read()).isNull();
        }
    }

    @Test
    void aServerSaysWhatItKnowsWhenItDoesNotKnowTheCompression() throws Exception {
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Echo", LoopbackTest.ECHO)) {
            try (ScriptedPeer peer = client(loopback)) {
                peer.sends(request(peer, "/t/Echo", "grpc-encoding", "br"));
                Http2Headers answer = peer.receivesHeaders("trailers only, before a message comes", 3, true);
                assertThat(answer.get("grpc-status")).hasToString("12");
                assertThat(answer.get("grpc-accept-encoding")).hasToString("identity, gzip, deflate");
                assertThat(StatusHeaders.decodeMessage(answer.get("grpc-message")))
                        .isEqualTo("This server knows the compressions identity, gzip, deflate; this call has"
                                + " grpc-encoding br");
            }
        }
    }

    @Test
    void aBombFailsItsCallOnly() throws Exception {
        TransportOptions limited =
                Loopback.OPTIONS.toBuilder().maxInboundMessageSize(1 << 20).build();
        try (Loopback loopback = new Loopback(new Address.Tcp("127.0.0.1", 0), compressing(Compression.GZIP), limited)
                .on("/t/Echo", LoopbackTest.ECHO)) {
            Loopback.Started other = loopback.start("/t/Echo");
            Loopback.Started bomb = loopback.start("/t/Echo");
            bomb.write(new byte[100 << 20]);
            GrpcException e = catchThrowableOfType(GrpcException.class, bomb::read);
            assertThat(e.status().code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
            other.write(ZEROS);
            assertThat(other.read()).isEqualTo(ZEROS);
        }
    }

    @Test
    void aCompressedMessageThatIsCutOff() throws Exception {
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Echo", LoopbackTest.ECHO)) {
            byte[] message = gzip(random(100_000));
            try (ScriptedPeer peer = client(loopback)) {
                peer.sends(
                        request(peer, "/t/Echo", "grpc-encoding", "gzip"),
                        Frame.data(3, false, Arrays.copyOf(message, 10_000)),
                        Frame.data(3, true, new byte[0]));
                Http2Headers answer = peer.receivesHeaders("the call fails", 3, true);
                assertThat(answer.get("grpc-status")).hasToString("13");
                assertThat(answer.get("grpc-message").toString()).contains("in the middle of a message");
            }
        }
    }
}
