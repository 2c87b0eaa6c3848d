package dev.peregrine.cli.demo;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * What the machine's loopback moves when nothing is done with the bytes: two blocking sockets, a thread at each end, the same
 * buffer sent over and over. The most that anything over TCP can reach here.
 */
final class SocketFloor {
    private static final int BUFFER_BYTES = 1 << 20;

    private SocketFloor() {}

    /** Moves that many bytes; returns how long it took, seconds. */
    static double seconds(long bytes) throws IOException, InterruptedException {
        try (ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Sender sender = new Sender((InetSocketAddress) listening.getLocalAddress(), bytes);
            sender.start();
            try (SocketChannel in = listening.accept()) {
                long start = System.nanoTime();
                drain(in, bytes);
                return (System.nanoTime() - start) / 1e9;
            } finally {
                sender.join();
                sender.raise();
            }
        }
    }

    private static void drain(SocketChannel in, long bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        for (long left = bytes; left > 0; ) {
            buffer.clear();
            int read = in.read(buffer);
            if (read < 0) {
                throw new EOFException("the loopback socket ended " + left + " bytes early");
            }
            left -= read;
        }
    }

    private static final class Sender extends Thread {
        private final InetSocketAddress address;
        private final long bytes;
        private @Nullable IOException failure;

        Sender(InetSocketAddress address, long bytes) {
            super("peregrine-demo-socket");
            this.address = address;
            this.bytes = bytes;
            setDaemon(true);
        }

        @Override
        public void run() {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            try (SocketChannel out = SocketChannel.open(address)) {
                for (long left = bytes; left > 0; ) {
                    buffer.clear().limit((int) Math.min(BUFFER_BYTES, left));
                    left -= out.write(buffer);
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        void raise() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
