package dev.peregrine.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Any thread. Opaque bytes as people can read them. */
final class ByteText {
    private static final int LONGEST = 64;

    private ByteText() {}

    /** The text in quotes if it is short printable UTF-8, else the length and the first bytes in hex. */
    static String of(byte[] bytes) {
        if (bytes.length <= LONGEST) {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                if (text.chars().noneMatch(Character::isISOControl)) {
                    return '"' + text + '"';
                }
            } catch (CharacterCodingException e) {
                // Not text: hex it is.
            }
        }
        String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, LONGEST / 2));
        return bytes.length + " bytes " + hex + (bytes.length > LONGEST / 2 ? "..." : "");
    }
}
