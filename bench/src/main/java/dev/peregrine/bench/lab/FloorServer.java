package dev.peregrine.bench.lab;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * The limit: blocking sockets and direct buffers of the JDK, which move the same bytes with no protocol at all. A request
 * is 24 bytes: what to do, how many bytes, how often. The server of works {@code get} writes a batch at a time; the reader
 * reuses one buffer and looks at nothing.
 */
final class FloorServer {
    static final int REQUEST = 24;
    static final int READ = 256 << 10;
    static final int PING_BYTES = 16;
    /** Answers with so many bytes. */
    static final long GET = 1;
    /** Takes so many bytes and answers with their number. */
    static final long PUT = 2;
    /** Answers with 16 bytes. */
    static final long PING = 3;

    private FloorServer() {}

    /** Serves until the process ends; returns the port. */
    static int start(Target target) throws IOException {
        ServerSocketChannel listening = target.unix() == null
                ? ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", target.port()))
                : ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                        .bind(UnixDomainSocketAddress.of(Path.of(target.unix())));
        start("accept", () -> {
            while (true) {
                SocketChannel socket = listening.accept();
                start("serve", () -> serve(socket));
            }
        });
        return target.unix() == null ? listening.socket().getLocalPort() : 0;
    }

    private interface Body {
        void run() throws IOException;
    }

    private static void start(String name, Body body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (EOFException e) {
                        // The client has gone.
                    } catch (IOException e) {
                        e.printStackTrace();
                    }
                },
                name);
        thread.setDaemon(false);
        thread.start();
    }

    /** TCP has a delay to be switched off. */
    static void noDelay(SocketChannel socket) throws IOException {
        if (socket.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    private static void serve(SocketChannel socket) throws IOException {
        try (socket) {
            noDelay(socket);
            ByteBuffer request = ByteBuffer.allocateDirect(REQUEST);
            ByteBuffer answer = ByteBuffer.allocateDirect(Long.BYTES);
            ByteBuffer buffer = ByteBuffer.allocateDirect(READ);
            while (true) {
                read(socket, request.clear());
                long what = request.getLong(0);
                int bytes = (int) request.getLong(8);
                long times = request.getLong(16);
                if (what == GET) {
                    write(socket, bytes, times);
                } else if (what == PUT) {
                    skip(socket, buffer, bytes * times);
                    socket.write(answer.clear().putLong(0, bytes * times));
                } else {
                    buffer.clear().limit(PING_BYTES);
                    socket.write(buffer);
                }
            }
        }
    }

    static void write(SocketChannel socket, int bytes, long times) throws IOException {
        ByteBuffer batch = ByteBuffer.allocateDirect(bytes);
        for (long i = 0; i < times; i++) {
            batch.clear();
            while (batch.hasRemaining()) {
                socket.write(batch);
            }
        }
    }

    static void skip(SocketChannel socket, ByteBuffer buffer, long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            buffer.clear().limit((int) Math.min(READ, left));
            int n = socket.read(buffer);
            if (n < 0) {
                throw new EOFException("the peer has gone with " + left + " bytes to come");
            }
            left -= n;
        }
    }

    static void read(SocketChannel socket, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (socket.read(buffer) < 0) {
                throw new EOFException("the peer has gone");
            }
        }
    }
}
