package dev.peregrine.conformance.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallRouter;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OneMessage;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.BoolValue;
import io.grpc.testing.integration.Messages.EchoStatus;
import io.grpc.testing.integration.Messages.Payload;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.SimpleResponse;
import io.grpc.testing.integration.Messages.StreamingInputCallRequest;
import io.grpc.testing.integration.Messages.StreamingInputCallResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Event loop; the methods on a thread for each call. {@code grpc.testing.TestService}, as the test descriptions have it. */
final class TestService implements CallRouter, AutoCloseable {
    /** What a method does, on its own thread: the status with which it ends. */
    @FunctionalInterface
    private interface Method {
        GrpcStatus serve(ServedCall call) throws GrpcException, InterruptedException, InvalidProtocolBufferException;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Handler> handlers = new HashMap<>();

    TestService() {
        unary("EmptyCall", TestService::emptyCall);
        unary("UnaryCall", TestService::unaryCall);
        unary("CacheableUnaryCall", TestService::cacheableUnaryCall);
        unary("StreamingOutputCall", TestService::streamingOutputCall);
        streaming("StreamingInputCall", TestService::streamingInputCall);
        streaming("FullDuplexCall", TestService::fullDuplexCall);
        streaming("HalfDuplexCall", TestService::halfDuplexCall);
    }

    private void unary(String name, Method method) {
        handlers.put(path(name), call -> OneMessage.ofRequest(name, accept(call, method)));
    }

    private void streaming(String name, Method method) {
        handlers.put(path(name), call -> accept(call, method));
    }

    /** The path of a method of this service. */
    static String path(String method) {
        return "/grpc.testing.TestService/" + method;
    }

    @Override
    public @Nullable Handler route(String path) {
        return handlers.get(path);
    }

    private CallListener accept(IncomingCall call, Method method) {
        Receiving requests = new Receiving();
        requests.attach(call);
        threads.execute(() -> serve(call, requests, method));
        return requests;
    }

    private static void serve(IncomingCall call, Receiving requests, Method method) {
        ServedCall served = new ServedCall(call, requests);
        try {
            served.finish(method.serve(served));
        } catch (GrpcException e) {
            served.finish(e.status());
        } catch (InvalidProtocolBufferException e) {
            served.finish(GrpcCode.INTERNAL.with("The request cannot be read: " + e.getMessage()));
        } catch (InterruptedException e) {
            call.cancel(GrpcCode.CANCELLED.with("The server is going away"));
        } finally {
            requests.discard();
        }
    }

    private static GrpcStatus emptyCall(ServedCall call) throws GrpcException, InterruptedException {
        call.request();
        call.headers(false);
        call.send(Empty.getDefaultInstance(), false);
        return GrpcStatus.OK;
    }

    private static GrpcStatus unaryCall(ServedCall call)
            throws GrpcException, InterruptedException, InvalidProtocolBufferException {
        Receiving.Message message = call.request();
        SimpleRequest request = SimpleRequest.parseFrom(message.bytes());
        if (request.hasExpectCompressed()) {
            check(request.getExpectCompressed(), message);
        }
        boolean compressed = request.getResponseCompressed().getValue();
        call.headers(compressed);
        if (request.hasResponseStatus()) {
            return status(request.getResponseStatus());
        }
        SimpleResponse.Builder response = SimpleResponse.newBuilder().setPayload(payload(request.getResponseSize()));
        if (request.getFillServerId()) {
            response.setServerId("peregrine");
        }
        call.send(response.build(), compressed);
        return GrpcStatus.OK;
    }

    /** The answer says when it was made, so that one that comes from a cache is known by that. */
    private static GrpcStatus cacheableUnaryCall(ServedCall call) throws GrpcException, InterruptedException {
        call.request();
        call.headers(false, new Metadata().add("cache-control", "max-age=60, public"));
        ByteString now = ByteString.copyFromUtf8(String.valueOf(System.nanoTime()));
        call.send(
                SimpleResponse.newBuilder()
                        .setPayload(Payload.newBuilder().setBody(now))
                        .build(),
                false);
        return GrpcStatus.OK;
    }

