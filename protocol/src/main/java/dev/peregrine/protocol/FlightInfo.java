package dev.peregrine.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. What a server says about a flight: its schema, and where its parts are. All of them have to be read to have
 * all of the data.
 *
 * @param schema null if the server does not know it; in the form it has on the wire: a dictionary-encoded field has the
 *     type of its values
 * @param totalRecords -1 if unknown
 * @param totalBytes -1 if unknown
 * @param ordered whether the endpoints are in the order of the data
 * @param appMetadata the application's own; shared, not copied
 */
public record FlightInfo(
        @Nullable Schema schema,
        FlightDescriptor descriptor,
        List<FlightEndpoint> endpoints,
        long totalRecords,
        long totalBytes,
        boolean ordered,
        byte[] appMetadata) {
    private static final byte[] NO_BYTES = {};

    public FlightInfo {
        endpoints = List.copyOf(endpoints);
    }

    /** An info of which the totals are not known. */
    public static FlightInfo of(@Nullable Schema schema, FlightDescriptor descriptor, FlightEndpoint... endpoints) {
        return new FlightInfo(schema, descriptor, List.of(endpoints), -1, -1, false, NO_BYTES);
    }

    /** This info with totals; -1 for unknown. */
    public FlightInfo withTotals(long records, long bytes) {
        return new FlightInfo(schema, descriptor, endpoints, records, bytes, ordered, appMetadata);
    }

    /** This info, saying whether the endpoints are in the order of the data. */
    public FlightInfo withOrdered(boolean inOrder) {
        return new FlightInfo(schema, descriptor, endpoints, totalRecords, totalBytes, inOrder, appMetadata);
    }

    /** This info with the application's own bytes. */
    public FlightInfo withAppMetadata(byte[] metadata) {
        return new FlightInfo(schema, descriptor, endpoints, totalRecords, totalBytes, ordered, metadata);
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return toProto().toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static FlightInfo deserialize(byte[] serialized) {
        return of(ProtoBytes.parse("FlightInfo", dev.peregrine.proto.FlightInfo.parser(), serialized));
    }

    dev.peregrine.proto.FlightInfo toProto() {
        var proto = dev.peregrine.proto.FlightInfo.newBuilder()
                .setFlightDescriptor(descriptor.toProto())
                .setTotalRecords(totalRecords)
                .setTotalBytes(totalBytes)
                .setOrdered(ordered)
                .setAppMetadata(ProtoBytes.wrap(appMetadata));
        if (schema != null) {
            proto.setSchema(ProtoBytes.wrap(SchemaBytes.write(schema)));
        }
        for (FlightEndpoint endpoint : endpoints) {
            proto.addEndpoint(endpoint.toProto());
        }
        return proto.build();
    }

    static FlightInfo of(dev.peregrine.proto.FlightInfo proto) {
        return new FlightInfo(
                SchemaBytes.read(proto.getSchema().asReadOnlyByteBuffer()),
                FlightDescriptor.of(proto.getFlightDescriptor()),
                proto.getEndpointList().stream().map(FlightEndpoint::of).toList(),
                proto.getTotalRecords(),
                proto.getTotalBytes(),
                proto.getOrdered(),
                proto.getAppMetadata().toByteArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FlightInfo that
                && Objects.equals(schema, that.schema)
                && descriptor.equals(that.descriptor)
                && endpoints.equals(that.endpoints)
                && totalRecords == that.totalRecords
                && totalBytes == that.totalBytes
                && ordered == that.ordered
                && Arrays.equals(appMetadata, that.appMetadata);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                schema, descriptor, endpoints, totalRecords, totalBytes, ordered, Arrays.hashCode(appMetadata));
    }
}
