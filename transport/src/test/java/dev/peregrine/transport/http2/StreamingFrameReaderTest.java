package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever the socket cuts the bytes into, the events are those of Netty's reader; only DATA comes in pieces. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class StreamingFrameReaderTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /** Writes down what it is told, pieces of one DATA frame joined. */
    private static class Recorder extends Http2FrameAdapter {
        final List<String> events = new ArrayList<>();
        private final StringBuilder data = new StringBuilder();
        private int dataStream = -1;
        private int pieces;

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf piece, int padding, boolean end) {
            pieces++;
            if (dataStream != id) {
                flush();
                dataStream = id;
            }
            data.append(ByteBufUtil.hexDump(piece));
            if (padding > 0 || end) {
                data.append(" padding ").append(padding).append(end ? " end" : "");
                flush();
            }
            return piece.readableBytes() + padding;
        }

        private void flush() {
            if (dataStream >= 0) {
                events.add("data " + dataStream + " " + data);
            }
            dataStream = -1;
            data.setLength(0);
        }

        private void event(String event) {
            flush();
            events.add(event);
        }

        List<String> events() {
            flush();
            return events;
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean end) {
            event("headers " + id + " " + headers + " " + padding + " " + end);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end) {
            event("headers " + id + " " + headers + " " + dependency + " " + weight + " " + padding + " " + end);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long code) {
            event("reset " + id + " " + code);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            event("settings " + settings);
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext ctx) {
            event("settings ack");
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) {
            event("ping " + data);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            event("ping ack " + data);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int last, long code, ByteBuf debug) {
            event("goaway " + last + " " + code + " " + ByteBufUtil.hexDump(debug));
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment) {
            event("window " + id + " " + increment);
        }
    }

    private static void frame(ByteBuf out, int type, int flags, int id, byte[] payload) {
        out.writeMedium(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(id);
        out.writeBytes(payload);
    }

    private static byte[] block(DefaultHttp2HeadersEncoder encoder, Http2Headers headers) throws Http2Exception {
        ByteBuf out = Unpooled.buffer();
        encoder.encodeHeaders(3, headers, out);
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] bytes(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = (byte) values[i];
        }
        return out;
    }

    /** Frames of every type, with DATA empty, plain, padded and last. */
    private static ByteBuf conversation() throws Http2Exception {
        DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
        ByteBuf out = Unpooled.buffer();
        frame(out, 0x4, 0, 0, bytes(0, 3, 0, 0, 0, 100));
        frame(out, 0x4, 1, 0, bytes());
        byte[] head = block(encoder, new DefaultHttp2Headers().status("200").add("a", "b"));
        frame(out, 0x1, Http2Flags.END_HEADERS, 3, head);
        frame(out, 0x0, 0, 3, bytes(1, 2, 3, 4, 5));
        frame(out, 0x0, 0, 3, bytes());
        frame(out, 0x8, 0, 3, bytes(0, 0, 0, 9));
        frame(out, 0x0, Http2Flags.PADDED, 3, bytes(2, 6, 7, 0, 0));
        frame(out, 0x6, 0, 0, bytes(0, 0, 0, 0, 0, 0, 0, 7));
        byte[] second = block(encoder, new DefaultHttp2Headers().status("200").add("c", "defg"));
        frame(out, 0x1, 0, 5, java.util.Arrays.copyOf(second, 2));
        frame(out, 0x9, Http2Flags.END_HEADERS, 5, java.util.Arrays.copyOfRange(second, 2, second.length));
        frame(out, 0x0, 0, 5, bytes(8));
        frame(out, 0x0, Http2Flags.END_STREAM, 3, bytes(9, 10));
        frame(out, 0x0, Http2Flags.END_STREAM, 5, bytes());
        frame(out, 0xee, 0, 5, bytes(1, 2, 3));
        frame(out, 0x3, 0, 5, bytes(0, 0, 0, 8));
        frame(out, 0x7, 0, 0, bytes(0, 0, 0, 3, 0, 0, 0, 0, 65));
        return out;
    }

    private List<String> read(Http2FrameReader reader, Recorder recorder, ByteBuf... parts) {
        ByteBuf in = Unpooled.buffer();
        for (ByteBuf part : parts) {
            in.writeBytes(part.duplicate());
            try {
                reader.readFrame(channel.pipeline().firstContext(), in, recorder);
            } catch (Http2Exception e) {
                recorder.event("error " + e.error() + " " + Http2Exception.isStreamError(e));
            }
        }
        reader.close();
        return recorder.events();
    }

    private static StreamingFrameReader streaming() {
        return new StreamingFrameReader(new DefaultHttp2FrameReader(), new FrameLog());
    }

    @Test
    void anyTwoCutsGiveTheEventsOfNettysReader() throws Exception {
        ByteBuf all = conversation();
        List<String> expected = read(new DefaultHttp2FrameReader(), new Recorder(), all);
        assertThat(expected)
                .hasSize(13)
                .contains("data 3 0102030405", "data 3 0607 padding 3", "data 3 090a padding 0 end");
        int n = all.readableBytes();
        for (int i = 0; i <= n; i++) {
            for (int j = i; j <= n; j += 1 + (j - i) / 8) {
                List<String> events =
                        read(streaming(), new Recorder(), all.slice(0, i), all.slice(i, j - i), all.slice(j, n - j));
                assertThat(events).as("cut at %d and %d", i, j).isEqualTo(expected);
            }
        }
    }

    @Test
    void byteByByteGivesTheEventsOfNettysReader() throws Exception {
        ByteBuf all = conversation();
        ByteBuf[] parts = new ByteBuf[all.readableBytes()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = all.slice(i, 1);
        }
        assertThat(read(streaming(), new Recorder(), parts))
                .isEqualTo(read(new DefaultHttp2FrameReader(), new Recorder(), all));
    }

    @Test
    void aPayloadIsHandedUpAsItComes() {
        ByteBuf out = Unpooled.buffer();
        frame(out, 0x0, Http2Flags.END_STREAM, 3, new byte[10]);
        Recorder recorder = new Recorder();
        assertThat(read(streaming(), recorder, out.slice(0, 12))).containsExactly("data 3 000000");
        assertThat(recorder.pieces).isEqualTo(1);
    }

    /** Error cases: what comes out must be what Netty's reader says, which knows the rules. */
    private void sameError(ByteBuf in, String expected) {
        List<String> events = read(streaming(), new Recorder(), in, Unpooled.wrappedBuffer(new byte[30]));
        assertThat(events).contains(expected);
        assertThat(events)
                .isEqualTo(
                        read(new DefaultHttp2FrameReader(), new Recorder(), in, Unpooled.wrappedBuffer(new byte[30])));
    }

    @Test
    void dataOnStream0BreaksTheConnection() {
        ByteBuf in = Unpooled.buffer();
        frame(in, 0x0, 0, 0, bytes(1, 2));
        sameError(in, "error PROTOCOL_ERROR false");
    }

    @Test
    void dataWithinAHeaderBlockBreaksTheConnection() {
        ByteBuf in = Unpooled.buffer();
        frame(in, 0x1, 0, 3, bytes(0x88));
        frame(in, 0x0, 0, 3, bytes(1, 2));
        sameError(in, "error PROTOCOL_ERROR false");
    }

    @Test
    void paddingLongerThanThePayloadBreaksTheConnection() {
        ByteBuf in = Unpooled.buffer();
        frame(in, 0x0, Http2Flags.PADDED, 3, bytes(9, 1, 2));
        sameError(in, "error PROTOCOL_ERROR false");
    }

    /** RFC 9113, 4.2: a frame beyond SETTINGS_MAX_FRAME_SIZE is a FRAME_SIZE_ERROR; nothing of it is buffered first. */
    @Test
    void anOversizeFrameIsRefusedWhenItsHeaderIsThere() {
        for (int type : new int[] {0x0, 0x1, 0x4, 0xee}) {
            ByteBuf in = Unpooled.buffer();
            in.writeMedium(16_385).writeByte(type).writeByte(0).writeInt(type == 0x4 ? 0 : 3);
            List<String> events = read(streaming(), new Recorder(), in);
            assertThat(events).as("type %d", type).containsExactly("error FRAME_SIZE_ERROR false");
        }
    }

    @Test
    void afterAConnectionErrorNothingIsRead() {
        ByteBuf bad = Unpooled.buffer();
        frame(bad, 0x0, 0, 0, bytes(1));
        ByteBuf good = Unpooled.buffer();
        frame(good, 0x0, 0, 3, bytes(1));
        assertThat(read(streaming(), new Recorder(), bad, good)).containsExactly("error PROTOCOL_ERROR false");
    }

    @Test
    void aStreamErrorInTheMiddleOfAFrameLosesNoBytes() {
        ByteBuf in = Unpooled.buffer();
        frame(in, 0x0, 0, 3, bytes(1, 2, 3, 4));
        frame(in, 0x6, 0, 0, new byte[8]);
        Recorder recorder = new Recorder() {
            private boolean thrown;

            @Override
            public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf piece, int padding, boolean end) {
                int n = super.onDataRead(ctx, id, piece, padding, end);
                if (!thrown) {
                    thrown = true;
                    sneak(Http2Exception.streamError(3, io.netty.handler.codec.http2.Http2Error.STREAM_CLOSED, "gone"));
                }
                return n;
            }
        };
        assertThat(read(streaming(), recorder, in.slice(0, 11), in.slice(11, in.readableBytes() - 11)))
                .containsExactly("data 3 0102", "error STREAM_CLOSED true", "data 3 0304", "ping 0");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable t) throws T {
        throw (T) t;
    }
}
