package dev.peregrine.bench.lab;

import dev.peregrine.bench.data.Columns;
import dev.peregrine.bench.data.Order;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** One thread. The client of {@link FloorServer}. */
final class FloorClient implements LabClient {
    private final SocketChannel socket;
    private final ByteBuffer request = ByteBuffer.allocateDirect(FloorServer.REQUEST);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(FloorServer.READ);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(Long.BYTES);

    FloorClient(Target target) throws IOException {
        if (target.tls()) {
            throw new IllegalArgumentException("plain sockets have no TLS");
        }
        socket = SocketChannel.open(
                target.unix() == null
                        ? new InetSocketAddress(target.host(), target.port())
                        : UnixDomainSocketAddress.of(Path.of(target.unix())));
        FloorServer.noDelay(socket);
    }

    private void ask(long what, long bytes, long times) throws IOException {
        request.clear().putLong(what).putLong(bytes).putLong(times).flip();
        socket.write(request);
    }

    private long answer() throws IOException {
        FloorServer.read(socket, answer.clear());
        return answer.getLong(0);
    }

    private static int bytes(Order order) {
        return order.rows() * Columns.INTS_ROW;
    }

    @Override
    public long get(Order order) throws IOException {
        ask(FloorServer.GET, bytes(order), order.batches());
        FloorServer.skip(socket, buffer, bytes(order) * order.batches());
        return order.allRows();
    }

    @Override
    public long put(Order order) throws IOException {
        ask(FloorServer.PUT, bytes(order), order.batches());
        FloorServer.write(socket, bytes(order), order.batches());
        return answer() / Columns.INTS_ROW;
    }

    @Override
    public Exchange exchange(Order order) {
        return new Exchange() {
            @Override
            public void turn() throws IOException {
                ping();
            }

            @Override
            public void close() {}
        };
    }

    /** As many bytes as the vectors of a batch have, with the request before them. */
    @Override
    public Ingest ingest(Order order) {
        int bytes = (int) order.bytes();
        ByteBuffer sent = ByteBuffer.allocateDirect(FloorServer.REQUEST + bytes);
        sent.putLong(0, FloorServer.PUT).putLong(8, bytes).putLong(16, 1);
        return new Ingest() {
            private long rows;

            @Override
            public void write() throws IOException {
                sent.clear();
                while (sent.hasRemaining()) {
                    socket.write(sent);
                }
            }

            @Override
            public long acknowledged() throws IOException {
                rows += answer() / bytes * order.rows();
                return rows;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void ping() throws IOException {
        ask(FloorServer.PING, 0, 0);
        FloorServer.read(socket, buffer.clear().limit(FloorServer.PING_BYTES));
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
    public double serverHeap() {
        return Double.NaN;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
