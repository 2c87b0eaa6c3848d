package dev.peregrine.conformance.connect;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.peregrine.conformance.connect.proto.BidiStreamRequest;
import dev.peregrine.conformance.connect.proto.ClientStreamRequest;
import dev.peregrine.conformance.connect.proto.ConformancePayload.RequestInfo;
import dev.peregrine.conformance.connect.proto.Error;
import dev.peregrine.conformance.connect.proto.ServerStreamRequest;
import dev.peregrine.conformance.connect.proto.StreamResponseDefinition;
import dev.peregrine.conformance.connect.proto.UnaryRequest;
import dev.peregrine.conformance.connect.proto.UnaryResponseDefinition;
import dev.peregrine.transport.CallRouter;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Event loop; the methods themselves run on threads of their own. The service of the suite: each request says what to answer,
 * and wants to hear what was asked.
 */
final class ConformanceService implements CallRouter {
    static final String PREFIX = "/connectrpc.conformance.v1.ConformanceService/";

    /** A method, as blocking code. */
    private interface Method {
        /** Answers, but does not finish; the call is finished with OK, or with what is thrown, and these trailers. */
        Metadata serve(ServedCall call) throws GrpcException, InvalidProtocolBufferException, InterruptedException;
    }

    private final Executor threads;
    private final Map<String, Handler> handlers = Map.of(
            PREFIX + "Unary", handler("UnaryRequest", true, this::unary),
            PREFIX + "ClientStream", handler("ClientStreamRequest", false, this::clientStream),
            PREFIX + "ServerStream", handler("ServerStreamRequest", true, this::serverStream),
            PREFIX + "BidiStream", handler("BidiStreamRequest", false, this::bidiStream));

    /** Runs the methods on {@code threads}, which must be as many as the calls. */
    ConformanceService(Executor threads) {
        this.threads = threads;
    }

    @Override
    public @Nullable Handler route(String path) {
        return handlers.get(path);
    }

    private Handler handler(String request, boolean oneRequest, Method method) {
        return incoming -> {
            ServedCall call = new ServedCall(incoming, request);
            threads.execute(() -> serve(call, method));
            return call.listener(oneRequest);
        };
    }

    private static void serve(ServedCall call, Method method) {
        try {
            call.finish(GrpcStatus.OK, method.serve(call));
        } catch (GrpcException e) {
            call.finish(e.status(), e.trailers());
        } catch (InvalidProtocolBufferException e) {
            call.finish(GrpcCode.INTERNAL.with("the request cannot be parsed: " + e.getMessage()), new Metadata());
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    private Metadata unary(ServedCall call) throws GrpcException, InvalidProtocolBufferException, InterruptedException {
        return once(call, UnaryRequest.parseFrom(call.readOnly().getValue()).getResponseDefinition());
    }

    private Metadata clientStream(ServedCall call)
            throws GrpcException, InvalidProtocolBufferException, InterruptedException {
        UnaryResponseDefinition definition = UnaryResponseDefinition.getDefaultInstance();
        for (Any request; (request = call.read()) != null; ) {
            if (call.requests().size() == 1) {
                definition = ClientStreamRequest.parseFrom(request.getValue()).getResponseDefinition();
            }
        }
        return once(call, definition);
    }

    private static Metadata once(ServedCall call, UnaryResponseDefinition definition)
            throws GrpcException, InterruptedException {
        call.sendHeaders(definition.getResponseHeadersList());
        Thread.sleep(definition.getResponseDelayMs());
        Metadata trailers = HeaderLists.toMetadata(definition.getResponseTrailersList());
        RequestInfo asked = call.info();
        if (definition.hasError()) {
            throw failure(definition.getError(), asked, trailers);
        }
        call.send(definition.getResponseData(), asked);
        return trailers;
    }

    private Metadata serverStream(ServedCall call)
            throws GrpcException, InvalidProtocolBufferException, InterruptedException {
        StreamResponseDefinition definition =
                ServerStreamRequest.parseFrom(call.readOnly().getValue()).getResponseDefinition();
        call.sendHeaders(definition.getResponseHeadersList());
        return rest(call, definition, 0);
    }

    private Metadata bidiStream(ServedCall call)
            throws GrpcException, InvalidProtocolBufferException, InterruptedException {
        StreamResponseDefinition definition = StreamResponseDefinition.getDefaultInstance();
        boolean fullDuplex = false;
        int sent = 0;
        for (Any any; (any = call.read()) != null; ) {
            if (sent == 0 && call.requests().size() == 1) {
                BidiStreamRequest first = BidiStreamRequest.parseFrom(any.getValue());
                definition = first.getResponseDefinition();
                fullDuplex = first.getFullDuplex();
                call.sendHeaders(definition.getResponseHeadersList());
            }
            if (fullDuplex) {
                if (sent == definition.getResponseDataCount()) {
                    break;
                }
                RequestInfo asked = sent == 0
                        ? call.info()
                        : RequestInfo.newBuilder()
                                .addAllRequests(call.requests())
                                .build();
                send(call, definition, sent++, asked);
                call.requests().clear();
            }
        }
        return rest(call, definition, sent);
    }

    /** Sends what is left of a stream; what was asked goes with the first message, or else with the error. */
    private static Metadata rest(ServedCall call, StreamResponseDefinition definition, int sent)
            throws GrpcException, InterruptedException {
        Metadata trailers = HeaderLists.toMetadata(definition.getResponseTrailersList());
        for (int i = sent; i < definition.getResponseDataCount() && !call.isClosed(); i++) {
            send(call, definition, i, i == 0 ? call.info() : null);
        }
        if (definition.hasError()) {
            boolean nothingSent = definition.getResponseDataCount() == 0;
            throw failure(definition.getError(), nothingSent ? call.info() : null, trailers);
        }
        return trailers;
    }

    private static void send(
            ServedCall call, StreamResponseDefinition definition, int index, @Nullable RequestInfo asked)
            throws InterruptedException {
        Thread.sleep(definition.getResponseDelayMs());
        call.send(definition.getResponseData(index), asked);
    }

    private static GrpcException failure(Error error, @Nullable RequestInfo asked, Metadata trailers) {
        Error.Builder complete = error.toBuilder();
        if (asked != null) {
            complete.addDetails(Any.pack(asked));
        }
        return ErrorDetails.toException(complete.build(), trailers);
    }
}
