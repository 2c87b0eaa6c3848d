package dev.peregrine.conformance.connect;

import com.google.protobuf.ByteString;
import dev.peregrine.conformance.connect.proto.ClientCompatRequest;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import java.time.Duration;

/**
 * Any thread. A server of the suite, and how to talk to it; calls for which this is the same share a connection.
 *
 * @param cert what the server shows; empty for plaintext
 * @param ownCert what the client shows; empty for nothing
 * @param receiveLimit longest message, bytes; 0 for no limit
 */
record CalledServer(String host, int port, ByteString cert, ByteString ownCert, ByteString ownKey, int receiveLimit) {
    static CalledServer of(ClientCompatRequest request) {
        return new CalledServer(
                request.getHost(),
                request.getPort(),
                request.getServerTlsCert(),
                request.getClientTlsCreds().getCert(),
                request.getClientTlsCreds().getKey(),
                request.getMessageReceiveLimit());
    }

    /** A transport that has its connection: the suite measures how much of a deadline its servers hear of. */
    ClientTransport connect() {
        TransportOptions.Builder options = TransportOptions.forClient().toBuilder();
        if (receiveLimit > 0) {
            options.maxInboundMessageSize(receiveLimit);
        }
        if (!cert.isEmpty()) {
            boolean known = !ownCert.isEmpty();
            options.tls(new Tls.Client(
                    cert.toByteArray(),
                    known ? ownCert.toByteArray() : null,
                    known ? RsaKeys.toPkcs8(ownKey.toByteArray()) : null,
                    null,
                    true));
        }
        ClientTransport transport = ClientTransport.create(new Address.Tcp(host, port), options.build());
        Inbox<byte[]> inbox = new Inbox<>(ProtoDecoder.of("answer", bytes -> bytes));
        OutgoingCall first = transport.start(
                ConformanceService.PREFIX + "Unimplemented", new Metadata(), Duration.ofSeconds(15), inbox);
        inbox.attach(first);
        first.halfClose();
        try {
            while (inbox.take() != null) {}
        } catch (GrpcException e) {
            // Whatever it says: it is there.
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
        return transport;
    }
}
