package dev.peregrine.testing.http2;

import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** One HTTP/2 frame as it is on the wire (RFC 9113, 4.1 and 6), right or wrong; compared by content. */
public record Frame(int type, int flags, int stream, byte[] payload) {
    private static final String[] NAMES = {
        "DATA",
        "HEADERS",
        "PRIORITY",
        "RST_STREAM",
        "SETTINGS",
        "PUSH_PROMISE",
        "PING",
        "GOAWAY",
        "WINDOW_UPDATE",
        "CONTINUATION"
    };

    public static Frame data(int stream, boolean endStream, byte[] payload) {
        return new Frame(Http2FrameTypes.DATA, endStream ? Http2Flags.END_STREAM : 0, stream, payload);
    }

    /** DATA with one byte that says how much padding follows, and that padding. */
    public static Frame padded(int stream, boolean endStream, byte[] payload, int padding) {
        ByteBuffer bytes = ByteBuffer.allocate(1 + payload.length + padding);
        bytes.put((byte) padding).put(payload);
        return new Frame(
                Http2FrameTypes.DATA,
                Http2Flags.PADDED | (endStream ? Http2Flags.END_STREAM : 0),
                stream,
                bytes.array());
    }

    public static Frame reset(int stream, long code) {
        return new Frame(Http2FrameTypes.RST_STREAM, 0, stream, ints((int) code));
    }

    public static Frame windowUpdate(int stream, int increment) {
        return new Frame(Http2FrameTypes.WINDOW_UPDATE, 0, stream, ints(increment));
    }

    public static Frame goAway(int lastStream, long code, String debug) {
        byte[] text = debug.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length);
        bytes.putInt(lastStream).putInt((int) code).put(text);
        return new Frame(Http2FrameTypes.GO_AWAY, 0, 0, bytes.array());
    }

    /** Pairs of identifier and value. */
    public static Frame settings(int... idsAndValues) {
        ByteBuffer bytes = ByteBuffer.allocate(idsAndValues.length * 3);
        for (int i = 0; i < idsAndValues.length; i += 2) {
            bytes.putShort((short) idsAndValues[i]).putInt(idsAndValues[i + 1]);
        }
        return new Frame(Http2FrameTypes.SETTINGS, 0, 0, bytes.array());
    }

    public static Frame settingsAck() {
        return new Frame(Http2FrameTypes.SETTINGS, Http2Flags.ACK, 0, new byte[0]);
    }

    public static Frame ping(long data) {
        return new Frame(
                Http2FrameTypes.PING, 0, 0, ByteBuffer.allocate(8).putLong(data).array());
    }

    public static Frame pingAck(long data) {
        return new Frame(
                Http2FrameTypes.PING,
                Http2Flags.ACK,
                0,
                ByteBuffer.allocate(8).putLong(data).array());
    }

    private static byte[] ints(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** A frame that is mostly wrong: any type, any flags, a payload of a few random bytes; often for {@code stream}. */
    public static Frame random(Random random, int stream) {
        byte[] payload = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(40)];
        if (random.nextBoolean()) {
            random.nextBytes(payload);
        }
        int[] streams = {0, stream, stream, stream, stream + 2, 2};
        int flags = random.nextBoolean() ? 0 : 1 << random.nextInt(6);
        return new Frame(random.nextInt(11), flags, streams[random.nextInt(streams.length)], payload);
    }

    /** The bytes of these frames. */
    public static byte[] bytes(Frame... frames) {
        int length = 0;
        for (Frame frame : frames) {
            length += 9 + frame.payload.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (Frame frame : frames) {
            all.put(frame.bytes());
        }
        return all.array();
    }

    /** A gRPC message of zeros with its prefix. */
    public static byte[] message(int length) {
        return ByteBuffer.allocate(5 + length).put((byte) 0).putInt(length).array();
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    public boolean endsStream() {
        return has(Http2Flags.END_STREAM);
    }

    /** The 32-bit number at {@code at} in the payload. */
    public int number(int at) {
        return ByteBuffer.wrap(payload).getInt(at);
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame f
                && type == f.type
                && flags == f.flags
                && stream == f.stream
                && Arrays.equals(payload, f.payload);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(payload) * 31 + type * 7 + stream;
    }

    @Override
    public String toString() {
        String name = type < NAMES.length ? NAMES[type] : "type " + type;
        String content =
                switch (type) {
                    case Http2FrameTypes.RST_STREAM -> " code " + number(0);
                    case Http2FrameTypes.WINDOW_UPDATE -> " +" + number(0);
                    case Http2FrameTypes.GO_AWAY ->
                        " last " + number(0) + " code " + number(4) + " "
                                + new String(payload, 8, payload.length - 8, StandardCharsets.ISO_8859_1);
                    case Http2FrameTypes.PING -> " " + Arrays.toString(payload);
                    default -> "";
                };
        return name + " flags " + flags + " stream " + stream + " length " + payload.length + content;
    }
}
