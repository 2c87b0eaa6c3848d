package dev.peregrine.server;

import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import org.jspecify.annotations.Nullable;

/** One thread at a time. A handshake as the service sees it. */
final class HandshakePayloads implements HandshakeStream {
    private final ServiceCall call;
    private final Inbox<byte[]> inbox;

    HandshakePayloads(ServiceCall call, Inbox<byte[]> inbox) {
        this.call = call;
        this.inbox = inbox;
    }

    @Override
    public byte @Nullable [] read() {
        try {
            return inbox.take();
        } catch (GrpcException e) {
            throw call.failure(e);
        } catch (InterruptedException e) {
            throw call.interruptedWhileWaiting();
        }
    }

    @Override
    public void write(byte[] payload) {
        call.send(ProtoMessages.handshake(payload));
    }
}
