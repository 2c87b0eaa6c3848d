package dev.peregrine.conformance.grpc;

import dev.peregrine.transport.Call;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.MessageDecoder;
import dev.peregrine.transport.Metadata;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Event loop, where a method does not say otherwise. Keeps a call's messages, and whether they came compressed. */
final class Receiving implements CallListener {
    /** A message. */
    record Message(byte[] bytes, boolean compressed) {}

    private final Inbox<Message> inbox = new Inbox<>(new Decoder());
    private boolean compressed;

    /** Any thread. Says whose messages these are. */
    void attach(Call call) {
        inbox.attach(call);
    }

    /** The call's thread. The next message; null at the end. */
    @Nullable
    Message take() throws GrpcException, InterruptedException {
        return inbox.take();
    }

    /** The call's thread. */
    Metadata awaitHeaders() throws GrpcException, InterruptedException {
        return inbox.awaitHeaders();
    }

    /** Any thread. */
    Metadata trailers() {
        return inbox.trailers();
    }

    /** Any thread. Nobody takes any more. */
    void discard() {
        inbox.discard();
    }

    @Override
    public void headers(Metadata headers) {
        inbox.headers(headers);
    }

    @Override
    public void messageWasCompressed() {
        compressed = true;
    }

    @Override
    public void messageBegins(int length) throws GrpcException {
        inbox.messageBegins(length);
    }

    @Override
    public void messageBytes(ByteBuf piece) throws GrpcException {
        inbox.messageBytes(piece);
    }

    @Override
    public void messageEnds() throws GrpcException {
        inbox.messageEnds();
        compressed = false;
    }

    @Override
    public void delivered() {
        inbox.delivered();
    }

    @Override
    public boolean isFull(int most) {
        return inbox.isFull(most);
    }

    @Override
    public void halfClosed() {
        inbox.halfClosed();
    }

    @Override
    public void closed(GrpcStatus status, Metadata trailers) {
        inbox.closed(status, trailers);
    }

    private final class Decoder implements MessageDecoder<Message> {
        private byte[] bytes = new byte[0];
        private int got;

        @Override
        public void begin(int length) {
            bytes = new byte[length];
            got = 0;
        }

        @Override
        public void bytes(ByteBuf piece) {
            int n = piece.readableBytes();
            piece.readBytes(bytes, got, n);
            got += n;
        }

        @Override
        public Message end() {
            return new Message(bytes, compressed);
        }

        @Override
        public void abandon() {}

        @Override
        public void release(Message message) {}
    }
}
