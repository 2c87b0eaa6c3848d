package dev.peregrine.server;

import dev.peregrine.proto.reflection.ServerReflectionRequest;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.SchemaResult;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.wire.FlightDataDecoder;
import dev.peregrine.protocol.wire.FlightMessage;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.MessageStreamReader;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.server.reflection.ServerReflection;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallRouter;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.MessageDecoder;
import dev.peregrine.transport.OneMessage;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only, but the bodies of the calls, most of which run on service threads. Which of Flight's RPCs is which method of the
 * service.
 *
 * <p>A call with one request waits for it on the event loop and then crosses to a service thread, once, unless its method is
 * non-blocking. A call with a stream of requests crosses when its headers have come.
 */
final class FlightRouter implements CallRouter {
    /** Serves a call with its one request. */
    private interface One<M> {
        void serve(ServiceCall call, M request) throws Exception;
    }

    /** Serves a call with a stream of requests. */
    private interface Many<M, D extends MessageDecoder<M>> {
        void serve(ServiceCall call, Inbox<M> inbox, D decoder) throws Exception;
    }

    private final FlightService service;
    private final ServiceThreads threads;
    private final Batches batches;
    private final @Nullable ServerAuthenticator authenticator;
    private final List<CallMiddleware.Registered> middleware;
    private final Map<String, Handler> handlers = new HashMap<>();

    /** Paths of the methods that are served on the event loop. */
    private final Set<String> nonBlocking;

    /**
     * @param reflection whether clients may ask what the server serves
     * @throws IllegalArgumentException the service calls a method non-blocking that cannot be
     */
    FlightRouter(
            FlightService service,
            ServiceThreads threads,
            Batches batches,
            @Nullable ServerAuthenticator authenticator,
            List<CallMiddleware.Registered> middleware,
            boolean reflection) {
        this.authenticator = authenticator;
        this.service = service;
        this.threads = threads;
        this.batches = batches;
        this.middleware = List.copyOf(middleware);
        this.nonBlocking = service.nonBlockingMethods().stream()
                .map(FlightRouter::nonBlocking)
                .collect(Collectors.toUnmodifiableSet());
        many(FlightMethods.HANDSHAKE, ProtoMessages::handshakes, this::handshake);
        one(FlightMethods.LIST_FLIGHTS, ProtoMessages::criteria, this::listFlights);
        one(FlightMethods.GET_FLIGHT_INFO, ProtoMessages::descriptors, this::getFlightInfo);
        one(FlightMethods.POLL_FLIGHT_INFO, ProtoMessages::descriptors, this::pollFlightInfo);
        one(FlightMethods.GET_SCHEMA, ProtoMessages::descriptors, this::getSchema);
        one(
                FlightMethods.DO_GET,
                ProtoMessages::tickets,
                (call, ticket) -> service.doGet(call, ticket, call.own(batches.writer(call))));
        many(FlightMethods.DO_PUT, batches::decoder, this::doPut);
        many(FlightMethods.DO_EXCHANGE, batches::decoder, this::doExchange);
        one(FlightMethods.DO_ACTION, ProtoMessages::actions, this::doAction);
        one(
                FlightMethods.LIST_ACTIONS,
                ProtoMessages::empties,
                (call, nothing) -> sendAll(call, service.listActions(call), ActionType::serialize));
        if (reflection) {
            ServerReflection answers = new ServerReflection();
            Many<ServerReflectionRequest, ProtoDecoder<ServerReflectionRequest>> body =
                    (call, questions, decoder) -> reflect(call, questions, answers);
            many(ServerReflection.V1, ServerReflection::requests, body);
            many(ServerReflection.V1ALPHA, ServerReflection::requests, body);
        }
    }

    private static String nonBlocking(String method) {
        return switch (method) {
            case "ListFlights" -> FlightMethods.LIST_FLIGHTS;
            case "GetFlightInfo" -> FlightMethods.GET_FLIGHT_INFO;
            case "PollFlightInfo" -> FlightMethods.POLL_FLIGHT_INFO;
            case "GetSchema" -> FlightMethods.GET_SCHEMA;
            case "DoAction" -> FlightMethods.DO_ACTION;
            case "ListActions" -> FlightMethods.LIST_ACTIONS;
            default ->
                throw new IllegalArgumentException("nonBlockingMethods() names " + method
                        + "; only ListFlights, GetFlightInfo, PollFlightInfo, GetSchema, DoAction and ListActions can be"
                        + " non-blocking");
        };
    }

    @Override
    public @Nullable Handler route(String path) {
        return handlers.get(path);
    }

    private <M> void one(String path, Supplier<ProtoDecoder<M>> decoders, One<M> body) {
        handlers.put(path, incoming -> {
            ServiceCall call = call(incoming);
            RequestCollector<M> collector = new RequestCollector<>(
                    incoming,
                    new RequestDecoder<>(call.method(), decoders.get()),
                    request -> serve(call, () -> body.serve(call, request)));
            return call.listen(OneMessage.ofRequest(call.method(), collector));
        });
    }

    private void serve(ServiceCall call, ServiceThreads.Body body) throws GrpcException {
        if (call.isNonBlocking()) {
            threads.serveHere(call, body);
        } else {
            threads.serve(call, body, () -> {});
        }
    }

