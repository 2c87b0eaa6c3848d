package dev.peregrine.bench.lab;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The limit: blocking sockets and direct buffers of the JDK, which move the same bytes with no protocol at all. A request
 * is 24 bytes: what to do, rows, batches. The server of works {@code get} writes a batch at a time; the reader reuses one
 * buffer and looks at nothing.
 */
final class Floor {
    private static final int REQUEST = 24;
    private static final int ROW = 32;
    private static final int READ = 256 << 10;
    private static final int PING_BYTES = 16;
    private static final long GET = 1;
    private static final long PUT = 2;
    private static final long PING = 3;

    private Floor() {}

    /** Serves until the process ends; returns the port. */
    static int serve(int port) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", port));
        start("accept", () -> {
            while (true) {
                SocketChannel socket = listening.accept();
                start("serve", () -> serve(socket));
            }
        });
        return listening.socket().getLocalPort();
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

    private static void serve(SocketChannel socket) throws IOException {
        try (socket) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer request = ByteBuffer.allocateDirect(REQUEST);
            ByteBuffer answer = ByteBuffer.allocateDirect(Long.BYTES);
            ByteBuffer buffer = ByteBuffer.allocateDirect(READ);
            while (true) {
                read(socket, request.clear());
                long what = request.getLong(0);
                int rows = (int) request.getLong(8);
                long batches = request.getLong(16);
                if (what == GET) {
                    write(socket, rows, batches);
                } else if (what == PUT) {
                    skip(socket, buffer, rows * batches * ROW);
                    socket.write(answer.clear().putLong(0, rows * batches));
                } else {
                    buffer.clear().limit(PING_BYTES);
                    socket.write(buffer);
                }
            }
        }
    }

    private static void write(SocketChannel socket, int rows, long batches) throws IOException {
        ByteBuffer batch = ByteBuffer.allocateDirect(rows * ROW);
        for (long i = 0; i < batches; i++) {
            batch.clear();
            while (batch.hasRemaining()) {
                socket.write(batch);
            }
        }
    }

    private static void skip(SocketChannel socket, ByteBuffer buffer, long bytes) throws IOException {
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

    private static void read(SocketChannel socket, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (socket.read(buffer) < 0) {
                throw new EOFException("the peer has gone");
            }
        }
    }

    /** The client of the same. */
    static final class Client implements LabClient {
        private final SocketChannel socket;
        private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST);
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ);
        private final ByteBuffer answer = ByteBuffer.allocateDirect(Long.BYTES);

        Client(String host, int port) throws IOException {
            socket = SocketChannel.open(new InetSocketAddress(host, port));
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }

        private void ask(long what, int rows, long batches) throws IOException {
            request.clear().putLong(what).putLong(rows).putLong(batches).flip();
            socket.write(request);
        }

        @Override
        public long get(int rows, long batches) throws IOException {
            ask(GET, rows, batches);
            skip(socket, buffer, rows * batches * ROW);
            return rows * batches;
        }

        @Override
        public long put(int rows, long batches) throws IOException {
            ask(PUT, rows, batches);
            write(socket, rows, batches);
            read(socket, answer.clear());
            return answer.getLong(0);
        }

        @Override
        public Exchange exchange() {
            return new Exchange() {
                @Override
                public void turn() throws IOException {
                    ping();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void ping() throws IOException {
            ask(PING, 0, 0);
            read(socket, buffer.clear().limit(PING_BYTES));
        }

        @Override
        public void info() throws IOException {
            ping();
        }

        @Override
        public long pings(int inFlight, double seconds) {
            throw new UnsupportedOperationException("plain sockets have no calls to be in flight at once");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
