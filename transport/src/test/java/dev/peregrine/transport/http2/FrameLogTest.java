package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2FrameLogger.Direction;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class FrameLogTest {
    /** Keeps its lines; on from DEBUG or off. */
    private static final class Recorder extends AbstractLogger {
        private static final long serialVersionUID = 1L;

        final transient List<String> lines = new ArrayList<>();
        boolean on = true;

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            lines.add(level + " " + MessageFormatter.basicArrayFormat(message, arguments));
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isTraceEnabled(Marker marker) {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return on;
        }

        @Override
        public boolean isDebugEnabled(Marker marker) {
            return on;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled(Marker marker) {
            return true;
        }
    }

    private final Recorder recorder = new Recorder();
    private final FrameLog log = new FrameLog(recorder);
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext ctx = channel.pipeline().firstContext();

    @AfterEach
    void close() {
        channel.close();
    }

    @Test
    void aLineForEachFrameAndNothingThatMayBeSecret() {
        log.received(ctx, Http2FrameTypes.DATA, 3, 1, 1024);
        log.received(ctx, 77, 0, 0, 5);
        log.sentData(ctx, 5, false, 10);
        log.logHeaders(
                Direction.OUTBOUND, ctx, 7, new DefaultHttp2Headers().add("authorization", "Bearer secret"), 0, true);
        log.logSettings(Direction.OUTBOUND, ctx, new Http2Settings().maxFrameSize(20_000));
        log.logGoAway(Direction.OUTBOUND, ctx, 9, 0, Unpooled.wrappedBuffer(new byte[3]));
        log.logWindowsUpdate(Direction.OUTBOUND, ctx, 3, 100);
        assertThat(recorder.lines)
                .extracting(line -> line.replaceFirst("^DEBUG \\S+ ", ""))
                .containsExactly(
                        "<- DATA stream 3 flags 0x1 length 1024",
                        "<- type 77 stream 0 flags 0x0 length 5",
                        "-> DATA stream 5 flags 0x0 length 10",
                        "-> HEADERS stream 7 flags 0x5 fields 1",
                        "-> SETTINGS stream 0 flags 0x0 length 6",
                        "-> GOAWAY stream 0 flags 0x0 length 11",
                        "-> WINDOW_UPDATE stream 3 flags 0x0 length 4, +100");
    }

    @Test
    void itFollowsTheLoggersLevelAtRunTime() {
        recorder.on = false;
        log.received(ctx, Http2FrameTypes.DATA, 3, 1, 1024);
        log.sentData(ctx, 5, false, 10);
        log.logPing(Direction.OUTBOUND, ctx, 1);
        assertThat(recorder.lines).isEmpty();
        recorder.on = true;
        log.logPing(Direction.OUTBOUND, ctx, 1);
        assertThat(recorder.lines).hasSize(1);
    }
}
