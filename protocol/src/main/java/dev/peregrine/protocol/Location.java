package dev.peregrine.protocol;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/**
 * Any thread. Where a service is. Any string can be one, because a server may name places that only some clients
 * understand; connecting to it is what checks it.
 *
 * @param uri such as {@code grpc://host:8815}, {@code grpc+tls://host:443}, {@code grpc+unix:///run/flight.sock}
 */
public record Location(String uri) {
    /** "The connection you already have": a client may use the server that named this. */
    public static final Location REUSE_CONNECTION = new Location("arrow-flight-reuse-connection://?");

    public Location {
        Objects.requireNonNull(uri, "uri");
    }

    /** The location of this URI. */
    public static Location of(String uri) {
        return new Location(uri);
    }

    /** Plaintext over TCP. */
    public static Location tcp(String host, int port) {
        return new Location("grpc+tcp://" + bracketed(host) + ":" + port);
    }

    /** TLS over TCP. */
    public static Location tls(String host, int port) {
        return new Location("grpc+tls://" + bracketed(host) + ":" + port);
    }

    /** Plaintext over a Unix domain socket, by its absolute path. */
    public static Location unix(String path) {
        try {
            return new Location("grpc+unix://" + new URI(null, null, path, null).getRawPath());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("path " + path + " cannot be part of a URI: " + e.getReason(), e);
        }
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return toProto().toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static Location deserialize(byte[] serialized) {
        return new Location(ProtoBytes.parse("Location", dev.peregrine.proto.Location.parser(), serialized)
                .getUri());
    }

    dev.peregrine.proto.Location toProto() {
        return dev.peregrine.proto.Location.newBuilder().setUri(uri).build();
    }

    @Override
    public String toString() {
        return uri;
    }
}
