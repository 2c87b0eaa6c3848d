package dev.peregrine.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Any thread. What DoGet needs to find the data; opaque to the client.
 *
 * @param ticket shared, not copied
 */
public record Ticket(byte[] ticket) {
    /** Text, in UTF-8. */
    public static Ticket of(String text) {
        return new Ticket(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.Ticket.newBuilder()
                .setTicket(ProtoBytes.wrap(ticket))
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static Ticket deserialize(byte[] serialized) {
        return new Ticket(ProtoBytes.parse("Ticket", dev.peregrine.proto.Ticket.parser(), serialized)
                .getTicket()
                .toByteArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ticket that && Arrays.equals(ticket, that.ticket);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ticket);
    }

    @Override
    public String toString() {
        return "Ticket " + ByteText.of(ticket);
    }
}
