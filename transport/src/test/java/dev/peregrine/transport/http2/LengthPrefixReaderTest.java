package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class LengthPrefixReaderTest {
    /** Writes down what it is told: {@code begin 3, abc, end}. */
    private static class Recorder implements CallListener {
        final List<String> events = new ArrayList<>();

        @Override
        public void headers(Metadata headers) {
            throw new AssertionError();
        }

        @Override
        public void messageBegins(int length) throws GrpcException {
            events.add("begin " + length);
        }

        @Override
        public void messageBytes(ByteBuf piece) throws GrpcException {
            events.add(piece.toString(StandardCharsets.US_ASCII));
        }

        @Override
        public void messageEnds() {
            events.add("end");
        }

        @Override
        public void delivered() {}

        @Override
        public void halfClosed() {
            throw new AssertionError();
        }

        @Override
        public void closed(GrpcStatus status, Metadata trailers) {
            throw new AssertionError();
        }
    }

    private final Recorder recorder = new Recorder();
    private final LengthPrefixReader reader = LengthPrefixReader.ofRequest(recorder, 1000);

    private static byte[] message(String text) {
        byte[] bytes = new byte[5 + text.length()];
        bytes[4] = (byte) text.length();
        for (int i = 0; i < text.length(); i++) {
            bytes[5 + i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteBuf joined = Unpooled.wrappedBuffer(parts);
        byte[] bytes = new byte[joined.readableBytes()];
        joined.readBytes(bytes);
        joined.release();
        return bytes;
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private void feed(byte[] data, int from, int to) throws GrpcException {
        ByteBuf piece = Unpooled.wrappedBuffer(data, from, to - from);
        reader.read(piece, 1000);
        assertThat(piece.isReadable()).isFalse();
        assertThat(piece.refCnt()).isEqualTo(1);
        piece.release();
    }

    private void feed(byte[] data) throws GrpcException {
        feed(data, 0, data.length);
    }

    private static GrpcStatus failure(ThrowingCallable code) {
        GrpcStatus[] status = new GrpcStatus[1];
        assertThatThrownBy(code).isInstanceOfSatisfying(GrpcException.class, e -> status[0] = e.status());
        return status[0];
    }

    @Test
    void severalMessagesInOnePiece() throws GrpcException {
        feed(join(message("abc"), message(""), message("d")));
        reader.end();
        assertThat(recorder.events).containsExactly("begin 3", "abc", "end", "begin 0", "end", "begin 1", "d", "end");
    }

    @Test
    void cutAnywhereItIsTheSame() throws GrpcException {
        byte[] data = join(message("abc"), message(""), message("defg"));
        for (int first = 0; first <= data.length; first++) {
            for (int second = first; second <= data.length; second++) {
                recorder.events.clear();
                feed(data, 0, first);
                feed(data, first, second);
                feed(data, second, data.length);
                reader.end();
                assertThat(String.join("", recorder.events))
                        .as("cut at %d and %d", first, second)
                        .isEqualTo("begin 3abcendbegin 0endbegin 4defgend");
            }
        }
    }

    @Test
    void byteByByte() throws GrpcException {
        byte[] data = join(message("ab"), message("c"));
        for (int i = 0; i < data.length; i++) {
            feed(data, i, i + 1);
        }
        assertThat(recorder.events).containsExactly("begin 2", "a", "b", "end", "begin 1", "c", "end");
    }

    @Test
    void theLargestAllowedPassesAndOneMoreDoesNot() throws GrpcException {
        feed(bytes(0, 0, 0, 3, 232));
        assertThat(recorder.events).containsExactly("begin 1000");
        LengthPrefixReader other = LengthPrefixReader.ofResponse(recorder, 1000);
        assertThat(failure(() -> other.read(Unpooled.wrappedBuffer(bytes(0, 0, 0, 3, 233)), 1000)))
                .isEqualTo(GrpcCode.RESOURCE_EXHAUSTED.with(
                        "The peer sent a message of 1001 bytes; the limit is 1000 (option maxInboundMessageSize)"));
        assertThat(recorder.events).containsExactly("begin 1000");
    }

    @Test
    void lengthsAreUnsigned() {
        LengthPrefixReader widest = LengthPrefixReader.ofResponse(recorder, Integer.MAX_VALUE);
        GrpcStatus status = failure(() -> widest.read(Unpooled.wrappedBuffer(bytes(0, 255, 255, 255, 255)), 1000));
        assertThat(status.code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
        assertThat(status.message()).contains("4294967295 bytes");
    }

    @Test
    void unknownCompressionOfRequestsIsUnimplementedAndOfResponsesInternal() {
        reader.encoding("br");
        GrpcStatus asServer = failure(() -> feed(bytes(1, 0, 0, 0, 1)));
        assertThat(asServer.code()).isEqualTo(GrpcCode.UNIMPLEMENTED);
        assertThat(asServer.message()).contains("\"br\"");
        LengthPrefixReader client = LengthPrefixReader.ofResponse(recorder, 1000);
        client.encoding("zstd");
        GrpcStatus asClient = failure(() -> client.read(Unpooled.wrappedBuffer(bytes(1, 0, 0, 0, 1)), 1000));
        assertThat(asClient.code()).isEqualTo(GrpcCode.INTERNAL);
        assertThat(asClient.message()).contains("\"zstd\"");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "identity")
    void compressedWithoutEncodingIsInternal(@Nullable String encoding) {
        reader.encoding(encoding);
        GrpcStatus status = failure(() -> feed(bytes(1, 0, 0, 0, 1)));
        assertThat(status.code()).isEqualTo(GrpcCode.INTERNAL);
        assertThat(status.message()).contains("without naming");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 0x47, 255})
    void otherFlagsAreNoGrpc(int flag) {
        GrpcStatus status = failure(() -> feed(bytes(flag, 0, 0, 0, 1)));
        assertThat(status.code()).isEqualTo(GrpcCode.INTERNAL);
        assertThat(status.message()).contains("flag is " + flag);
    }

    @Test
    void endInTheMiddleSaysHowMuchCame() throws GrpcException {
        byte[] data = message("abcd");
        feed(data, 0, 7);
        assertThat(failure(reader::end))
                .isEqualTo(GrpcCode.INTERNAL.with("The stream ended in the middle of a message (got 2 of 4 bytes)"));
    }

    @Test
    void endInThePrefix() throws GrpcException {
        feed(bytes(0, 0));
        assertThat(failure(reader::end).message()).contains("got 2 of the 5 bytes before it");
    }

    @Test
    void nothingAtAllIsFine() throws GrpcException {
        reader.end();
        assertThat(recorder.events).isEmpty();
    }

    @Test
    void afterAFailureItIsSilent() {
        failure(() -> feed(bytes(9, 0, 0, 0, 0)));
        assertThatNoEvents(() -> feed(message("abc")));
        assertThatNoEvents(reader::end);
    }

    private void assertThatNoEvents(ThrowingCallable code) {
        try {
            code.call();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        assertThat(recorder.events).isEmpty();
    }

    @Test
    void aListenerMayStopItInTheMiddle() throws GrpcException {
        LengthPrefixReader[] own = new LengthPrefixReader[1];
        Recorder stopper = new Recorder() {
            @Override
            public void messageBytes(ByteBuf piece) throws GrpcException {
                super.messageBytes(piece);
                own[0].stop();
            }
        };
        own[0] = LengthPrefixReader.ofRequest(stopper, 1000);
        ByteBuf data = Unpooled.wrappedBuffer(message("abc"), message("d"));
        own[0].read(data, 1000);
        assertThat(stopper.events).containsExactly("begin 3", "abc");
        assertThat(data.isReadable()).isFalse();
        data.release();
    }

    @Test
    void aListenerThatFailsLeavesThePieceRead() {
        Recorder refuser = new Recorder() {
            @Override
            public void messageBegins(int length) throws GrpcException {
                throw new GrpcException(GrpcCode.INVALID_ARGUMENT, "no");
            }
        };
        LengthPrefixReader own = LengthPrefixReader.ofRequest(refuser, 1000);
        ByteBuf data = Unpooled.wrappedBuffer(message("abc"), message("d"));
        assertThat(failure(() -> own.read(data, 1000)).code()).isEqualTo(GrpcCode.INVALID_ARGUMENT);
        assertThat(data.isReadable()).isFalse();
        data.release();
    }

    @Test
    void aListenerThatReadsOnlyPartLosesTheRestOfThePiece() throws GrpcException {
        Recorder lazy = new Recorder() {
            @Override
            public void messageBytes(ByteBuf piece) {
                events.add("" + (char) piece.readByte());
            }
        };
        LengthPrefixReader own = LengthPrefixReader.ofRequest(lazy, 1000);
        ByteBuf data = Unpooled.wrappedBuffer(message("abc"), message("d"));
        own.read(data, 1000);
        data.release();
        assertThat(lazy.events).containsExactly("begin 3", "a", "end", "begin 1", "d", "end");
    }
}
