package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.TransportOptions;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that sends more than the client's application reads: what is decoded is bounded, and nothing is lost. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class UnreadResponsesTest {
    private static final int STREAM = 3;

    private final UnreadCalls.Counting decoder = new UnreadCalls.Counting();
    private final Inbox<byte[]> inbox = new Inbox<>(decoder);
    private ScriptedPeer.Port port;
    private @Nullable ClientTransport client;
    private @Nullable ScriptedPeer peer;
    private OutgoingCall call;

    @BeforeEach
    void open() throws IOException {
        port = new ScriptedPeer.Port();
    }

    private ScriptedPeer asked(TransportOptions options, boolean halfClosed, @Nullable Duration timeout)
            throws Exception {
        ClientTransport started = ClientTransport.create(Loopback.address(port), options);
        client = started;
        call = started.start("/t/Ask", new Metadata(), timeout, inbox);
        inbox.attach(call);
        if (halfClosed) {
            call.halfClose();
        }
        ScriptedPeer server = port.accept();
        peer = server;
        server.receivesHeaders("a call", STREAM, false);
        if (halfClosed) {
            server.receives("all was said", Frame.data(STREAM, true, new byte[0]));
        }
        server.sends(server.responseHeaders(STREAM));
        return server;
    }

    @AfterEach
    void close() throws IOException {
        if (peer != null) {
            peer.close();
        }
        if (client != null) {
            client.close();
        }
        port.close();
    }

    private int decoded() {
        return decoder.decoded.get();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hundredsOfThousandsOfEmptyMessagesOfAConnectionThatIsGone(boolean halfClosed) throws Exception {
        ScriptedPeer server = asked(UnreadCalls.WIDE, halfClosed, null);
        UnreadCalls.sendsData(server, STREAM, new byte[300_000 * 5]);
        server.sends(server.trailers(STREAM, "0", "all", "said"), Frame.reset(STREAM, Http2Error.NO_ERROR.code()));
        UnreadCalls.isSeen(server);
        server.close();
        assertThat(decoded()).as("each counts as 1 KiB of 2 MiB").isEqualTo((2 << 10) + 1);
        assertThat(inbox.trailers().isEmpty()).as("trailers before their turn").isTrue();
        for (int i = 0; i < 300_000; i++) {
            if (inbox.take().length != 0) {
                throw new AssertionError("message " + i + " is not empty");
            }
        }
        assertThat(inbox.take()).isNull();
        assertThat(inbox.trailers().get("all")).isEqualTo("said");
    }

    /** Sends 10,000 messages, of which 1,025 are decoded. */
    private ScriptedPeer tooMany(@Nullable Duration timeout) throws Exception {
        ScriptedPeer server = asked(Loopback.OPTIONS, false, timeout);
        UnreadCalls.sendsData(server, STREAM, UnreadCalls.numbers(10_000));
        UnreadCalls.isSeen(server);
        assertThat(decoded()).isEqualTo(1025);
        return server;
    }

    /** So many messages can be read, and then why there is no more. */
    private GrpcException endsAfter(int messages) {
        int[] taken = {0};
        GrpcException e = catchThrowableOfType(GrpcException.class, () -> {
            for (byte[] message; (message = inbox.take()) != null; ) {
                assertThat(message).isEqualTo(UnreadCalls.numbered(taken[0]++, 4));
            }
        });
        assertThat(taken[0]).isEqualTo(messages);
        return e;
    }

    @Test
    void whoSendsLearnsOfTheEndAtOnceAndWhoReadsInItsTurn() throws Exception {
        ScriptedPeer server = tooMany(null);
        // More than the peer's window and the queue hold.
        while (call.hasRoom()) {
            call.send(Loopback.message(new byte[100_000]));
        }
        server.sends(server.trailers(STREAM, "7", "why", "so"));
        assertThat(call.awaitRoom()).as("waiting for room is in vain").isFalse();
        assertThat(decoded()).isEqualTo(1025);
        GrpcException e = endsAfter(10_000);
        assertThat(e.status().code()).isEqualTo(GrpcCode.PERMISSION_DENIED);
        assertThat(e.trailers().get("why")).isEqualTo("so");
    }

    @Test
    void theServerEndsWithoutTrailers() throws Exception {
        ScriptedPeer server = tooMany(null);
        server.sends(Frame.data(STREAM, true, new byte[0]));
        UnreadCalls.isSeen(server);
        assertThat(endsAfter(10_000).status().message()).contains("without trailers");
    }

    @Test
    void aMessageThatIsCutOffFailsTheCallBehindTheOthers() throws Exception {
        ScriptedPeer server = tooMany(null);
        server.sends(Frame.data(STREAM, false, new byte[] {0, 0}), server.trailers(STREAM, "0"));
        UnreadCalls.isSeen(server);
        assertThat(endsAfter(10_000).status().message()).contains("in the middle of a message");
    }

    @Test
    void theServerResetsTheStream() throws Exception {
        ScriptedPeer server = tooMany(null);
        server.sends(Frame.reset(STREAM, Http2Error.REFUSED_STREAM.code()));
        UnreadCalls.isSeen(server);
        assertThat(endsAfter(1025).status().code()).isEqualTo(GrpcCode.UNAVAILABLE);
    }

    @Test
    void theConnectionIsLost() throws Exception {
        ScriptedPeer server = tooMany(null);
        server.abort();
        decoder.awaitClosed();
        assertThat(endsAfter(1025).status().code()).isEqualTo(GrpcCode.UNAVAILABLE);
    }

    @Test
    void theApplicationCancels() throws Exception {
        ScriptedPeer server = tooMany(null);
        call.cancel(GrpcCode.CANCELLED.with("enough"));
        server.awaits("the stream is reset", Http2FrameTypes.RST_STREAM);
        assertThat(endsAfter(1025).status()).isEqualTo(GrpcCode.CANCELLED.with("enough"));
    }

    @Test
    void theApplicationCancelsAfterTheEnd() throws Exception {
        ScriptedPeer server = tooMany(null);
        server.sends(server.trailers(STREAM, "0"));
        UnreadCalls.isSeen(server);
        call.cancel(GrpcCode.CANCELLED.with("enough"));
        decoder.awaitClosed();
        assertThat(endsAfter(1025).status()).isEqualTo(GrpcCode.CANCELLED.with("enough"));
    }

    @Test
    void theClientIsClosedAfterTheEnd() throws Exception {
        ScriptedPeer server = tooMany(null);
        server.sends(server.trailers(STREAM, "0"));
        UnreadCalls.isSeen(server);
        client.close();
        GrpcStatus status = endsAfter(1025).status();
        assertThat(status.code()).isEqualTo(GrpcCode.CANCELLED);
        assertThat(status.message()).contains("has been closed");
    }

    @Test
    void theDeadlinePasses() throws Exception {
        ScriptedPeer server = tooMany(Duration.ofSeconds(10));
        server.sends(server.trailers(STREAM, "0"));
        decoder.awaitClosed();
        assertThat(endsAfter(1025).status().code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
    }
}
