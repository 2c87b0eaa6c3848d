package dev.peregrine.interop.support;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A certificate for 127.0.0.1 that has signed itself, with its key, both PEM.
 *
 * @param certChain what the server shows, and what clients are to trust
 */
public record TestCertificate(byte[] certChain, byte[] privateKey) {
    public static TestCertificate make() {
        X509Bundle bundle;
        try {
            bundle = new CertificateBuilder()
                    .subject("CN=localhost")
                    .ecp256()
                    .setIsCertificateAuthority(true)
                    .addSanIpAddress("127.0.0.1")
                    .addSanDnsName("localhost")
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException("cannot make a certificate", e);
        }
        return new TestCertificate(
                bundle.getCertificatePathPEM().getBytes(StandardCharsets.US_ASCII),
                bundle.getPrivateKeyPEM().getBytes(StandardCharsets.US_ASCII));
    }

    /** Writes cert.pem and key.pem, and gives the path of the first. */
    public Path writeTo(Path folder) throws IOException {
        Files.write(folder.resolve("key.pem"), privateKey);
        return Files.write(folder.resolve("cert.pem"), certChain);
    }
}
