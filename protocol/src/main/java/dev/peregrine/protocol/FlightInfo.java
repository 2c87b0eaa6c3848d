package dev.peregrine.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Any thread; immutable. What a server says about a flight: its schema, and where its parts are. All of them have to be read
 * to have all of the data.
 */
public final class FlightInfo {
    private static final byte[] NO_BYTES = {};

    private final SchemaOnDemand schema;
    private final FlightDescriptor descriptor;
    private final List<FlightEndpoint> endpoints;
    private final long totalRecords;
    private final long totalBytes;
    private final boolean ordered;
    private final byte[] appMetadata;

    /**
     * All that is known about a flight.
     *
     * @param schema null if the server does not know it; in the form it has on the wire: a dictionary-encoded field has the
     *     type of its values
     * @param totalRecords -1 if unknown
     * @param totalBytes -1 if unknown
     * @param ordered whether the endpoints are in the order of the data
     * @param appMetadata the application's own; shared, not copied
     */
    public FlightInfo(
            @Nullable Schema schema,
            FlightDescriptor descriptor,
            List<FlightEndpoint> endpoints,
            long totalRecords,
            long totalBytes,
            boolean ordered,
            byte[] appMetadata) {
        this(SchemaOnDemand.of(schema), descriptor, endpoints, totalRecords, totalBytes, ordered, appMetadata);
    }

    private FlightInfo(
            SchemaOnDemand schema,
            FlightDescriptor descriptor,
            List<FlightEndpoint> endpoints,
            long totalRecords,
            long totalBytes,
            boolean ordered,
            byte[] appMetadata) {
        this.schema = schema;
        this.descriptor = descriptor;
        this.endpoints = List.copyOf(endpoints);
        this.totalRecords = totalRecords;
        this.totalBytes = totalBytes;
        this.ordered = ordered;
        this.appMetadata = appMetadata;
    }

    /**
     * Null if the server does not know it. In the form it has on the wire: a dictionary-encoded field has the type of its
     * values. It is read when it is first asked for, because Arrow's classes for that take as long to load as a connection
     * takes to make.
     *
     * @throws IllegalArgumentException what the server sent is no schema
     */
    public @Nullable Schema schema() {
        return schema.get();
    }

    /** What the flight is called, or how it was asked for. */
    public FlightDescriptor descriptor() {
        return descriptor;
    }

    /** Where its parts are. */
    public List<FlightEndpoint> endpoints() {
        return endpoints;
    }

    /** -1 if unknown. */
    public long totalRecords() {
        return totalRecords;
    }

    /** -1 if unknown. */
    public long totalBytes() {
        return totalBytes;
    }

    /** Whether the endpoints are in the order of the data. */
    public boolean ordered() {
        return ordered;
    }

    /** The application's own; shared, not copied. */
    public byte[] appMetadata() {
        return appMetadata;
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
                .setAppMetadata(ProtoBytes.wrap(appMetadata))
                .setSchema(ProtoBytes.wrap(schema.bytes()));
        for (FlightEndpoint endpoint : endpoints) {
            proto.addEndpoint(endpoint.toProto());
        }
        return proto.build();
    }

    static FlightInfo of(dev.peregrine.proto.FlightInfo proto) {
        return new FlightInfo(
                SchemaOnDemand.of(proto.getSchema().toByteArray()),
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
                && schema.equals(that.schema)
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

    @Override
    public String toString() {
        return "FlightInfo[schema=" + schema() + ", descriptor=" + descriptor + ", endpoints=" + endpoints
                + ", totalRecords="
                + totalRecords + ", totalBytes=" + totalBytes + ", ordered=" + ordered + ", appMetadata="
                + appMetadata.length
                + " bytes]";
    }
}
