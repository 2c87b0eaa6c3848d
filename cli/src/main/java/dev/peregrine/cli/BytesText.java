package dev.peregrine.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Bytes that may be text, for people. Pure functions. */
final class BytesText {
    private BytesText() {}

    /** The bytes as text, if they are text that may be shown as it is. */
    static Optional<String> asText(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            boolean plain =
                    text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t');
            return plain ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Text in quotes, other bytes in base64. */
    static String of(byte[] bytes) {
        return asText(bytes)
                .map(text -> '"' + text + '"')
                .orElseGet(() -> "base64:" + Base64.getEncoder().encodeToString(bytes));
    }
}
