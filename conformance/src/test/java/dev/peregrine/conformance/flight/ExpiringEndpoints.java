package dev.peregrine.conformance.flight;

import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.CancelFlightInfoResult;
import dev.peregrine.protocol.CancelStatus;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Service threads, many at a time. The service of {@link ExpirationTime}. A ticket is {@code NUMBER: REMARK}; its data is
 * the number. An endpoint that does not expire can be read once.
 */
final class ExpiringEndpoints implements FlightService {
    /** Guarded by this. */
    private static final class State {
        @Nullable
        Instant expirationTime;

        boolean cancelled;
        int gets;
    }

    /** Guarded by this, by the tickets' numbers; those of the last flight that was asked for. */
    private final List<State> states = new ArrayList<>();

    @Override
    public synchronized FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        states.clear();
        Instant now = Instant.now();
        return FlightInfo.of(
                Numbers.UINT32,
                descriptor,
                add("No expiration time", null),
                add("5 seconds", now.plusSeconds(5)),
                add("6 seconds", now.plusSeconds(6)));
    }

    private FlightEndpoint add(String remark, @Nullable Instant expirationTime) {
        State state = new State();
        state.expirationTime = expirationTime;
        Ticket ticket = Ticket.of(states.size() + ": " + remark);
        states.add(state);
        return new FlightEndpoint(ticket, List.of(), expirationTime, new byte[0]);
    }

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        int number = number(ticket);
        open(number);
        BufferAllocator memory = call.allocator();
        Numbers.write(out, memory, Numbers.UINT32, number);
    }

    private synchronized void open(int number) {
        State state = states.get(number);
        if (state.cancelled) {
            throw FlightInvalidArgumentException.of("the flight was cancelled");
        }
        if (state.expirationTime == null ? state.gets > 0 : Instant.now().isAfter(state.expirationTime)) {
            throw FlightInvalidArgumentException.of("the endpoint has expired, or can be read only once");
        }
        state.gets++;
    }

    @Override
    public Iterable<ActionType> listActions(ServerCall call) {
        return List.of(ActionType.CANCEL_FLIGHT_INFO, ActionType.RENEW_FLIGHT_ENDPOINT);
    }

    @Override
    public synchronized CancelFlightInfoResult cancelFlightInfo(ServerCall call, FlightInfo info) {
        CancelStatus status = CancelStatus.CANCELLED;
        for (FlightEndpoint endpoint : info.endpoints()) {
            State state = states.get(number(endpoint.ticket()));
            if (state.cancelled) {
                status = CancelStatus.NOT_CANCELLABLE;
            }
            state.cancelled = true;
        }
        return new CancelFlightInfoResult(status);
    }

    @Override
    public synchronized FlightEndpoint renewFlightEndpoint(ServerCall call, FlightEndpoint endpoint) {
        Instant later = Instant.now().plusSeconds(10);
        states.get(number(endpoint.ticket())).expirationTime = later;
        Ticket ticket = Ticket.of(text(endpoint.ticket()) + ": renewed (+ 10 seconds)");
        return new FlightEndpoint(ticket, endpoint.locations(), later, endpoint.appMetadata());
    }

    private synchronized int number(Ticket ticket) {
        String text = text(ticket);
        try {
            int number = Integer.parseInt(text.substring(0, Math.max(0, text.indexOf(':'))));
            if (number >= 0 && number < states.size()) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw FlightInvalidArgumentException.of("there is no ticket " + text);
    }

    private static String text(Ticket ticket) {
        return new String(ticket.ticket(), StandardCharsets.UTF_8);
    }
}
