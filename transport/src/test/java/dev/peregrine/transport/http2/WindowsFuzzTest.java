package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random calls against a peer that gives and takes windows at random: each byte arrives once, in order, never beyond a
 * window, and nothing is forgotten.
 */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class WindowsFuzzTest {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_FRAME_SIZE = 5;

    /** A call, as its client sent it and as the peer got it. */
    private static final class Stream {
        final OutgoingCall call;
        final Inbox<byte[]> inbox;
        int id;
        long window;
        long sent;
        long got;
        boolean halfClosed;
        boolean cancelled;
        boolean ended;

        Stream(OutgoingCall call, Inbox<byte[]> inbox) {
            this.call = call;
            this.inbox = inbox;
        }
    }

    private final Random random = new Random();
    private final List<Stream> streams = new ArrayList<>();
    private long connectionWindow = 65_535;
    private int initialWindow = 65_535;
    private int frameSize = 16_384;
    private int pings;
    private int settingsSent;
    private int acks;

    private static byte pattern(int id, long position) {
        return (byte) (id * 131 + position * 7 + (position >> 9));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingIsLostAndNoWindowIsOverrun(long seed, ByteBufAllocator allocator) throws Exception {
        random.setSeed(seed);
        try (ScriptedPeer.Port port = new ScriptedPeer.Port();
                ClientTransport client = ClientTransport.create(Loopback.address(port), Loopback.OPTIONS)) {
            start(client);
            try (ScriptedPeer peer = port.accept()) {
                settingsSent++;
                awaitSettingsAck(peer);
                for (int step = 0; step < 200; step++) {
                    act(client, peer, allocator);
                    if (step % 5 == 0) {
                        sync(peer);
                    }
                }
                finish(peer);
            }
        }
    }

    private void start(ClientTransport client) {
        Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
        OutgoingCall call = client.start("/t/Any", new Metadata(), null, inbox);
        inbox.attach(call);
        streams.add(new Stream(call, inbox));
    }

    private void act(ClientTransport client, ScriptedPeer peer, ByteBufAllocator allocator) throws IOException {
        Stream stream = streams.get(random.nextInt(streams.size()));
        switch (random.nextInt(20)) {
            case 0 -> {
                if (streams.size() < 10) {
                    start(client);
                }
            }
            case 1, 2, 3, 4, 5, 6, 7, 8 -> send(stream, allocator);
            case 9 -> {
                if (random.nextInt(3) == 0) {
                    stream.halfClosed = true;
                    stream.call.halfClose();
                }
            }
            case 10 -> {
                if (random.nextInt(4) == 0 && stream.id > 0 && !stream.cancelled) {
                    stream.cancelled = true;
                    stream.call.cancel(GrpcCode.CANCELLED.with("enough"));
                }
            }
            case 11, 12, 13, 14 -> {
                if (stream.id > 0) {
                    int more = 1 + random.nextInt(random.nextBoolean() ? 50 : 50_000);
                    stream.window += more;
                    peer.sends(Frame.windowUpdate(stream.id, more));
                }
            }
            case 15, 16, 17 -> {
                int more = 1 + random.nextInt(random.nextBoolean() ? 100 : 100_000);
                connectionWindow += more;
                peer.sends(Frame.windowUpdate(0, more));
            }
            default -> settings(peer);
        }
    }

    /** Sends the next bytes of the stream, cut into slices of all sizes. Their gRPC prefixes do not matter here. */
    private void send(Stream stream, ByteBufAllocator allocator) {
        int n = random.nextInt(random.nextInt(4) == 0 ? 40_000 : 300);
        List<ByteBuf> slices = new ArrayList<>();
        int left = n;
        // The identifier is known only when the peer has seen the stream; until then the pattern of 0 would be wrong.
        if (stream.id == 0) {
            return;
        }
        long position = stream.sent;
        while (left > 0 || slices.isEmpty()) {
            byte[] bytes = new byte[Math.min(left, random.nextInt(random.nextInt(4) == 0 ? 200 : 20_000))];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = pattern(stream.id, position++);
            }
            slices.add(allocator.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes));
            left -= bytes.length;
        }
        if (!stream.halfClosed && !stream.cancelled) {
            stream.sent = position;
        }
        stream.call.send(slices.toArray(ByteBuf[]::new));
    }

    private void settings(ScriptedPeer peer) throws IOException {
        int window = random.nextInt(random.nextBoolean() ? 100 : 100_000);
        int frame = 16_384 + random.nextInt(50_000);
        peer.sends(Frame.settings(INITIAL_WINDOW_SIZE, window, MAX_FRAME_SIZE, frame));
        settingsSent++;
        // What is on its way was sent under the old ones.
        awaitSettingsAck(peer);
        for (Stream stream : streams) {
            if (stream.id > 0) {
                stream.window += window - initialWindow;
            }
        }
        initialWindow = window;
        frameSize = frame;
    }

    private void awaitSettingsAck(ScriptedPeer peer) throws IOException {
        while (true) {
            Frame frame = next(peer);
            if (frame.equals(Frame.settingsAck()) && ++acks == settingsSent) {
                return;
            }
            receive(peer, frame);
        }
    }

    /** Reads all that was written before the answer to a PING. */
    private void sync(ScriptedPeer peer) throws IOException {
        peer.sends(Frame.ping(++pings));
        while (true) {
            Frame frame = next(peer);
            if (frame.equals(Frame.pingAck(pings))) {
                return;
            }
            receive(peer, frame);
        }
    }

    private static Frame next(ScriptedPeer peer) throws IOException {
        return Objects.requireNonNull(peer.read(), "the client has hung up");
    }

    private void receive(ScriptedPeer peer, Frame frame) throws IOException {
        switch (frame.type()) {
            case Http2FrameTypes.SETTINGS -> {
                if (!frame.has(Http2Flags.ACK)) {
                    peer.sends(Frame.settingsAck());
                }
            }
            case Http2FrameTypes.HEADERS -> {
                // Calls open their streams in the order in which they were started.
                Stream stream =
                        streams.stream().filter(s -> s.id == 0).findFirst().orElseThrow();
                stream.id = frame.stream();
                stream.window += initialWindow;
            }
            case Http2FrameTypes.DATA -> data(frame);
            case Http2FrameTypes.RST_STREAM -> {
                Stream stream = of(frame);
                assertThat(stream.cancelled).isTrue();
                stream.ended = true;
            }
            case Http2FrameTypes.WINDOW_UPDATE -> {}
            default -> throw new AssertionError(frame);
        }
    }

    private Stream of(Frame frame) {
        return streams.stream()
                .filter(s -> s.id == frame.stream())
                .findFirst()
                .orElseThrow(() -> new AssertionError(frame));
    }

    private void data(Frame frame) {
        Stream stream = of(frame);
        byte[] payload = frame.payload();
        assertThat(stream.ended).as("%s after the end", frame).isFalse();
        assertThat(payload.length).isLessThanOrEqualTo(frameSize);
        stream.window -= payload.length;
        connectionWindow -= payload.length;
        if (payload.length > 0) {
            assertThat(stream.window).as("window of %s", frame).isNotNegative();
            assertThat(connectionWindow)
                    .as("connection's window after %s", frame)
                    .isNotNegative();
        }
        for (byte b : payload) {
            if (b != pattern(stream.id, stream.got++)) {
                throw new AssertionError("wrong byte at " + (stream.got - 1) + " of " + frame);
            }
        }
        stream.ended = frame.endsStream();
    }

    /** Opens all windows; now everything that was sent must come. */
    private void finish(ScriptedPeer peer) throws Exception {
        peer.sends(Frame.windowUpdate(0, 100_000_000));
        connectionWindow += 100_000_000;
        for (Stream stream : streams) {
            stream.call.halfClose();
        }
        while (streams.stream().anyMatch(s -> s.id == 0)) {
            receive(peer, next(peer));
        }
        for (Stream stream : streams) {
            if (stream.id > 0) {
                stream.window += 10_000_000;
                peer.sends(Frame.windowUpdate(stream.id, 10_000_000));
            }
        }
        while (streams.stream().anyMatch(s -> s.id > 0 && !s.ended)) {
            receive(peer, next(peer));
        }
        for (Stream stream : streams) {
            if (!stream.cancelled) {
                assertThat(stream.got).isEqualTo(stream.sent);
                peer.sends(peer.trailersOnlyOk(stream.id));
                assertThat(stream.inbox.take()).isNull();
            }
        }
    }
}
