package dev.peregrine.transport.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** An authority and what it has signed, made anew for each test class. */
record TestCertificates(X509Bundle authority) {
    static TestCertificates make() throws Exception {
        return new TestCertificates(
                builder("Test authority").setIsCertificateAuthority(true).buildSelfSigned());
    }

    static CertificateBuilder builder(String name) {
        return new CertificateBuilder().ecp256().subject("CN=" + name);
    }

    /** For localhost and 127.0.0.1. */
    X509Bundle localhost() throws Exception {
        return named("localhost");
    }

    /** For this name and 127.0.0.1. */
    X509Bundle named(String name) throws Exception {
        return builder(name).addSanDnsName(name).addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
    }

    /** For localhost, for ten days that begin so many days from now. */
    X509Bundle validFrom(int days) throws Exception {
        Instant from = Instant.now().plus(Duration.ofDays(days));
        return builder("localhost")
                .addSanDnsName("localhost")
                .notBefore(from)
                .notAfter(from.plus(Duration.ofDays(10)))
                .buildIssuedBy(authority);
    }

    /** A client's. */
    X509Bundle client(String name) throws Exception {
        return builder(name).addExtendedKeyUsageClientAuth().buildIssuedBy(authority);
    }

    byte[] roots() {
        return chain(authority);
    }

    static byte[] chain(X509Bundle identity) {
        return pem(identity.getCertificatePathPEM());
    }

    static byte[] key(X509Bundle identity) {
        return pem(identity.getPrivateKeyPEM());
    }

    static PrivateKey privateKey(X509Bundle identity) {
        return identity.getKeyPair().getPrivate();
    }

    static byte[] pem(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static String block(String kind, byte[] der) {
        return block(kind, Base64.getMimeEncoder().encodeToString(der));
    }

    static String block(String kind, String base64) {
        return "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
    }
}
