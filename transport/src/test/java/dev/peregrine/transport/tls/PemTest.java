package dev.peregrine.transport.tls;

import static dev.peregrine.transport.tls.TestCertificates.block;
import static dev.peregrine.transport.tls.TestCertificates.chain;
import static dev.peregrine.transport.tls.TestCertificates.key;
import static dev.peregrine.transport.tls.TestCertificates.pem;
import static dev.peregrine.transport.tls.TestCertificates.privateKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.transport.Tls;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    private static final String WHICH = "server's private key";

    private static X509Bundle elliptic;
    private static X509Bundle rsa;

    @BeforeAll
    static void certificates() throws Exception {
        elliptic = TestCertificates.builder("server")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        rsa = TestCertificates.builder("server")
                .rsa2048()
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private static PrivateKey read(String pem) {
        return Pem.privateKey(pem(pem), null, WHICH);
    }

    @Test
    void pkcs8() {
        assertThat(read(block("PRIVATE KEY", privateKey(elliptic).getEncoded())))
                .isEqualTo(privateKey(elliptic));
        assertThat(read(block("PRIVATE KEY", privateKey(rsa).getEncoded()))).isEqualTo(privateKey(rsa));
    }

    @Test
    void textAroundTheBlockAndOtherLineEndsDoNotMatter() {
        String key = "Bag Attributes\r\n"
                + block("PRIVATE KEY", privateKey(rsa).getEncoded()).replace("\n", "\r\n")
                + "and more";
        assertThat(read(key)).isEqualTo(privateKey(rsa));
        assertThat(Pem.certificates(pem("subject=CN = server\n" + rsa.getCertificatePEM()), "chain"))
                .containsExactly(rsa.getCertificate());
    }

    /** PKCS#8 holds the older format in its last field: 26 bytes are the headers for a key of this size. */
    @Test
    void pkcs1() {
        byte[] pkcs8 = privateKey(rsa).getEncoded();
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        assertThat(read(block("RSA PRIVATE KEY", pkcs1))).isEqualTo(privateKey(rsa));
    }

    @Test
    void sec1() {
        byte[] scalar = ((ECPrivateKey) privateKey(elliptic)).getS().toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(scalar.length, 32);
        System.arraycopy(scalar, scalar.length - length, fixed, 32 - length, length);
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        // SEQUENCE, version 1, the key, and secp256r1 as RFC 5915 has it.
        der.writeBytes(new byte[] {0x30, 49, 2, 1, 1, 4, 32});
        der.writeBytes(fixed);
        der.writeBytes(new byte[] {(byte) 0xA0, 10, 6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7});
        String parameters =
                block("EC PARAMETERS", new byte[] {6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7});
        PrivateKey key = read(parameters + block("EC PRIVATE KEY", der.toByteArray()));
        assertThat(key).isInstanceOfSatisfying(ECPrivateKey.class, read -> {
            assertThat(read.getS()).isEqualTo(((ECPrivateKey) privateKey(elliptic)).getS());
            assertThat(read.getParams().getCurve())
                    .isEqualTo(((ECPrivateKey) privateKey(elliptic)).getParams().getCurve());
        });
    }

    @Test
    void encrypted() throws Exception {
        String key = block("ENCRYPTED PRIVATE KEY", encrypted("secret"));
        assertThat(Pem.privateKey(pem(key), "secret".toCharArray(), WHICH)).isEqualTo(privateKey(rsa));
        refused(key, "wrong".toCharArray(), "The password of the server's private key is wrong");
        refused(key, null, "The server's private key is encrypted; give its password");
    }

    /** As openssl pkcs8 -topk8 does it: PBES2 with PBKDF2, HMAC-SHA256 and AES-256 in CBC mode (RFC 8018, A.4). */
    private static byte[] encrypted(String password) throws Exception {
        SecretKey secret = SecretKeyFactory.getInstance("PBEWithHmacSHA256AndAES_256")
                .generateSecret(new PBEKeySpec(password.toCharArray()));
        Cipher cipher = Cipher.getInstance("PBEWithHmacSHA256AndAES_256");
        byte[] salt = {1, 2, 3, 4, 5, 6, 7, 8};
        byte[] iv = new byte[16];
        cipher.init(Cipher.ENCRYPT_MODE, secret, new PBEParameterSpec(salt, 2048, new IvParameterSpec(iv)));
        byte[] hmac = sequence(oid("2A864886F70D0209"), new byte[] {5, 0});
        byte[] derivation = sequence(
                oid("2A864886F70D01050C"),
                sequence(Der.encode(Der.OCTET_STRING, salt), new byte[] {Der.INTEGER, 2, 8, 0}, hmac));
        byte[] encryption = sequence(oid("60864801650304012A"), Der.encode(Der.OCTET_STRING, iv));
        return sequence(
                sequence(oid("2A864886F70D01050D"), sequence(derivation, encryption)),
                Der.encode(Der.OCTET_STRING, cipher.doFinal(privateKey(rsa).getEncoded())));
    }

    private static byte[] sequence(byte[]... elements) {
        return Der.encode(Der.SEQUENCE, Der.concat(elements));
    }

    private static byte[] oid(String hex) {
        return Der.encode(Der.OID, HexFormat.of().parseHex(hex));
    }

    @Test
    void aPasswordForAKeyWithoutOneIsNotNeeded() {
        assertThat(Pem.privateKey(key(rsa), "secret".toCharArray(), WHICH)).isEqualTo(privateKey(rsa));
    }

    @Test
    void keysThatAreNone() {
        refused("junk", null, "The server's private key holds no PEM private key (BEGIN PRIVATE KEY)");
        refused(block("PRIVATE KEY", "AAAA"), null, "The server's private key is no RSA, EC or Ed25519 key");
        refused(block("RSA PRIVATE KEY", "AAAA"), null, "The server's private key is no RSA, EC or Ed25519 key");
        refused(
                block("EC PRIVATE KEY", "AAAA"),
                null,
                "The server's private key is no EC key that names its curve;"
                        + " convert it with: openssl pkcs8 -topk8 -nocrypt -in key.pem");
        refused(
                block("DSA PRIVATE KEY", "AAAA"),
                null,
                "The server's private key is in the unknown format BEGIN DSA PRIVATE KEY;"
                        + " convert it with: openssl pkcs8 -topk8 -nocrypt -in key.pem");
        refused(
                block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA"),
                null,
                "The server's private key is encrypted in OpenSSL's older way;"
                        + " convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem");
        refused(
                block("ENCRYPTED PRIVATE KEY", "AAAA"),
                "secret".toCharArray(),
                "The server's private key is encrypted in a way that this JDK cannot read;"
                        + " convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem");
        refused(block("PRIVATE KEY", "A"), null, "The server's private key is no base64 between BEGIN and END");
    }

    private static void refused(String key, char @Nullable [] password, String sentence) {
        assertThatThrownBy(() -> Pem.privateKey(pem(key), password, WHICH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "junk", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void unreadableCertificatesAreNamed(String bad) {
        assertThatThrownBy(() -> new LiveTls(new Tls.Client(pem(bad), null, null, null, true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The root certificates ");
        assertThatThrownBy(() -> new LiveTls(new Tls.Server(pem(bad), key(rsa), null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The server's certificate chain ");
    }

    @Test
    void aKeyOfAnotherCertificateIsFoundAtOnce() {
        assertThatThrownBy(() -> new LiveTls(new Tls.Server(chain(rsa), key(elliptic), null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The server's private key does not belong to the first certificate of the server's"
                        + " certificate chain");
    }

    @Test
    void halfAClientIdentityIsRefused() {
        assertThatThrownBy(() -> new Tls.Client(null, chain(rsa), null, null, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("the private key is missing");
    }
}
