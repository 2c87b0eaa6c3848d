package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.Parade.bytes;
import static dev.peregrine.interop.parade.Parade.text;

import java.util.List;
import java.util.concurrent.ExecutorService;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.IpcOption;

/** A flight-core service with something for each RPC; the twin of {@link ParadeService}. gRPC threads. */
public final class FlightCoreParade implements FlightProducer {
    private final FlightCoreParadeBatches batches;
    private final FlightCoreParadeActions actions;
    private volatile Location location = Location.reuseConnection();

    /** {@code threads} run what waits, so that gRPC's own stay free. */
    public FlightCoreParade(BufferAllocator allocator, ExecutorService threads) {
        Cancellations cancelled = new Cancellations();
        this.batches = new FlightCoreParadeBatches(allocator, threads, cancelled);
        this.actions = new FlightCoreParadeActions(cancelled);
    }

    public void at(Location location) {
        this.location = location;
    }

    // Flights

    @Override
    public void listFlights(CallContext context, Criteria criteria, StreamListener<FlightInfo> out) {
        switch (text(criteria.getExpression())) {
            case "" -> {
                out.onNext(info(FlightDescriptor.path("ints")));
                out.onNext(info(FlightDescriptor.path("words")));
            }
            case "words" -> out.onNext(info(FlightDescriptor.path("words")));
            case "many" -> {
                for (int i = 0; i < 1000; i++) {
                    FlightDescriptor descriptor = FlightDescriptor.path("many", "" + i);
                    out.onNext(FlightInfo.builder(Parade.INTS, descriptor, List.of())
                            .setRecords(i)
                            .build());
                }
            }
            case "fail" -> {
                out.onNext(info(FlightDescriptor.path("ints")));
                out.onError(CallStatus.UNAVAILABLE
                        .withDescription("the list broke off")
                        .toRuntimeException());
                return;
            }
            default -> {}
        }
        out.onCompleted();
    }

    private FlightInfo info(FlightDescriptor descriptor) {
        FlightEndpoint first = FlightEndpoint.builder(new Ticket(bytes("ints")), location, Location.reuseConnection())
                .setExpirationTime(Parade.EXPIRES)
                .setAppMetadata(bytes("endpoint"))
                .build();
        FlightEndpoint second = new FlightEndpoint(new Ticket(bytes("words")));
        return new FlightInfo(
                Parade.INTS, descriptor, List.of(first, second), 480, 12, true, IpcOption.DEFAULT, bytes("info"));
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        if (name(descriptor).equals("ints")) {
            return info(descriptor);
        }
        throw CallStatus.NOT_FOUND.withDescription("no such flight").toRuntimeException();
    }

    static String name(FlightDescriptor descriptor) {
        return descriptor.isCommand()
                ? text(descriptor.getCommand())
                : descriptor.getPath().get(0);
    }

    @Override
    public PollInfo pollFlightInfo(CallContext context, FlightDescriptor descriptor) {
        FlightInfo info = info(FlightDescriptor.path("ints"));
        return switch (name(descriptor)) {
            case "poll" -> new PollInfo(info, FlightDescriptor.command(bytes("poll 1")), null, Parade.EXPIRES);
            case "poll 1" -> new PollInfo(info, FlightDescriptor.command(bytes("poll 2")), 0.5, null);
            default -> new PollInfo(info, null, 1.0, null);
        };
    }

    @Override
    public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
        return new SchemaResult(
                getFlightInfo(context, descriptor).getSchemaOptional().orElseThrow());
    }

    // The rest

    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener out) {
        batches.get(ticket, out);
    }

    @Override
    public Runnable acceptPut(CallContext context, FlightStream in, StreamListener<PutResult> acks) {
        return () -> batches.put(in, acks);
    }

    @Override
    public void doExchange(CallContext context, FlightStream in, ServerStreamListener out) {
        batches.exchange(in, out);
    }

    @Override
    public void listActions(CallContext context, StreamListener<ActionType> out) {
        Parade.ACTIONS.forEach(a -> out.onNext(new ActionType(a.getKey(), a.getValue())));
        out.onCompleted();
    }

    @Override
    public void doAction(CallContext context, Action action, StreamListener<Result> out) {
        actions.act(context, action, out);
    }
}
