package dev.peregrine.transport.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
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
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

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

    /**
     * The first private key: PKCS#8, encrypted or not, PKCS#1 or SEC 1.
     *
     * @param password null for none; not needed for a key that is not encrypted
     */
    static PrivateKey privateKey(byte[] pem, char @Nullable [] password, String which) {
        Matcher found = KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new IllegalArgumentException("The " + which + " holds no PEM private key (BEGIN PRIVATE KEY)");
        }
        String kind = found.group(1);
        if (found.group(2).contains("Proc-Type:")) {
            throw new IllegalArgumentException("The " + which + " is encrypted in OpenSSL's older way;"
                    + " convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(found.group(2).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The " + which + " is no base64 between BEGIN and END", e);
        }
        return switch (kind) {
            case "PRIVATE KEY" -> pkcs8(new PKCS8EncodedKeySpec(der), which);
            case "ENCRYPTED PRIVATE KEY" -> pkcs8(decrypted(der, password, which), which);
            case "RSA PRIVATE KEY" -> pkcs8(new PKCS8EncodedKeySpec(Der.pkcs8OfRsa(der)), which);
            case "EC PRIVATE KEY" -> pkcs8(new PKCS8EncodedKeySpec(pkcs8OfEc(der, which)), which);
            default ->
                throw new IllegalArgumentException("The " + which + " is in the unknown format BEGIN " + kind
                        + "; convert it with: openssl pkcs8 -topk8 -nocrypt -in key.pem");
        };
    }

    private static byte[] pkcs8OfEc(byte[] der, String which) {
        try {
            return Der.pkcs8OfEc(der);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The " + which + " is no EC key that names its curve;"
                            + " convert it with: openssl pkcs8 -topk8 -nocrypt -in key.pem",
                    e);
        }
    }

    private static PrivateKey pkcs8(PKCS8EncodedKeySpec spec, String which) {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // The next one.
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException(
                        "The " + which + " needs " + algorithm + ", which this JDK lacks", e);
            }
        }
        throw new IllegalArgumentException("The " + which + " is no RSA, EC or Ed25519 key");
    }

    private static PKCS8EncodedKeySpec decrypted(byte[] der, char @Nullable [] password, String which) {
        if (password == null) {
            throw new IllegalArgumentException("The " + which + " is encrypted; give its password");
        }
        EncryptedPrivateKeyInfo info;
        Cipher cipher;
        SecretKey secret;
        try {
            info = new EncryptedPrivateKeyInfo(der);
            String scheme = scheme(info);
            secret = SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password));
            cipher = Cipher.getInstance(scheme);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "The " + which + " is encrypted in a way that this JDK cannot read;"
                            + " convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem",
                    e);
        }
        try {
            cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
            return info.getKeySpec(cipher);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The password of the " + which + " is wrong", e);
        }
    }

    /** The JDK's name of what a key was encrypted with; that of PBES2 stands in its parameters (RFC 8018, 6.2). */
    private static String scheme(EncryptedPrivateKeyInfo info) {
        AlgorithmParameters parameters = info.getAlgParameters();
        boolean pbes2 = info.getAlgName().equals("PBES2") || info.getAlgName().equals("1.2.840.113549.1.5.13");
        return pbes2 && parameters != null ? parameters.toString() : info.getAlgName();
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
