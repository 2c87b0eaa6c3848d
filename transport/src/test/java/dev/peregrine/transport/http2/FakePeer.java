package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The other end of a connection, played by the test frame by frame over a blocking socket. */
final class FakePeer implements AutoCloseable {
    static final int DATA = 0x0;
    static final int HEADERS = 0x1;
    static final int RST_STREAM = 0x3;
    static final int SETTINGS = 0x4;
    static final int PING = 0x6;
    static final int GOAWAY = 0x7;
    static final int WINDOW_UPDATE = 0x8;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /** One frame. */
    record Frame(int type, int flags, int streamId, byte[] payload) {
        boolean isEnd() {
            return (flags & END_STREAM) != 0;
        }

        /** The payload as the number that WINDOW_UPDATE and RST_STREAM carry. */
        int number() {
            return ByteBuffer.wrap(payload).getInt();
        }

        @Override
        public String toString() {
            return "type " + type + " flags " + flags + " stream " + streamId + " length " + payload.length;
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

    private FakePeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** A server's side: accepts one connection and reads the preface; the test sends SETTINGS. */
    static FakePeer accept(ServerSocket listening) throws IOException {
        FakePeer peer = new FakePeer(listening.accept());
        byte[] preface = peer.in.readNBytes(PREFACE.length());
        assertThat(new String(preface, StandardCharsets.US_ASCII)).isEqualTo(PREFACE);
        return peer;
    }

    /** A client's side: connects and sends the preface; the test sends SETTINGS. */
    static FakePeer connect(int port) throws IOException {
        FakePeer peer = new FakePeer(new Socket("127.0.0.1", port));
        peer.out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        return peer;
    }

    FakePeer send(int type, int flags, int streamId, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.putInt(payload.length << 8 | type);
        frame.put((byte) flags).putInt(streamId).put(payload);
        out.write(frame.array());
        out.flush();
        return this;
    }

    /** Pairs of identifier and value. */
    FakePeer settings(int... pairs) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(pairs.length * 3);
        for (int i = 0; i < pairs.length; i += 2) {
            payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
        }
        return send(SETTINGS, 0, 0, payload.array());
    }

    FakePeer windowUpdate(int streamId, int increment) throws IOException {
        return send(WINDOW_UPDATE, 0, streamId, number(increment));
    }

    FakePeer reset(int streamId, int code) throws IOException {
        return send(RST_STREAM, 0, streamId, number(code));
    }

    FakePeer goAway(int lastStream, int code, String debug) throws IOException {
        byte[] text = debug.getBytes(StandardCharsets.US_ASCII);
        return send(
                GOAWAY,
                0,
                0,
                ByteBuffer.allocate(8 + text.length)
                        .putInt(lastStream)
                        .putInt(code)
                        .put(text)
                        .array());
    }

    /** A header block in one frame. */
    FakePeer headers(int streamId, boolean end, Http2Headers headers) throws IOException {
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(streamId, headers, block);
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        return send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), streamId, ByteBufUtil.getBytes(block));
    }

    /** A gRPC server's response headers. */
    FakePeer responseHeaders(int streamId) throws IOException {
        return headers(
                streamId, false, new DefaultHttp2Headers().status("200").add("content-type", "application/grpc"));
    }

    FakePeer trailers(int streamId, int grpcStatus) throws IOException {
        return headers(streamId, true, new DefaultHttp2Headers(false).add("grpc-status", Integer.toString(grpcStatus)));
    }

    /** A response that is nothing but OK. */
    FakePeer trailersOnlyOk(int streamId) throws IOException {
        return headers(
                streamId,
                true,
                new DefaultHttp2Headers(false)
                        .status("200")
                        .add("content-type", "application/grpc")
                        .add("grpc-status", "0"));
    }

    /** Waits for a request and answers with OK. */
    FakePeer trailersOnlyOkAfterRequest() throws IOException {
        return trailersOnlyOk(next(HEADERS).streamId());
    }

    /** A gRPC client's request headers. */
    FakePeer request(int streamId, String path) throws IOException {
        return headers(
                streamId,
                false,
                new DefaultHttp2Headers()
                        .method("POST")
                        .scheme("http")
                        .authority("localhost")
                        .path(path)
                        .add("te", "trailers")
                        .add("content-type", "application/grpc"));
    }

    FakePeer raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    static byte[] number(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    /** A message with its prefix. */
    static byte[] message(int length) {
        return ByteBuffer.allocate(5 + length).put((byte) 0).putInt(length).array();
    }

    Frame next() throws IOException {
        int head = in.readInt();
        int flags = in.readUnsignedByte();
        int streamId = in.readInt();
        return new Frame(head & 0xff, flags, streamId, in.readNBytes(head >>> 8));
    }

    /** The next frame that is none of SETTINGS, PING and the connection's WINDOW_UPDATE; acknowledges SETTINGS. */
    Frame nextOfCalls() throws IOException {
        while (true) {
            Frame frame = next();
            if (frame.type == SETTINGS && (frame.flags & ACK) == 0) {
                send(SETTINGS, ACK, 0, new byte[0]);
            } else if (frame.type != SETTINGS && frame.type != PING && frame.streamId != 0) {
                return frame;
            }
        }
    }

    /** The next frame of this type. */
    Frame next(int type) throws IOException {
        while (true) {
            Frame frame = next();
            if (frame.type == type) {
                return frame;
            }
        }
    }

    Http2Headers decode(Frame frame) throws Http2Exception {
        return decoder.decodeHeaders(frame.streamId, Unpooled.wrappedBuffer(frame.payload));
    }

    void receives(String why, int type, int streamId, int length) throws IOException {
        Frame frame = nextOfCalls();
        assertThat(frame.type).as("%s: %s", why, frame).isEqualTo(type);
        assertThat(frame.streamId).as("%s: %s", why, frame).isEqualTo(streamId);
        assertThat(frame.payload).as("%s: %s", why, frame).hasSize(length);
    }

    /** Nothing that belongs to this stream, see {@link #receivesNothing}. */
    void receivesNothingFor(int streamId, String why) throws IOException {
        send(PING, 0, 0, new byte[] {9, 9, 9, 9, 9, 9, 9, 9});
        while (true) {
            Frame frame = next();
            if (frame.type == PING && (frame.flags & ACK) != 0) {
                return;
            }
            assertThat(frame.streamId).as("%s: %s", why, frame).isNotEqualTo(streamId);
        }
    }

    /** Bounded by a PING: what was to be written would have been written before its answer. */
    void receivesNothing(String why) throws IOException {
        send(PING, 0, 0, new byte[] {9, 9, 9, 9, 9, 9, 9, 9});
        while (true) {
            Frame frame = next();
            if (frame.type == PING && (frame.flags & ACK) != 0) {
                return;
            }
            assertThat(frame.type).as("%s: %s", why, frame).isNotIn(DATA, HEADERS, RST_STREAM);
        }
    }

    /** The other end closes the connection, whatever it sends before. */
    void receivesClose() throws IOException {
        try {
            while (in.read() >= 0) {
                assertThat(socket.isClosed()).isFalse();
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection was not closed", e);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Closes with a TCP reset. */
    void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
