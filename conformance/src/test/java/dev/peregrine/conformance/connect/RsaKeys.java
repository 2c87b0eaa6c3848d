package dev.peregrine.conformance.connect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Any thread. Keys of the suite, which are {@code RSA PRIVATE KEY} (PKCS#1), as PKCS#8.
 *
 * <pre>
 * PrivateKeyInfo = SEQUENCE { INTEGER 0, SEQUENCE { OID rsaEncryption, NULL }, OCTET STRING RSAPrivateKey }
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5208#section-5">RFC 5208, 5</a>
 */
final class RsaKeys {
    private static final Pattern PKCS1 =
            Pattern.compile("-----BEGIN RSA PRIVATE KEY-----(.*)-----END RSA PRIVATE KEY-----", Pattern.DOTALL);

    /** {@code INTEGER 0, SEQUENCE { OID 1.2.840.113549.1.1.1, NULL }}. */
    private static final byte[] VERSION_AND_ALGORITHM = Base64.getDecoder().decode("AgEAMA0GCSqGSIb3DQEBAQUA");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;

    private RsaKeys() {}

    static byte[] toPkcs8(byte[] pem) {
        Matcher found = PKCS1.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!found.find()) {
            return pem;
        }
        byte[] key = Base64.getMimeDecoder().decode(found.group(1));
        byte[] der = der(SEQUENCE, concat(VERSION_AND_ALGORITHM, der(OCTET_STRING, key)));
        String base64 = Base64.getMimeEncoder().encodeToString(der);
        return ("-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A value with a length of two bytes: keys of 2,048 bits have about 1,200. */
    private static byte[] der(int tag, byte[] value) {
        byte[] head = {(byte) tag, (byte) 0x82, (byte) (value.length >> 8), (byte) value.length};
        return concat(head, value);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
