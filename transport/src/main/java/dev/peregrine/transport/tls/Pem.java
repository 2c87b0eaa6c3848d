package dev.peregrine.transport.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Any thread. Certificates and keys out of PEM bytes (RFC 7468). Every failure is an IllegalArgumentException that names
 * which of the inputs it is about.
 */
final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /** The algorithms that certificates for TLS have; PKCS#8 names one of them, but KeyFactory must be told. */
    private static final String[] ALGORITHMS = {"RSA", "EC", "RSASSA-PSS", "EdDSA"};

    private static final byte[] PROBE = {1, 2, 3};

    private Pem() {}

    /** At least one certificate; {@code which} is for the sentence, for example {@code "root certificates"}. */
    static X509Certificate[] certificates(byte[] pem, String which) {
        X509Certificate[] certificates;
        try {
            certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .toArray(new X509Certificate[0]);
        } catch (CertificateException e) {
            throw new IllegalArgumentException("The " + which + " cannot be read as PEM certificates", e);
        }
        if (certificates.length == 0) {
            throw new IllegalArgumentException("The " + which + " hold no PEM certificate (BEGIN CERTIFICATE)");
        }
        return certificates;
    }

    /** The first private key. */
    static PrivateKey privateKey(byte[] pem, String which) {
        Matcher found = KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new IllegalArgumentException("The " + which + " holds no PEM private key (BEGIN PRIVATE KEY)");
        }
        String kind = found.group(1);
        if (kind.equals("ENCRYPTED PRIVATE KEY") || found.group(2).contains("ENCRYPTED")) {
            throw new IllegalArgumentException(
                    "The " + which + " is encrypted; decrypt it with: openssl pkcs8 -topk8 -nocrypt -in key.pem");
        }
        if (!kind.equals("PRIVATE KEY")) {
            throw new IllegalArgumentException("The " + which + " is in the older format BEGIN " + kind
                    + "; convert it with: openssl pkcs8 -topk8 -nocrypt -in key.pem");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(found.group(2).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The " + which + " is no base64 between BEGIN and END", e);
        }
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // The next one.
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException(
                        "The " + which + " needs " + algorithm + ", which this JDK lacks", e);
            }
        }
        throw new IllegalArgumentException("The " + which + " is no RSA, EC or Ed25519 key in PKCS#8");
    }

    /**
     * Checks that a key and a certificate chain belong together; without this every handshake would fail later.
     *
     * @param whose for the sentence, for example {@code "server's"}
     */
    static void checkPair(PrivateKey key, X509Certificate certificate, String whose) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> null;
                };
        if (algorithm == null) {
            return;
        }
        boolean belongs;
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(PROBE);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(PROBE);
            belongs = verifying.verify(signed);
        } catch (GeneralSecurityException e) {
            belongs = false;
        }
        if (!belongs) {
            throw new IllegalArgumentException(
                    "The " + whose + " private key does not belong to the first certificate of" + " the " + whose
                            + " certificate chain");
        }
    }
}
