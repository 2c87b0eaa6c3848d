package dev.peregrine.transport;

import org.jspecify.annotations.Nullable;

/** Any thread. How one end of a connection does TLS. Certificates and keys are PEM bytes; keys PKCS#8, unencrypted. */
public sealed interface Tls {
    /**
     * A client's side.
     *
     * @param rootCerts certificates to trust; null for the JDK's own
     * @param certChain this client's certificate chain for mutual TLS; null for none
     * @param privateKey the key of {@code certChain}; null for none
     * @param overrideHostname name to ask for (SNI) and to verify instead of the host's; null for the host's
     * @param verifyServer false trusts any certificate and name: then the other settings are ignored
     */
    record Client(
            byte @Nullable [] rootCerts,
            byte @Nullable [] certChain,
            byte @Nullable [] privateKey,
            @Nullable String overrideHostname,
            boolean verifyServer)
            implements Tls {}

    /**
     * A server's side.
     *
     * @param clientRoots if not null, clients must show a certificate signed by one of these
     */
    record Server(byte[] certChain, byte[] privateKey, byte @Nullable [] clientRoots) implements Tls {}
}
