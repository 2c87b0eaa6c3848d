package dev.peregrine.conformance.connect;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import dev.peregrine.conformance.connect.proto.ConformancePayload;
import dev.peregrine.conformance.connect.proto.ConformancePayload.RequestInfo;
import dev.peregrine.conformance.connect.proto.Header;
import dev.peregrine.conformance.connect.proto.UnaryResponse;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OneMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The thread of the method, but for its creation on the event loop. A call at the server of the suite, for blocking code. */
final class ServedCall {
    private static final String TYPE = "type.googleapis.com/connectrpc.conformance.v1.";

    private final IncomingCall call;
    private final String type;
    private final Inbox<byte[]> inbox = new Inbox<>(ProtoDecoder.of("request", bytes -> bytes));
    private final List<Any> requests = new ArrayList<>();
    private final @Nullable Long timeoutMillis;

    /** {@code request} is the name of the message that is asked with. */
    ServedCall(IncomingCall call, String request) {
        this.call = call;
        this.type = TYPE + request;
        Long deadline = call.deadlineNanos();
        // Now, and not when it is asked for: the suite compares it with what its client has sent.
        this.timeoutMillis =
                deadline == null ? null : Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
        inbox.attach(call);
    }

    /** Where the events of the call go. */
    CallListener listener(boolean oneRequest) {
        return oneRequest ? OneMessage.ofRequest(call.path(), inbox) : inbox;
    }

    /** The next request; null if there are no more. */
    @Nullable
    Any read() throws GrpcException, InterruptedException {
        byte[] bytes = inbox.take();
        if (bytes == null) {
            return null;
        }
        Any request = Any.newBuilder()
                .setTypeUrl(type)
                .setValue(ByteString.copyFrom(bytes))
                .build();
        requests.add(request);
        return request;
    }

    /** The only request, once it is known to be that. */
    Any readOnly() throws GrpcException, InterruptedException {
        Any request = read();
        if (request == null || inbox.take() != null) {
            throw new AssertionError("OneMessage has let no or two requests pass");
        }
        return request;
    }

    /** The requests that were read, to which nothing was said yet. */
    List<Any> requests() {
        return requests;
    }

    /** What was asked, and how. */
    RequestInfo info() {
        RequestInfo.Builder info = RequestInfo.newBuilder()
                .addAllRequestHeaders(HeaderLists.of(call.headers()))
                .addAllRequests(requests);
        if (timeoutMillis != null) {
            info.setTimeoutMs(timeoutMillis);
        }
        return info.build();
    }

    void sendHeaders(List<Header> headers) {
        call.sendHeaders(HeaderLists.toMetadata(headers));
    }

    /** Sends an answer; those of all methods have the same form. */
    void send(ByteString data, @Nullable RequestInfo asked) {
        ConformancePayload.Builder payload = ConformancePayload.newBuilder().setData(data);
        if (asked != null) {
            payload.setRequestInfo(asked);
        }
        byte[] answer = UnaryResponse.newBuilder().setPayload(payload).build().toByteArray();
        call.send(ProtoMessages.frame(answer));
    }

    boolean isClosed() {
        return call.isClosed();
    }

    void finish(GrpcStatus status, Metadata trailers) {
        call.finish(status, trailers);
        inbox.discard();
    }
}
