package dev.peregrine.server.folder;

/** A flat JSON object, written as it is filled. One thread. All this package needs of JSON (RFC 8259). */
final class JsonObject {

    private final StringBuilder text = new StringBuilder("{");

    JsonObject put(String name, long value) {
        key(name);
        text.append(value);
        return this;
    }

    JsonObject put(String name, String value) {
        key(name);
        string(value);
        return this;
    }

    @Override
    public String toString() {
        return text + "}";
    }

    private void key(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        string(name);
        text.append(':');
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
