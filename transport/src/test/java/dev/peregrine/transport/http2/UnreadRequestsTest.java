package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.ServerTransport;
import dev.peregrine.transport.TransportOptions;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that sends more than the server's application reads: what is decoded is bounded, and nothing is lost. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class UnreadRequestsTest {
    private static final int STREAM = 3;

    private final UnreadCalls.Counting decoder = new UnreadCalls.Counting();
    private final Inbox<byte[]> inbox = new Inbox<>(decoder);
    private final CompletableFuture<IncomingCall> call = new CompletableFuture<>();
    private @Nullable ServerTransport server;
    private @Nullable ScriptedPeer peer;

    private ScriptedPeer request(TransportOptions options, String... headers) throws IOException {
        ServerTransport started = ServerTransport.start(new Address.Tcp("127.0.0.1", 0), options, path -> incoming -> {
            inbox.attach(incoming);
            call.complete(incoming);
            return inbox;
        });
        server = started;
        ScriptedPeer client = ScriptedPeer.connect(((Address.Tcp) started.address()).port());
        peer = client;
        client.receivesNothing("the server's windows hold from now on");
        client.sends(client.requestHeaders(STREAM, "/t/Unread", headers));
        return client;
    }

    @AfterEach
    void close() throws IOException {
        if (peer != null) {
            peer.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private IncomingCall call() throws Exception {
        return call.get(30, TimeUnit.SECONDS);
    }

    private void isAnswered(ScriptedPeer client) throws Exception {
        assertThat(inbox.take()).as("the end").isNull();
        call().finish(GrpcStatus.OK, new Metadata());
        Frame answer = client.awaits("the answer", Http2FrameTypes.HEADERS);
        assertThat(answer.endsStream()).isTrue();
    }

    @Test
    void hundredsOfThousandsOfEmptyMessages() throws Exception {
        ScriptedPeer client = request(UnreadCalls.WIDE);
        UnreadCalls.sendsData(client, STREAM, new byte[300_000 * 5]);
        client.sends(Frame.data(STREAM, true, new byte[0]));
        UnreadCalls.isSeen(client);
        assertThat(decoded()).as("each counts as 1 KiB of 2 MiB").isEqualTo((2 << 10) + 1);
        for (int i = 0; i < 300_000; i++) {
            if (inbox.take().length != 0) {
                throw new AssertionError("message " + i + " is not empty");
            }
        }
        isAnswered(client);
    }

    private int decoded() {
        return decoder.decoded.get();
    }

    @Test
    void messagesThatInflateAThousandfold() throws Exception {
        ScriptedPeer client = request(UnreadCalls.WIDE, "grpc-encoding", "gzip");
        UnreadCalls.sendsData(client, STREAM, UnreadCalls.compressed(200, 1 << 20));
        client.sends(Frame.data(STREAM, true, new byte[0]));
        UnreadCalls.isSeen(client);
        // The first one's bytes are given back as they come, since nothing waits before it.
        assertThat(decoded()).as("messages of 1 MiB for 2 MiB").isEqualTo(3);
        for (int i = 0; i < 200; i++) {
            assertThat(inbox.take()).isEqualTo(UnreadCalls.numbered(i, 1 << 20));
            assertThat(decoded()).isLessThanOrEqualTo(i + 4);
        }
        isAnswered(client);
    }

    @Test
    void messagesThatInflateToMoreThanTheWindowEach() throws Exception {
        ScriptedPeer client = request(Loopback.options(65_535, 1 << 20), "grpc-encoding", "gzip");
        UnreadCalls.sendsData(client, STREAM, UnreadCalls.compressed(100, 200_000));
        client.sends(Frame.data(STREAM, true, new byte[0]));
        UnreadCalls.isSeen(client);
        assertThat(decoded()).isLessThanOrEqualTo(2);
        for (int i = 0; i < 100; i++) {
            assertThat(inbox.take()).isEqualTo(UnreadCalls.numbered(i, 200_000));
        }
        isAnswered(client);
    }

    @Test
    void numbersComeInOrderThroughAWindowFarSmaller() throws Exception {
        CountDownLatch ahead = new CountDownLatch(1);
        try (Loopback loopback = new Loopback(Loopback.options(65_535, 1 << 20)).on("/t/Count", served -> {
            ahead.await();
            int n = 0;
            for (byte[] message; (message = served.read()) != null; n++) {
                assertThat(message).isEqualTo(UnreadCalls.numbered(n, 4));
            }
            served.write(UnreadCalls.numbered(n, 4));
            served.finish(GrpcStatus.OK);
        })) {
            Loopback.Started counting = loopback.start("/t/Count");
            for (int i = 0; i < 30_000; i++) {
                counting.write(UnreadCalls.numbered(i, 4));
                if (i == 20_000) {
                    ahead.countDown();
                }
            }
            counting.call().halfClose();
            assertThat(counting.read()).isEqualTo(UnreadCalls.numbered(30_000, 4));
            assertThat(counting.read()).isNull();
        }
    }

    /** Sends 10,000 messages, of which 1,025 are decoded. */
    private ScriptedPeer tooMany() throws Exception {
        ScriptedPeer client = request(Loopback.OPTIONS);
        UnreadCalls.sendsData(client, STREAM, UnreadCalls.numbers(10_000));
        UnreadCalls.isSeen(client);
        assertThat(decoded()).isEqualTo(1025);
        return client;
    }

    /** What was decoded can be read, and then why there is no more. */
    private GrpcStatus endsEarly() {
        int[] taken = {0};
        GrpcException e = catchThrowableOfType(GrpcException.class, () -> {
            while (inbox.take() != null) {
                taken[0]++;
            }
        });
        assertThat(taken[0]).isEqualTo(1025);
        return e.status();
    }

    @Test
    void theClientResetsTheStream() throws Exception {
        ScriptedPeer client = tooMany();
        client.sends(Frame.reset(STREAM, Http2Error.CANCEL.code()));
        UnreadCalls.isSeen(client);
        assertThat(endsEarly().code()).isEqualTo(GrpcCode.CANCELLED);
        assertThat(decoded()).isEqualTo(1025);
    }

    @Test
    void theClientResetsTheStreamAfterItsEnd() throws Exception {
        ScriptedPeer client = tooMany();
        client.sends(Frame.data(STREAM, true, new byte[0]), Frame.reset(STREAM, Http2Error.CANCEL.code()));
        UnreadCalls.isSeen(client);
        assertThat(endsEarly().code()).isEqualTo(GrpcCode.CANCELLED);
    }

    @Test
    void theConnectionIsLost() throws Exception {
        ScriptedPeer client = tooMany();
        client.abort();
        decoder.awaitClosed();
        assertThat(endsEarly().code()).isEqualTo(GrpcCode.CANCELLED);
    }

    @Test
    void theServerAnswersWithoutReading() throws Exception {
        ScriptedPeer client = tooMany();
        call().finish(GrpcStatus.OK, new Metadata());
        Frame answer = client.awaits("the answer", Http2FrameTypes.HEADERS);
        assertThat(answer.endsStream()).isTrue();
        assertThat(decoded()).isEqualTo(1025);
    }

    @Test
    void theServerDiscardsAndStillHearsTheEnd() throws Exception {
        ScriptedPeer client = tooMany();
        inbox.discard();
        client.sends(Frame.data(STREAM, true, new byte[0]));
        isAnswered(client);
        assertThat(decoded()).isEqualTo(10_000);
    }

    @Test
    void aMessageThatIsCutOffFailsTheCallBehindTheOthers() throws Exception {
        ScriptedPeer client = tooMany();
        client.sends(Frame.data(STREAM, true, new byte[] {0, 0}));
        UnreadCalls.isSeen(client);
        assertThat(decoded()).isEqualTo(1025);
        int[] taken = {0};
        GrpcException e = catchThrowableOfType(GrpcException.class, () -> {
            while (inbox.take() != null) {
                taken[0]++;
            }
        });
        assertThat(taken[0]).isEqualTo(10_000);
        assertThat(e.status().message()).contains("in the middle of a message");
    }
}
