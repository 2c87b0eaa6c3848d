package dev.peregrine.transport;

/** Any thread. Where to connect or to listen. */
public sealed interface Address {
    /**
     * A TCP endpoint.
     *
     * @param host name, IPv4 or IPv6 address without brackets; to listen on all interfaces {@code 0.0.0.0} or {@code ::}
     * @param port 0 to listen on any free port
     */
    record Tcp(String host, int port) implements Address {
        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** A Unix domain socket, by the absolute path of its file. */
    record Unix(String path) implements Address {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
