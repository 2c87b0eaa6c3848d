package dev.peregrine.conformance.grpc;

import dev.peregrine.transport.Tls;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any thread. A certificate for localhost that has signed itself, and its key, as PEM files. */
record TestCertificate(Path certificate, Path key) {
    static TestCertificate write(Path folder) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .ecp256()
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .addSanDnsName("localhost")
                .buildSelfSigned();
        return new TestCertificate(
                Files.writeString(
                        folder.resolve("cert.pem"), bundle.getCertificatePathPEM(), StandardCharsets.US_ASCII),
                Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM(), StandardCharsets.US_ASCII));
    }

    Tls server() throws IOException {
        return new Tls.Server(Files.readAllBytes(certificate), Files.readAllBytes(key), null);
    }

    Tls client() throws IOException {
        return new Tls.Client(Files.readAllBytes(certificate), null, null, null, true);
    }
}
