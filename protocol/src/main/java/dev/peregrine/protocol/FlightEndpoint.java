package dev.peregrine.protocol;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. One part of a flight's data, and where to get it.
 *
 * @param locations any of them will do; none means the server that was asked
 * @param expirationTime the data may be gone after this time; null promises nothing
 * @param appMetadata the application's own; shared, not copied
 */
public record FlightEndpoint(
        Ticket ticket, List<Location> locations, @Nullable Instant expirationTime, byte[] appMetadata) {
    private static final byte[] NO_BYTES = {};

    public FlightEndpoint {
        locations = List.copyOf(locations);
    }

    /** An endpoint that does not expire. */
    public FlightEndpoint(Ticket ticket, Location... locations) {
        this(ticket, List.of(locations), null, NO_BYTES);
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return toProto().toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static FlightEndpoint deserialize(byte[] serialized) {
        return of(ProtoBytes.parse("FlightEndpoint", dev.peregrine.proto.FlightEndpoint.parser(), serialized));
    }

    dev.peregrine.proto.FlightEndpoint toProto() {
        var proto = dev.peregrine.proto.FlightEndpoint.newBuilder()
                .setTicket(dev.peregrine.proto.Ticket.newBuilder().setTicket(ProtoBytes.wrap(ticket.ticket())))
                .setAppMetadata(ProtoBytes.wrap(appMetadata));
        for (Location location : locations) {
            proto.addLocation(location.toProto());
        }
        if (expirationTime != null) {
            proto.setExpirationTime(ProtoBytes.toTimestamp(expirationTime));
        }
        return proto.build();
    }

    static FlightEndpoint of(dev.peregrine.proto.FlightEndpoint proto) {
        return new FlightEndpoint(
                new Ticket(proto.getTicket().getTicket().toByteArray()),
                proto.getLocationList().stream()
                        .map(location -> new Location(location.getUri()))
                        .toList(),
                ProtoBytes.toInstant(proto.hasExpirationTime(), proto.getExpirationTime()),
                proto.getAppMetadata().toByteArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FlightEndpoint that
                && ticket.equals(that.ticket)
                && locations.equals(that.locations)
                && Objects.equals(expirationTime, that.expirationTime)
                && Arrays.equals(appMetadata, that.appMetadata);
    }

    @Override
    public int hashCode() {
        return Objects.hash(ticket, locations, expirationTime, Arrays.hashCode(appMetadata));
    }
}
