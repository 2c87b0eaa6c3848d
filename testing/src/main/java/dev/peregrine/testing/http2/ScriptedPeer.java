package dev.peregrine.testing.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The test thread only. The other end of a connection, client or server, that says exactly what a test tells it to, frame by
 * frame or byte by byte, and says why it expects what it expects.
 *
 * <p>By itself it only answers SETTINGS, and adds up the credit for the connection's window; {@link #read} does not even do
 * that. Every wait ends: the peer hangs on to a silent connection for {@link #PATIENCE_MILLIS}.
 */
public final class ScriptedPeer implements AutoCloseable {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PATIENCE_MILLIS = 30_000;

    /** A port on which a test plays a server. */
    public static final class Port implements AutoCloseable {
        private final ServerSocket socket;

        public Port() throws IOException {
            socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
            socket.setSoTimeout(PATIENCE_MILLIS);
        }

        /** Its number; it is one of 127.0.0.1. */
        public int number() {
            return socket.getLocalPort();
        }

        /** The next connection, before anything was said on it. */
        public ScriptedPeer acceptSilently() throws IOException {
            return new ScriptedPeer(socket.accept());
        }

        /** The next connection, after both ends have introduced themselves. */
        public ScriptedPeer accept(int... settings) throws IOException {
            ScriptedPeer peer = acceptSilently();
            peer.receivesPreface();
            peer.sends(Frame.settings(settings));
            return peer;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersEncoder encoder =
            new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, false);
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private long pings = 0xFACE;
    private boolean reset;

    /** What the other end's SETTINGS said last. */
    public final Map<Integer, Long> settings = new TreeMap<>();

    /** Sum of the WINDOW_UPDATEs for the connection. */
    public long connectionCredit;

    private ScriptedPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    /** A client of a server on this port, before anything was said. */
    public static ScriptedPeer connectSilently(int port) throws IOException {
        return new ScriptedPeer(new Socket("127.0.0.1", port));
    }

    /** A client that has introduced itself and will not read: its kernel takes no more than a few KiB for it. */
    public static ScriptedPeer connectDeaf(int port, int... settings) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        ScriptedPeer peer = new ScriptedPeer(socket);
        peer.sendsRaw(PREFACE);
        peer.sends(Frame.settings(settings));
        return peer;
    }

    /** A client of a server on this port that has introduced itself. */
    public static ScriptedPeer connect(int port, int... settings) throws IOException {
        ScriptedPeer peer = connectSilently(port);
        peer.sendsRaw(PREFACE);
        peer.sends(Frame.settings(settings));
        return peer;
    }

    public void receivesPreface() throws IOException {
        assertThat(in.readNBytes(PREFACE.length)).as("the client's preface").isEqualTo(PREFACE);
    }

    public void sendsRaw(byte... bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    public void sends(Frame... frames) throws IOException {
        sendsRaw(Frame.bytes(frames));
    }

    /** A HEADERS frame; header blocks must be sent in the order in which they are made (HPACK remembers). */
    public Frame headers(int stream, boolean endStream, String... namesAndValues) {
        int flags = Http2Flags.END_HEADERS | (endStream ? Http2Flags.END_STREAM : 0);
        return new Frame(Http2FrameTypes.HEADERS, flags, stream, block(namesAndValues));
    }

    /** A header block. */
    public byte[] block(String... namesAndValues) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(1, headers, block);
            byte[] bytes = new byte[block.readableBytes()];
            block.readBytes(bytes);
            return bytes;
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        } finally {
            block.release();
        }
    }

    /** The response headers of a gRPC server that has nothing special to say. */
    public Frame responseHeaders(int stream) {
        return headers(stream, false, ":status", "200", "content-type", "application/grpc");
    }

    public Frame trailers(int stream, String status, String... more) {
        String[] fields = new String[2 + more.length];
        fields[0] = "grpc-status";
        fields[1] = status;
        System.arraycopy(more, 0, fields, 2, more.length);
        return headers(stream, true, fields);
    }

    /** A response that is nothing but OK. */
    public Frame trailersOnlyOk(int stream) {
        return headers(stream, true, ":status", "200", "content-type", "application/grpc", "grpc-status", "0");
    }

    /** The request headers of a gRPC client, and more fields. */
    public Frame requestHeaders(int stream, String path, String... more) {
        return headers(stream, false, request(path, more));
    }

    /** Names and values of the header fields of a gRPC request. */
    public static String[] request(String path, String... more) {
        String[] fields = {
            ":method", "POST",
            ":scheme", "http",
            ":path", path,
            ":authority", "localhost",
            "content-type", "application/grpc",
            "te", "trailers"
        };
        String[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return all;
    }

    /** The next frame that is not about SETTINGS or the connection's window; null at the end of the connection. */
    private @Nullable Frame next() throws IOException {
        while (true) {
            Frame frame = read();
            if (frame == null) {
                return null;
            }
            if (frame.type() == Http2FrameTypes.SETTINGS) {
                if (!frame.has(Http2Flags.ACK)) {
                    for (int i = 0; i < frame.payload().length; i += 6) {
                        int id = (frame.payload()[i] & 0xFF) << 8 | (frame.payload()[i + 1] & 0xFF);
                        settings.put(id, Integer.toUnsignedLong(frame.number(i + 2)));
                    }
                    acknowledges();
                }
            } else if (frame.type() == Http2FrameTypes.WINDOW_UPDATE && frame.stream() == 0) {
                connectionCredit += frame.number(0);
            } else {
                return frame;
            }
        }
    }

    private void acknowledges() throws IOException {
        try {
            sends(Frame.settingsAck());
        } catch (SocketException e) {
            // The other end has hung up; what it said before can still be read.
        }
    }

    /** The next frame of whatever type, to which nothing is done; null at the end of the connection, be it in a frame. */
    @Nullable
    public Frame read() throws IOException {
        try {
            int lengthAndType = in.readInt();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = new byte[lengthAndType >>> 8];
            in.readFully(payload);
            return new Frame(lengthAndType & 0xFF, flags, stream, payload);
        } catch (EOFException e) {
            return null;
        } catch (SocketException e) {
            // The other end closed before it had read everything.
            reset = true;
            return null;
        }
    }

    /** Whether the connection ended with a TCP reset; of interest behind its end. */
    public boolean wasReset() {
        return reset;
    }

    private Frame frame(String reason) throws IOException {
        Frame frame = next();
        if (frame == null) {
            throw new AssertionError(reason + ": but the connection ended");
        }
        return frame;
    }

    /** The next frame is this one. */
    public void receives(String reason, Frame expected) throws IOException {
        assertThat(frame(reason)).as(reason).isEqualTo(expected);
    }

    /** The next frame has this type. */
    public Frame receives(String reason, int type) throws IOException {
        Frame frame = frame(reason);
        assertThat(frame.type()).as(reason + ", but " + frame + " came").isEqualTo(type);
        return frame;
    }

    /** The next frame has this type, this stream and a payload of this length. */
    public Frame receives(String reason, int type, int stream, int length) throws IOException {
        Frame frame = receives(reason, type);
        assertThat(frame.stream()).as(reason + ", but " + frame + " came").isEqualTo(stream);
        assertThat(frame.payload()).as(reason).hasSize(length);
        return frame;
    }

    /** The next frame of this type, whatever comes before it. */
    public Frame awaits(String reason, int type) throws IOException {
        Frame frame = frame(reason);
        while (frame.type() != type) {
            frame = frame(reason);
        }
        return frame;
    }

    /** The next frame is HEADERS, whole; its fields. */
    public Http2Headers receivesHeaders(String reason, int stream, boolean endStream) throws IOException {
        Frame frame = receives(reason, Http2FrameTypes.HEADERS);
        assertThat(frame.stream()).as(reason).isEqualTo(stream);
        assertThat(frame.endsStream()).as(reason + ": END_STREAM").isEqualTo(endStream);
        assertThat(frame.has(Http2Flags.END_HEADERS)).as(reason).isTrue();
        return decode(frame);
    }

    /** The fields of HEADERS that has come; all have to be decoded, in their order (HPACK remembers). */
    public Http2Headers decode(Frame headers) {
        int from = headers.has(Http2Flags.PRIORITY) ? 5 : 0;
        try {
            return decoder.decodeHeaders(
                    headers.stream(), Unpooled.wrappedBuffer(headers.payload(), from, headers.payload().length - from));
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
    }

    /** DATA of this stream, over any number of frames, until so many bytes have come. */
    public byte[] receivesData(String reason, int stream, int length) throws IOException {
        ByteBuf all = Unpooled.buffer();
        while (all.readableBytes() < length) {
            Frame frame = receives(reason, Http2FrameTypes.DATA);
            assertThat(frame.stream()).as(reason).isEqualTo(stream);
            all.writeBytes(frame.payload());
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        all.release();
        assertThat(bytes).as(reason).hasSize(length);
        return bytes;
    }

    /** Nothing is on its way: the answer to a PING comes next. */
    public void receivesNothing(String reason) throws IOException {
        long data = pings++;
        sends(Frame.ping(data));
        receives(reason, Frame.pingAck(data));
    }

    /** The next frame is GOAWAY with this code, or the one behind frames of streams. */
    public Frame receivesGoAway(String reason, long code) throws IOException {
        Frame frame = awaits(reason, Http2FrameTypes.GO_AWAY);
        assertThat(frame.number(4)).as(reason + ": " + frame).isEqualTo((int) code);
        return frame;
    }

    /** The other end closes the connection; what comes before is of no interest. */
    public void receivesTheEnd(String reason) throws IOException {
        Frame frame = next();
        for (int i = 0; frame != null && i < 100_000; i++) {
            frame = next();
        }
        assertThat(frame).as(reason).isNull();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Closes with a TCP reset. */
    public void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
