package dev.peregrine.protocol.wire;

import dev.peregrine.transport.Call;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallLoop;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. One end of a call without a network: what it sends arrives, in pieces, at a listener, on the thread that
 * sends or that lets go what was held back.
 */
class FakeCall implements Call {
    /** An end that half-closes. */
    static final class Client extends FakeCall implements OutgoingCall {
        Client(CallListener own, CallListener peer) {
            super(own, peer);
        }

        @Override
        public void sendLast(ByteBuf... slices) {
            send(slices);
            halfClose();
        }

        @Override
        public void halfClose() {
            halfCloses++;
            try {
                peer.halfClosed();
            } catch (GrpcException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** An end that finishes. */
    static final class Server extends FakeCall implements IncomingCall {
        Server(CallListener own, CallListener peer) {
            super(own, peer);
        }

        @Override
        public Metadata headers() {
            return new Metadata();
        }

        @Override
        public List<X509Certificate> peerCertificates() {
            return List.of();
        }

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendHeaders(Metadata headers, Compression compression) {}

        @Override
        public void finish(GrpcStatus status, Metadata trailers) {
            peer.closed(status, trailers);
        }
    }

    /** A listener that drops all it gets. */
    static final class Nobody implements CallListener {
        @Override
        public void headers(Metadata headers) {}

        @Override
        public void messageBegins(int length) {}

        @Override
        public void messageBytes(ByteBuf piece) {}

        @Override
        public void messageEnds() {}

        @Override
        public void delivered() {}

        @Override
        public void halfClosed() {}

        @Override
        public void closed(GrpcStatus status, Metadata trailers) {}
    }

    final CallListener own;
    final CallListener peer;

    /** In how large pieces messages arrive. */
    int pieceSize = 64 << 10;

    /** Whether messages stay in the queue, as with a peer that does not read. */
    boolean holding;

    final ArrayDeque<ByteBuf[]> held = new ArrayDeque<>();
    final List<GrpcStatus> cancels = new ArrayList<>();
    int halfCloses;
    long consumed;

    private boolean room = true;
    private boolean closed;

    FakeCall(CallListener own, CallListener peer) {
        this.own = own;
        this.peer = peer;
    }

    @Override
    public String path() {
        return FlightMethods.DO_PUT;
    }

    @Override
    public String peer() {
        return "fake:1";
    }

    @Override
    public @Nullable Long deadlineNanos() {
        return null;
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void send(ByteBuf... slices) {
        if (isClosed()) {
            for (ByteBuf slice : slices) {
                slice.release();
            }
        } else if (holding) {
            held.add(slices);
        } else {
            deliver(slices);
        }
    }

    @Override
    public void sendUncompressed(ByteBuf... slices) {
        send(slices);
    }

    /** Lets everything go that was held back. */
    void letGo() {
        for (ByteBuf[] slices; (slices = held.poll()) != null; ) {
            deliver(slices);
        }
    }

    private void deliver(ByteBuf[] slices) {
        CompositeByteBuf all = Unpooled.compositeBuffer(Math.max(slices.length, 1));
        for (ByteBuf slice : slices) {
            all.addComponent(true, slice);
        }
        try {
            assertPrefix(all);
            peer.messageBegins(all.readableBytes());
            while (all.isReadable()) {
                peer.messageBytes(all.readSlice(Math.min(pieceSize, all.readableBytes())));
            }
            peer.messageEnds();
            peer.delivered();
        } catch (GrpcException e) {
            peer.closed(e.status(), e.trailers());
        } finally {
            all.release();
        }
    }

    private static void assertPrefix(ByteBuf message) {
        if (message.readByte() != 0 || message.readInt() != message.readableBytes()) {
            throw new AssertionError("the prefix does not say what follows");
        }
    }

    /** Takes or gives the room in the queue. */
    synchronized void room(boolean room) {
        this.room = room;
        notifyAll();
    }

    @Override
    public synchronized boolean awaitRoom() throws InterruptedException {
        while (!room && !closed) {
            wait();
        }
        return !closed;
    }

    @Override
    public synchronized boolean hasRoom() {
        return room;
    }

    @Override
    public void onRoom(Runnable listener) {
        throw new AssertionError("nobody asks for this");
    }

    @Override
    public synchronized void consumed(int bytes) {
        consumed += bytes;
    }

    @Override
    public void cancel(GrpcStatus reason) {
        cancels.add(reason);
        close(reason, new Metadata());
    }

    /** Ends the call at this end. */
    void close(GrpcStatus status, Metadata trailers) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
        }
        for (ByteBuf[] slices; (slices = held.poll()) != null; ) {
            for (ByteBuf slice : slices) {
                slice.release();
            }
        }
        own.closed(status, trailers);
    }

    @Override
    public CallLoop loop() {
        return new CallLoop() {
            @Override
            public void execute(Runnable task) {
                task.run();
            }

            @Override
            public void await(Wait wait) throws InterruptedException {
                wait.await();
            }

            @Override
            public void awaitAnswer(BooleanSupplier isHere, Wait wait) throws InterruptedException {
                wait.await();
            }
        };
    }

    @Override
    public boolean awaitsAnswer() {
        return false;
    }
}
