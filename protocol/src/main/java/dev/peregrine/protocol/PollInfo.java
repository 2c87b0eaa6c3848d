package dev.peregrine.protocol;

import java.time.Instant;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. How far a long-running query is.
 *
 * @param info what can be read already; null if the server does not say
 * @param descriptor ask with this one next time; null when the query is complete
 * @param progress 0.0 to 1.0, if the server says; may go back
 * @param expirationTime the server may forget the query after this time; null promises nothing
 */
public record PollInfo(
        @Nullable FlightInfo info,
        @Nullable FlightDescriptor descriptor,
        OptionalDouble progress,
        @Nullable Instant expirationTime) {
    /** Whether there is nothing left to poll for. */
    public boolean isComplete() {
        return descriptor == null;
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        var proto = dev.peregrine.proto.PollInfo.newBuilder();
        if (info != null) {
            proto.setInfo(info.toProto());
        }
        if (descriptor != null) {
            proto.setFlightDescriptor(descriptor.toProto());
        }
        if (progress.isPresent()) {
            proto.setProgress(progress.getAsDouble());
        }
        if (expirationTime != null) {
            proto.setExpirationTime(ProtoBytes.toTimestamp(expirationTime));
        }
        return proto.build().toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static PollInfo deserialize(byte[] serialized) {
        var proto = ProtoBytes.parse("PollInfo", dev.peregrine.proto.PollInfo.parser(), serialized);
        return new PollInfo(
                proto.hasInfo() ? FlightInfo.of(proto.getInfo()) : null,
                proto.hasFlightDescriptor() ? FlightDescriptor.of(proto.getFlightDescriptor()) : null,
                proto.hasProgress() ? OptionalDouble.of(proto.getProgress()) : OptionalDouble.empty(),
                ProtoBytes.toInstant(proto.hasExpirationTime(), proto.getExpirationTime()));
    }
}
