package dev.peregrine.server;

import dev.peregrine.protocol.Location;
import dev.peregrine.transport.Tls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One thread. A server's TLS settings as its builder collects them. */
final class ServerTls {
    Tls.@Nullable Identity identity;
    Tls.@Nullable Roots clientRoots;

    @Nullable
    Duration reloadInterval;

    /** Null if nobody has said anything about it: then they are required if there are {@link #clientRoots}. */
    @Nullable
    Boolean requireClientCertificate;

    /** What the location and the settings come to: null for plaintext. Files are not read yet. */
    @Nullable
    Tls settings(boolean wanted, Location location) {
        if (wanted) {
            if (identity == null) {
                throw new IllegalArgumentException(
                        "location " + location + " asks for TLS: call tls(certChain, privateKey) too");
            }
            return new Tls.Server(identity, clientRoots, clientCertificates(), reloadInterval);
        }
        if (identity != null) {
            throw new IllegalArgumentException(
                    "TLS was set up, but location " + location + " does not ask for it; use grpc+tls://host:port");
        }
        if (clientRoots != null || requireClientCertificate != null) {
            throw new IllegalArgumentException(
                    "clients of location " + location + " show no certificates, because it is plaintext");
        }
        return null;
    }

    private Tls.ClientCertificates clientCertificates() {
        if (requireClientCertificate == null) {
            return clientRoots == null ? Tls.ClientCertificates.NONE : Tls.ClientCertificates.REQUIRED;
        }
        return requireClientCertificate ? Tls.ClientCertificates.REQUIRED : Tls.ClientCertificates.OPTIONAL;
    }
}