    private <M, D extends MessageDecoder<M>> void many(String path, Supplier<D> decoders, Many<M, D> body) {
        handlers.put(path, incoming -> {
            ServiceCall call = call(incoming);
            D decoder = decoders.get();
            Inbox<M> inbox = new Inbox<>(new RequestDecoder<>(call.method(), decoder));
            inbox.attach(incoming);
            CallListener listener = call.listen(inbox);
            threads.serve(call, () -> body.serve(call, inbox, decoder), inbox::discard);
            return listener;
        });
    }

    private ServiceCall call(IncomingCall incoming) {
        return new ServiceCall(
                incoming,
                batches.allocator(),
                threads.executor(),
                nonBlocking.contains(incoming.path()),
                incoming.path().equals(FlightMethods.HANDSHAKE) ? null : authenticator,
                middleware);
    }

    private void listFlights(ServiceCall call, Criteria criteria) throws Exception {
        answerAll(
                call,
                service.listFlightsLater(call, criteria),
                () -> service.listFlights(call, criteria),
                FlightInfo::serialize);
    }

    private void doAction(ServiceCall call, Action action) throws Exception {
        answerAll(call, service.doActionLater(call, action), () -> service.doAction(call, action), Result::serialize);
    }

    private void getFlightInfo(ServiceCall call, FlightDescriptor descriptor) {
        answer(
                call,
                service.getFlightInfoLater(call, descriptor),
                () -> service.getFlightInfo(call, descriptor),
                FlightInfo::serialize);
    }

    private void pollFlightInfo(ServiceCall call, FlightDescriptor descriptor) {
        answer(
                call,
                service.pollFlightInfoLater(call, descriptor),
                () -> service.pollFlightInfo(call, descriptor),
                PollInfo::serialize);
    }

    private void getSchema(ServiceCall call, FlightDescriptor descriptor) {
        answer(
                call,
                service.getSchemaLater(call, descriptor),
                () -> service.getSchema(call, descriptor),
                schema -> new SchemaResult(schema).serialize());
    }

    /**
     * Sends one answer. If it comes later, the thread that completes {@code later} sends it; there is always room for it, since
     * it is the only one.
     *
     * @param later null if the service has its answer {@code now}
     */
    private static <T> void answer(
            ServiceCall call,
            @Nullable CompletionStage<? extends @Nullable T> later,
            Supplier<? extends @Nullable T> now,
            Function<T, byte[]> serialize) {
        if (later == null) {
            call.send(serialize.apply(found(now.get())));
        } else {
            call.endsWith(later.thenAccept(answer -> call.send(serialize.apply(found(answer)))));
        }
    }

    /** The same with many answers. Sending them may wait, and a service thread may. */
    private <T> void answerAll(
            ServiceCall call,
            @Nullable CompletionStage<? extends Iterable<T>> later,
            Supplier<? extends Iterable<T>> now,
            Function<T, byte[]> serialize)
            throws Exception {
        if (later == null) {
            sendAll(call, now.get(), serialize);
            return;
        }
        call.endsWith(later.thenAcceptAsync(
                items -> {
                    try {
                        sendAll(call, items, serialize);
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                threads.executor()));
    }

    private void handshake(ServiceCall call, Inbox<byte[]> inbox, ProtoDecoder<byte[]> decoder) {
        HandshakePayloads stream = new HandshakePayloads(call, inbox);
        if (authenticator == null || !authenticator.handshake(call, stream)) {
            service.handshake(call, stream);
        }
    }

    private static void reflect(ServiceCall call, Inbox<ServerReflectionRequest> questions, ServerReflection answers) {
        try {
            answers.serve(questions, call::send);
        } catch (GrpcException e) {
            throw call.failure(e);
        } catch (InterruptedException e) {
            throw call.interruptedWhileWaiting();
        }
    }

    private void doPut(ServiceCall call, Inbox<FlightMessage> inbox, FlightDataDecoder decoder) {
        MessageStreamReader in = call.own(batches.reader(call, inbox, decoder));
        service.doPut(call, in, metadata -> call.send(new PutResult(metadata).serialize()));
    }

    private void doExchange(ServiceCall call, Inbox<FlightMessage> inbox, FlightDataDecoder decoder) {
        MessageStreamReader in = call.own(batches.reader(call, inbox, decoder));
        service.doExchange(call, in, call.own(batches.writer(call)));
    }

    /** Sends {@code items} as they come, and closes what can be closed. */
    private static <T> void sendAll(ServiceCall call, Iterable<T> items, Function<T, byte[]> serialize)
            throws Exception {
        try (Closing all = new Closing(items)) {
            Iterator<T> iterator = items.iterator();
            try (Closing each = new Closing(iterator)) {
                while (iterator.hasNext()) {
                    call.send(serialize.apply(iterator.next()));
                }
            }
        }
    }

    /** Closes what may or may not be closeable. */
    private record Closing(Object what) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            if (what instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }

    private static <T> T found(@Nullable T answer) {
        if (answer == null) {
            throw FlightNotFoundException.of("Flight not found");
        }
        return answer;
    }
}
