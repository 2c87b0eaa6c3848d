package dev.peregrine.conformance.connect;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.peregrine.conformance.connect.proto.ClientCompatRequest;
import dev.peregrine.conformance.connect.proto.ClientCompatRequest.Cancel;
import dev.peregrine.conformance.connect.proto.ClientResponseResult;
import dev.peregrine.conformance.connect.proto.ConformancePayload;
import dev.peregrine.conformance.connect.proto.StreamType;
import dev.peregrine.conformance.connect.proto.UnaryResponse;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallSettings;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OneMessage;
import dev.peregrine.transport.OutgoingCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One thread. A call that the suite wants to be made. */
final class ConnectCall {
    private final ClientCompatRequest wanted;
    private final boolean oneAnswer;
    private final boolean fullDuplex;
    private final OutgoingCall call;
    private final Inbox<ConformancePayload> inbox = new Inbox<>(ProtoDecoder.of("response", ConnectCall::payload));
    private final List<ConformancePayload> payloads = new ArrayList<>();
    private final ClientResponseResult.Builder result = ClientResponseResult.newBuilder();

    /** Starts the call. */
    ConnectCall(ClientTransport transport, ClientCompatRequest wanted) {
        this.wanted = wanted;
        StreamType type = wanted.getStreamType();
        this.oneAnswer = type == StreamType.STREAM_TYPE_UNARY || type == StreamType.STREAM_TYPE_CLIENT_STREAM;
        this.fullDuplex = type == StreamType.STREAM_TYPE_FULL_DUPLEX_BIDI_STREAM;
        String path = "/" + wanted.getService() + "/" + wanted.getMethod();
        Metadata headers = HeaderLists.toMetadata(wanted.getRequestHeadersList());
        Duration timeout = wanted.hasTimeoutMs() ? Duration.ofMillis(wanted.getTimeoutMs()) : null;
        CallListener listener = oneAnswer ? OneMessage.ofResponse(wanted.getMethod(), inbox) : inbox;
        this.call = transport.start(path, CallSettings.of(timeout, compression(wanted)), headers, listener);
        inbox.attach(call);
    }

    private static Compression compression(ClientCompatRequest wanted) {
        return switch (wanted.getCompression()) {
            case COMPRESSION_GZIP -> Compression.GZIP;
            case COMPRESSION_IDENTITY, COMPRESSION_UNSPECIFIED -> Compression.IDENTITY;
            case UNRECOGNIZED -> throw new IllegalStateException("the configuration has no such compression");
        };
    }

    /** All methods' answers have the form of this one's. */
    private static ConformancePayload payload(byte[] answer) {
        try {
            return UnaryResponse.parseFrom(answer).getPayload();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Asks and hears; returns when the call is over. */
    ClientResponseResult make() throws InterruptedException {
        try {
            ask();
            endAsking();
            while (hear()) {}
        } catch (GrpcException e) {
            if (oneAnswer) {
                payloads.clear();
            }
            result.setError(ErrorDetails.of(e));
        }
        inbox.discard();
        return result.addAllPayloads(payloads)
                .addAllResponseHeaders(HeaderLists.of(headers()))
                .addAllResponseTrailers(HeaderLists.of(inbox.trailers()))
                .build();
    }

    private void ask() throws GrpcException, InterruptedException {
        int left = wanted.getRequestMessagesCount();
        for (Any message : wanted.getRequestMessagesList()) {
            Thread.sleep(wanted.getRequestDelayMs());
            if (call.isClosed()) {
                break;
            }
            call.send(ProtoMessages.frame(message.getValue().toByteArray()));
            left--;
            if (fullDuplex && !hear()) {
                break;
            }
        }
        result.setNumUnsentRequests(left);
    }

    private void endAsking() throws InterruptedException {
        Cancel cancel = wanted.getCancel();
        if (cancel.hasBeforeCloseSend()) {
            cancel();
            return;
        }
        call.halfClose();
        if (cancel.hasAfterCloseSendMs()) {
            Thread.sleep(cancel.getAfterCloseSendMs());
            cancel();
        }
    }

    /** False at the end. */
    private boolean hear() throws GrpcException, InterruptedException {
        ConformancePayload answer = inbox.take();
        if (answer == null) {
            return false;
        }
        payloads.add(answer);
        if (wanted.getCancel().getAfterNumResponses() == payloads.size()) {
            cancel();
        }
        return true;
    }

    private void cancel() {
        call.cancel(GrpcCode.CANCELLED.with("the suite wants this call to be cancelled"));
    }

    /** The response headers; none if the server answered with trailers only, or not at all. */
    private Metadata headers() throws InterruptedException {
        try {
            return inbox.awaitHeaders();
        } catch (GrpcException e) {
            return new Metadata();
        }
    }
}
