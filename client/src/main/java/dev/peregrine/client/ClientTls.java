package dev.peregrine.client;

import dev.peregrine.protocol.Location;
import dev.peregrine.transport.Tls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One thread. A client's TLS settings as its builder collects them. */
final class ClientTls {
    Tls.@Nullable Roots roots;
    Tls.@Nullable Source certChain;
    Tls.@Nullable Source privateKey;
    char @Nullable [] password;
    Tls.@Nullable Identity keyStore;

    @Nullable
    String overrideHostname;

    boolean verifyHostname = true;

    @Nullable
    Duration reloadInterval;

    /** Null if nobody has said anything about it. */
    @Nullable
    Boolean disableServerVerification;

    /** Whether a host and a port without a scheme mean TLS: if anything was said that makes sense with TLS only. */
    boolean isWanted() {
        return hasCertificates() || disableServerVerification != null || !verifyHostname;
    }

    private boolean hasCertificates() {
        return roots != null || certChain != null || privateKey != null || keyStore != null;
    }

    /** For a location that asks for TLS. Files are not read yet. */
    Tls settings() {
        Tls.Verification verification = verifyHostname ? Tls.Verification.FULL : Tls.Verification.CHAIN;
        if (disableServerVerification != null && disableServerVerification) {
            return new Tls.Client(null, null, overrideHostname, Tls.Verification.NONE, null);
        }
        return new Tls.Client(roots, identity(), overrideHostname, verification, reloadInterval);
    }

    private Tls.@Nullable Identity identity() {
        if ((certChain == null) != (privateKey == null)) {
            throw new IllegalArgumentException("certChain and privateKey go together, but only "
                    + (certChain == null ? "privateKey" : "certChain") + " was given");
        }
        if (certChain == null || privateKey == null) {
            return keyStore;
        }
        if (keyStore != null) {
            throw new IllegalArgumentException("certChain and keyStore were given; a client shows one certificate");
        }
        return new Tls.PemIdentity(certChain, privateKey, password);
    }

    /** For a location that does not. */
    void checkUnused(Location location) {
        if (hasCertificates()) {
            throw new IllegalArgumentException(
                    "certificates were given, but location " + location + " is plaintext; use grpc+tls://host:port");
        }
    }
}
