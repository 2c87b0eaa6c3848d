package dev.peregrine.server;

import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.PassedOnCall;
import io.netty.buffer.ByteBuf;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Any thread. A call whose response headers go out right before its first message or status, so that a service can add some
 * until then.
 */
final class HeadersFirst extends PassedOnCall<IncomingCall> implements IncomingCall {
    private final ResponseHeaders headers;

    /** {@code headers} are sent before each message: they know whether they have been. */
    HeadersFirst(IncomingCall call, ResponseHeaders headers) {
        super(call);
        this.headers = headers;
    }

    /** Takes the slices if that fails, which middleware may have done. */
    private void sendHeadersBefore(ByteBuf... slices) {
        try {
            headers.send();
        } catch (RuntimeException | Error e) {
            for (ByteBuf slice : slices) {
                slice.release();
            }
            throw e;
        }
    }

    @Override
    public void send(ByteBuf... slices) {
        sendHeadersBefore(slices);
        call.send(slices);
    }

    @Override
    public void sendUncompressed(ByteBuf... slices) {
        sendHeadersBefore(slices);
        call.sendUncompressed(slices);
    }

    @Override
    public void finish(GrpcStatus status, Metadata trailers) {
        headers.send();
        call.finish(status, trailers);
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
}
