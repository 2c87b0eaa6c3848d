package dev.peregrine.protocol;

import dev.peregrine.proto.FlightDescriptor.DescriptorType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Any thread. Names a data set: by a path, or by a command whose meaning is the server's affair.
 *
 * @param command for {@link Type#CMD}; empty otherwise; shared, not copied
 * @param path for {@link Type#PATH}: its segments; empty otherwise
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html">Flight RPC</a>
 */
public record FlightDescriptor(Type type, byte[] command, List<String> path) {
    /** Which of the two it is. */
    public enum Type {
        /** Neither, as a peer may send it. */
        UNKNOWN,
        PATH,
        CMD
    }

    private static final byte[] NO_BYTES = {};

    public FlightDescriptor {
        path = List.copyOf(path);
    }

    /** A path of these segments. */
    public static FlightDescriptor path(String... segments) {
        return path(List.of(segments));
    }

    /** A path of these segments. */
    public static FlightDescriptor path(List<String> segments) {
        return new FlightDescriptor(Type.PATH, NO_BYTES, segments);
    }

    /** A command. */
    public static FlightDescriptor command(byte[] command) {
        return new FlightDescriptor(Type.CMD, command, List.of());
    }

    /** A command that is text, in UTF-8. */
    public static FlightDescriptor command(String command) {
        return command(command.getBytes(StandardCharsets.UTF_8));
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return toProto().toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static FlightDescriptor deserialize(byte[] serialized) {
        return of(ProtoBytes.parse("FlightDescriptor", dev.peregrine.proto.FlightDescriptor.parser(), serialized));
    }

    dev.peregrine.proto.FlightDescriptor toProto() {
        return dev.peregrine.proto.FlightDescriptor.newBuilder()
                .setType(
                        switch (type) {
                            case UNKNOWN -> DescriptorType.UNKNOWN;
                            case PATH -> DescriptorType.PATH;
                            case CMD -> DescriptorType.CMD;
                        })
                .setCmd(ProtoBytes.wrap(command))
                .addAllPath(path)
                .build();
    }

    static FlightDescriptor of(dev.peregrine.proto.FlightDescriptor proto) {
        Type type =
                switch (proto.getType()) {
                    case PATH -> Type.PATH;
                    case CMD -> Type.CMD;
                    case UNKNOWN, UNRECOGNIZED -> Type.UNKNOWN;
                };
        return new FlightDescriptor(type, proto.getCmd().toByteArray(), proto.getPathList());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FlightDescriptor that
                && type == that.type
                && Arrays.equals(command, that.command)
                && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type.hashCode() + Arrays.hashCode(command)) + path.hashCode();
    }

    /** For people: {@code path a/b}, {@code command "select 1"}. */
    @Override
    public String toString() {
        return switch (type) {
            case PATH -> "path " + String.join("/", path);
            case CMD -> "command " + ByteText.of(command);
            case UNKNOWN -> "no descriptor";
        };
    }
}
