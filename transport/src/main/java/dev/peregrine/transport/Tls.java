package dev.peregrine.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Any thread. How one end of a connection does TLS. */
public sealed interface Tls {
    /**
     * A client's side.
     *
     * @param roots what it trusts; null for the JDK's own
     * @param identity its own certificate, for mutual TLS; null for none
     * @param overrideHostname name to ask for (SNI) and to verify instead of the host's; null for the host's
     * @param verification what of the server is verified
     * @param reloadInterval how often files are looked at for changes; null only when {@code reload} is called
     */
    record Client(
            @Nullable Roots roots,
            @Nullable Identity identity,
            @Nullable String overrideHostname,
            Verification verification,
            @Nullable Duration reloadInterval)
            implements Tls {
        /** The same with PEM bytes; {@code certChain} and {@code privateKey} go together. */
        public Client(
                byte @Nullable [] rootCerts,
                byte @Nullable [] certChain,
                byte @Nullable [] privateKey,
                @Nullable String overrideHostname,
                boolean verifyServer) {
            this(
                    rootCerts == null ? null : new PemRoots(new Bytes(rootCerts)),
                    certChain == null || privateKey == null
                            ? null
                            : new PemIdentity(new Bytes(certChain), new Bytes(privateKey), null),
                    overrideHostname,
                    verifyServer ? Verification.FULL : Verification.NONE,
                    null);
            if (verifyServer && (certChain == null) != (privateKey == null)) {
                throw new IllegalArgumentException(
                        "A client that shows a certificate needs both, the certificate chain and the private key; "
                                + (certChain == null ? "the certificate chain" : "the private key") + " is missing");
            }
        }
    }

    /**
     * A server's side.
     *
     * @param identity its certificate
     * @param clientRoots what clients' certificates must be signed by; null for the JDK's own
     * @param clientCertificates whether clients show certificates
     * @param reloadInterval how often files are looked at for changes; null only when {@code reload} is called
     */
    record Server(
            Identity identity,
            @Nullable Roots clientRoots,
            ClientCertificates clientCertificates,
            @Nullable Duration reloadInterval)
            implements Tls {
        /** The same with PEM bytes; clients must show certificates if there are {@code clientRoots}. */
        public Server(byte[] certChain, byte[] privateKey, byte @Nullable [] clientRoots) {
            this(
                    new PemIdentity(new Bytes(certChain), new Bytes(privateKey), null),
                    clientRoots == null ? null : new PemRoots(new Bytes(clientRoots)),
                    clientRoots == null ? ClientCertificates.NONE : ClientCertificates.REQUIRED,
                    null);
        }
    }

    /** What a client verifies of a server. */
    enum Verification {
        /** The certificate chain and the host name. */
        FULL,
        /** The certificate chain: any name will do. */
        CHAIN,
        /** Nothing. The roots and the client's own certificate are ignored too. */
        NONE
    }

    /** Whether a server's clients show certificates. */
    enum ClientCertificates {
        /** They are not asked. */
        NONE,
        /** They may; a certificate that is shown must be trusted. */
        OPTIONAL,
        /** They must. */
        REQUIRED
    }

    /** Bytes, or where they are. */
    sealed interface Source {
        /** The bytes as they are now. May block. */
        byte[] read() throws IOException;
    }

    /** Bytes that never change. Lent. */
    record Bytes(byte[] bytes) implements Source {
        @Override
        public byte[] read() {
            return bytes;
        }
    }

    /** The bytes of a file, read again at each reload. */
    record InFile(Path path) implements Source {
        @Override
        public byte[] read() throws IOException {
            return Files.readAllBytes(path);
        }
    }

    /** An end's own certificate chain and private key. */
    sealed interface Identity {}

    /**
     * The chain and its key as PEM: PKCS#8, PKCS#1 (RSA) or SEC 1 (EC).
     *
     * @param password of a key that is encrypted (PKCS#8); null for none
     */
    record PemIdentity(Source certChain, Source privateKey, char @Nullable [] password) implements Identity {}

    /** The key entries of a PKCS#12 or JKS file. */
    record StoredIdentity(Source store, char[] password) implements Identity {}

    /** The key entries of a key store. Lent. */
    record KeyStoreIdentity(KeyStore store, char[] password) implements Identity {}

    /** Certificates that are trusted. */
    sealed interface Roots {}

    /** Certificates as PEM. */
    record PemRoots(Source certificates) implements Roots {}

    /**
     * The certificate entries of a PKCS#12 or JKS file.
     *
     * @param password null if the file needs none to be read
     */
    record StoredRoots(Source store, char @Nullable [] password) implements Roots {}

    /** The certificate entries of a key store. Lent. */
    record KeyStoreRoots(KeyStore store) implements Roots {}
}
