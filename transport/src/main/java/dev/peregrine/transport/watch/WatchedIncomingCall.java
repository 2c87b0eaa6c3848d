package dev.peregrine.transport.watch;

import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.PassedOnCall;
import dev.peregrine.transport.watch.Watcher.CallWatch;
import io.netty.buffer.ByteBuf;
import java.security.cert.X509Certificate;
import java.util.List;

/** Any thread. A server's call that tells what is sent, and remembers what it was answered with. */
final class WatchedIncomingCall extends PassedOnCall<IncomingCall> implements IncomingCall {
    private final CallWatch watch;
    private volatile GrpcStatus answered = GrpcStatus.OK;

    WatchedIncomingCall(IncomingCall call, CallWatch watch) {
        super(call);
        this.watch = watch;
    }

    /** The status of {@link #finish}; OK until then. */
    GrpcStatus answered() {
        return answered;
    }

    @Override
    public Metadata headers() {
        return call.headers();
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return call.peerCertificates();
    }

    @Override
    public void sendHeaders(Metadata headers) {
        call.sendHeaders(headers);
    }

    @Override
    public void sendHeaders(Metadata headers, Compression compression) {
        call.sendHeaders(headers, compression);
    }

    @Override
    public void send(ByteBuf... slices) {
        Watched.sent(watch, slices);
        call.send(slices);
    }

    @Override
    public void sendUncompressed(ByteBuf... slices) {
        Watched.sent(watch, slices);
        call.sendUncompressed(slices);
    }

    @Override
    public boolean awaitRoom() throws InterruptedException {
        return Watched.awaitRoom(call, watch);
    }

    @Override
    public void finish(GrpcStatus status, Metadata trailers) {
        answered = status;
        call.finish(status, trailers);
    }
}
