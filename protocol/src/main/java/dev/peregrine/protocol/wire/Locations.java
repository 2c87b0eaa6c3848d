package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.Location;
import dev.peregrine.transport.Address;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** Any thread. Locations to addresses and back. */
public final class Locations {
    private static final String KNOWN =
            "known are grpc://host:port, grpc+tcp://host:port, grpc+tls://host:port and" + " grpc+unix:///path";

    /**
     * Where and how to connect or listen.
     *
     * @param address never null
     * @param tls whether TLS is asked for
     */
    public record Target(Address address, boolean tls) {}

    private Locations() {}

    /** IllegalArgumentException for a location that is not one of ours; it names those that are. */
    public static Target target(Location location) {
        URI uri;
        try {
            uri = new URI(location.uri());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "location " + location + " is not a URI (" + e.getReason() + "); " + KNOWN, e);
        }
        String scheme = uri.getScheme();
        if (scheme == null) {
            throw new IllegalArgumentException("location " + location + " has no scheme; " + KNOWN);
        }
        return switch (scheme) {
            case "grpc", "grpc+tcp" -> new Target(tcp(location, uri), false);
            case "grpc+tls" -> new Target(tcp(location, uri), true);
            case "grpc+unix" -> new Target(unix(location, uri), false);
            default ->
                throw new IllegalArgumentException(
                        "location " + location + " has the unknown scheme " + scheme + "; " + KNOWN);
        };
    }

    /** The location of an address, as a server announces it. */
    public static Location location(Address address, boolean tls) {
        if (address instanceof Address.Tcp tcp) {
            return tls ? Location.tls(tcp.host(), tcp.port()) : Location.tcp(tcp.host(), tcp.port());
        }
        return Location.unix(((Address.Unix) address).path());
    }

    private static Address tcp(Location location, URI uri) {
        String host = host(uri);
        int port = port(uri);
        if (host == null || host.isEmpty() || port < 0) {
            throw new IllegalArgumentException("location " + location + " needs a host and a port; " + KNOWN);
        }
        return new Address.Tcp(host, port);
    }

    /** URI leaves the host out when it has characters that DNS does not allow, as service names in containers do. */
    private static @Nullable String host(URI uri) {
        String host = uri.getHost();
        if (host == null && uri.getAuthority() != null) {
            String authority = uri.getAuthority();
            int colon = authority.lastIndexOf(':');
            host = colon < 0 ? authority : authority.substring(0, colon);
        }
        return host != null && host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(URI uri) {
        int port = uri.getPort();
        if (port < 0 && uri.getHost() == null && uri.getAuthority() != null) {
            String authority = uri.getAuthority();
            try {
                port = Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
            } catch (NumberFormatException e) {
                return -1;
            }
        }
        return port > 0xffff ? -1 : port;
    }

    private static Address unix(Location location, URI uri) {
        String path = uri.getPath();
        if (path == null || path.isEmpty() || uri.getAuthority() != null) {
            throw new IllegalArgumentException("location " + location + " needs an absolute path; " + KNOWN);
        }
        return new Address.Unix(path);
    }
}
