package dev.peregrine.bench.lab;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is.
 *
 * @param roots the certificate authority for TLS, PEM; null without TLS
 * @param unix the path of a Unix socket instead of host and port, or null
 */
public record Target(
        String host,
        int port,
        @Nullable Path roots,
        @Nullable String unix) {
    boolean tls() {
        return roots != null;
    }

    /** As Flight names it. */
    String uri() {
        return unix != null ? "grpc+unix://" + unix : (tls() ? "grpc+tls://" : "grpc://") + host + ":" + port;
    }
}
