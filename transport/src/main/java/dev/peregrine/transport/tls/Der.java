package dev.peregrine.transport.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Any thread. As much of DER (X.690) as it takes to put the older private keys into PKCS#8.
 *
 * <pre>
 * PrivateKeyInfo      ::= SEQUENCE { version INTEGER 0, algorithm SEQUENCE { OID, parameters }, key OCTET STRING }  ; RFC 5208, 5
 * RSAPrivateKey       ::= SEQUENCE { ... }                                                                          ; RFC 8017, A.1.2
 * ECPrivateKey        ::= SEQUENCE { version INTEGER 1, key OCTET STRING, [0] curve OID OPTIONAL, [1] ... }         ; RFC 5915, 3
 * </pre>
 */
final class Der {
    static final byte INTEGER = 0x02;
    static final byte OCTET_STRING = 0x04;
    static final byte OID = 0x06;
    static final byte SEQUENCE = 0x30;
    private static final byte CURVE = (byte) 0xA0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};

    /** The OID 1.2.840.113549.1.1.1 and NULL. */
    private static final byte[] RSA = {OID, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0};

    /** The OID 1.2.840.10045.2.1; the curve follows. */
    private static final byte[] EC = {OID, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

    private Der() {}

    /** An RSAPrivateKey as PKCS#8. Does not look into it. */
    static byte[] pkcs8OfRsa(byte[] rsaPrivateKey) {
        return pkcs8(RSA, rsaPrivateKey);
    }

    /** An ECPrivateKey as PKCS#8; IllegalArgumentException if it is none, or does not name its curve. */
    static byte[] pkcs8OfEc(byte[] ecPrivateKey) {
        ByteBuffer fields = element(ByteBuffer.wrap(ecPrivateKey), SEQUENCE);
        element(fields, INTEGER);
        element(fields, OCTET_STRING);
        ByteBuffer curve = element(fields, CURVE);
        byte[] named = new byte[curve.remaining()];
        curve.get(named);
        return pkcs8(concat(EC, named), ecPrivateKey);
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return encode(SEQUENCE, concat(VERSION_0, encode(SEQUENCE, algorithm), encode(OCTET_STRING, key)));
    }

    /** The content of the element that comes next; it has to be of this type. */
    private static ByteBuffer element(ByteBuffer from, byte type) {
        if (from.remaining() < 2 || from.get() != type) {
            throw new IllegalArgumentException("no DER element of type " + (type & 0xFF));
        }
        int length = from.get() & 0xFF;
        if (length >= 0x80) {
            int bytes = length & 0x7F;
            length = 0;
            for (int i = 0; i < bytes && from.hasRemaining() && length < 1 << 23; i++) {
                length = length << 8 | from.get() & 0xFF;
            }
        }
        if (length > from.remaining()) {
            throw new IllegalArgumentException("a DER element of " + length + " bytes is cut off");
        }
        ByteBuffer content = from.slice().limit(length);
        from.position(from.position() + length);
        return content;
    }

    /** An element. */
    static byte[] encode(byte type, byte[] content) {
        int length = content.length;
        byte[] head = length < 0x80
                ? new byte[] {type, (byte) length}
                : length <= 0xFF
                        ? new byte[] {type, (byte) 0x81, (byte) length}
                        : length <= 0xFFFF
                                ? new byte[] {type, (byte) 0x82, (byte) (length >> 8), (byte) length}
                                : new byte[] {
                                    type, (byte) 0x83, (byte) (length >> 16), (byte) (length >> 8), (byte) length
                                };
        return concat(head, content);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