    private static GrpcStatus streamingOutputCall(ServedCall call)
            throws GrpcException, InterruptedException, InvalidProtocolBufferException {
        StreamingOutputCallRequest request =
                StreamingOutputCallRequest.parseFrom(call.request().bytes());
        call.headers(compresses(request));
        return answer(call, request);
    }

    private static GrpcStatus streamingInputCall(ServedCall call)
            throws GrpcException, InterruptedException, InvalidProtocolBufferException {
        int size = 0;
        for (Receiving.Message message; (message = call.take()) != null; ) {
            StreamingInputCallRequest request = StreamingInputCallRequest.parseFrom(message.bytes());
            if (request.hasExpectCompressed()) {
                check(request.getExpectCompressed(), message);
            }
            size += request.getPayload().getBody().size();
        }
        call.headers(false);
        call.send(
                StreamingInputCallResponse.newBuilder()
                        .setAggregatedPayloadSize(size)
                        .build(),
                false);
        return GrpcStatus.OK;
    }

    private static GrpcStatus fullDuplexCall(ServedCall call)
            throws GrpcException, InterruptedException, InvalidProtocolBufferException {
        boolean first = true;
        for (Receiving.Message message; (message = call.take()) != null; ) {
            StreamingOutputCallRequest request = StreamingOutputCallRequest.parseFrom(message.bytes());
            if (first) {
                call.headers(compresses(request));
                first = false;
            }
            GrpcStatus status = answer(call, request);
            if (!status.isOk()) {
                return status;
            }
        }
        return GrpcStatus.OK;
    }

    private static GrpcStatus halfDuplexCall(ServedCall call)
            throws GrpcException, InterruptedException, InvalidProtocolBufferException {
        List<StreamingOutputCallRequest> requests = new ArrayList<>();
        for (Receiving.Message message; (message = call.take()) != null; ) {
            requests.add(StreamingOutputCallRequest.parseFrom(message.bytes()));
        }
        call.headers(requests.stream().anyMatch(TestService::compresses));
        for (StreamingOutputCallRequest request : requests) {
            GrpcStatus status = answer(call, request);
            if (!status.isOk()) {
                return status;
            }
        }
        return GrpcStatus.OK;
    }

    private static boolean compresses(StreamingOutputCallRequest request) {
        return request.getResponseParametersList().stream()
                .anyMatch(wanted -> wanted.getCompressed().getValue());
    }

    private static GrpcStatus answer(ServedCall call, StreamingOutputCallRequest request) throws InterruptedException {
        if (request.hasResponseStatus()) {
            return status(request.getResponseStatus());
        }
        for (ResponseParameters wanted : request.getResponseParametersList()) {
            TimeUnit.MICROSECONDS.sleep(wanted.getIntervalUs());
            StreamingOutputCallResponse response = StreamingOutputCallResponse.newBuilder()
                    .setPayload(payload(wanted.getSize()))
                    .build();
            if (!call.send(response, wanted.getCompressed().getValue())) {
                return GrpcCode.CANCELLED.with("The client has gone");
            }
        }
        return GrpcStatus.OK;
    }

    private static void check(BoolValue expected, Receiving.Message message) throws GrpcException {
        if (expected.getValue() != message.compressed()) {
            throw new GrpcException(
                    GrpcCode.INVALID_ARGUMENT,
                    "The request is " + (message.compressed() ? "" : "not ") + "compressed, unlike it says");
        }
    }

    private static GrpcStatus status(EchoStatus wanted) {
        return GrpcCode.of(wanted.getCode()).with(wanted.getMessage());
    }

    private static Payload payload(int size) {
        return Payload.newBuilder().setBody(ByteString.copyFrom(new byte[size])).build();
    }

    /** Interrupts the methods that run. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
