package dev.peregrine.bench.side;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A certificate authority of this run, and a server's certificate and key for the loopback address; all PEM. RSA, for Java
 * writes keys of elliptic curves without the public half, and Rust's TLS does not read those.
 */
record Certificates(Path authority, Path certificate, Path key) {
    static Certificates write(Path folder) throws IOException {
        X509Bundle authority;
        X509Bundle server;
        try {
            authority = new CertificateBuilder()
                    .subject("CN=Peregrine bench")
                    .rsa2048()
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            server = new CertificateBuilder()
                    .subject("CN=localhost")
                    .rsa2048()
                    .addSanDnsName("localhost")
                    .addSanIpAddress("127.0.0.1")
                    .addExtendedKeyUsageServerAuth()
                    .buildIssuedBy(authority);
        } catch (Exception e) {
            throw new IllegalStateException("cannot make a certificate", e);
        }
        return new Certificates(
                Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM()),
                Files.writeString(folder.resolve("cert.pem"), server.getCertificatePEM()),
                Files.writeString(folder.resolve("key.pem"), server.getPrivateKeyPEM()));
    }
}
