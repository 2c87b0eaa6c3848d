package dev.peregrine.cli.bench;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.Ticket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the calls ask for. Where nothing is named it is the convention: ticket {@code ROWS,BATCHES}, paths {@code put}, {@code x}
 * and {@code info}, action {@code ping}, whose result is its body.
 *
 * @param ticket to get, or null
 * @param flight to get, put, exchange and ask about, or null
 * @param action to do, or null
 */
public record Asked(
        @Nullable Ticket ticket,
        @Nullable FlightDescriptor flight,
        @Nullable Action action) {
    static final Action PING = new Action("ping", "0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    /** Whether a get is one of the convention, so that its rows and values are known. */
    public boolean getsByConvention() {
        return ticket == null && flight == null;
    }

    FlightDescriptor flightOr(String path) {
        return flight == null ? FlightDescriptor.path(path) : flight;
    }

    Action actionOrPing() {
        return action == null ? PING : action;
    }
}
