package dev.peregrine.interop.support;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** An authority's certificate, and those that it signs, as files of a folder. */
public final class TlsFiles {
    private final Path folder;
    private final X509Bundle authority;

    /** What clients and servers are to trust. */
    public final Path roots;

    public TlsFiles(Path folder) throws Exception {
        this.folder = folder;
        this.authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        this.roots = write("roots.pem", authority.getCertificatePEM());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text, StandardCharsets.US_ASCII);
    }

    /** A certificate and its key. */
    public record Pair(Path chain, Path key, X509Bundle bundle) {}

    /** For this DNS name; with 127.0.0.1 too if it is localhost. */
    public Pair named(String name) throws Exception {
        return signed(name, builder -> builder);
    }

    /** For localhost, for ten days that begin so many days from now. */
    public Pair validFrom(String file, int days) throws Exception {
        Instant from = Instant.now().plus(Duration.ofDays(days));
        return signed("localhost", file, builder -> builder.notBefore(from).notAfter(from.plus(Duration.ofDays(10))));
    }

    private Pair signed(String name, UnaryOperator<CertificateBuilder> settings) throws Exception {
        return signed(name, name, settings);
    }

    private Pair signed(String name, String file, UnaryOperator<CertificateBuilder> settings) throws Exception {
        CertificateBuilder builder =
                new CertificateBuilder().ecp256().subject("CN=" + name).addSanDnsName(name);
        if (name.equals("localhost")) {
            builder.addSanIpAddress("127.0.0.1");
        }
        X509Bundle bundle = settings.apply(builder).buildIssuedBy(authority);
        return new Pair(
                write(file + ".pem", bundle.getCertificatePathPEM()),
                write(file + ".key", bundle.getPrivateKeyPEM()),
                bundle);
    }
}
