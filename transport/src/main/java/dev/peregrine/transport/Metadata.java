package dev.peregrine.transport;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. Custom-Metadata of a call: names with values, in order; a name may come several times.
 *
 * <p>Names are lower-cased; they are made of {@code 0-9 a-z _ - .}. A name that ends in {@code -bin} has binary values, any
 * other one has printable ASCII. Names that gRPC and HTTP/2 set themselves are refused.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2, Custom-Metadata</a>
 */
public final class Metadata implements Iterable<Metadata.Entry> {
    /** One name and one value; exactly one of {@code text} and {@code binary} is there. */
    public record Entry(String name, @Nullable String text, byte @Nullable [] binary) {}

    private static final Set<String> RESERVED = Set.of(
            "grpc-status",
            "grpc-message",
            "grpc-timeout",
            "grpc-encoding",
            "grpc-accept-encoding",
            "content-type",
            "te",
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "upgrade");

    private final List<Entry> entries = new ArrayList<>(4);

    /** Whether values of this name are binary. */
    public static boolean isBinary(String name) {
        return name.endsWith("-bin");
    }

    /** Adds a text value. */
    public Metadata add(String name, String value) {
        String key = checkName(name);
        if (isBinary(key)) {
            throw new IllegalArgumentException(
                    "header " + key + " has a text value, but names that end in -bin take bytes");
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < 0x20 || value.charAt(i) > 0x7e) {
                throw new IllegalArgumentException("header " + key + " has a character at " + i
                        + " that is not printable ASCII; use a name that ends in -bin and bytes");
            }
        }
        entries.add(new Entry(key, value, null));
        return this;
    }

    /** Adds a binary value; the array is kept, not copied. */
    public Metadata add(String name, byte[] value) {
        String key = checkName(name);
        if (!isBinary(key)) {
            throw new IllegalArgumentException(
                    "header " + key + " has a binary value, but only names that end in -bin take bytes");
        }
        entries.add(new Entry(key, null, value));
        return this;
    }

    /**
     * Adds an entry that came off the wire, unchecked: the peer chose its name, in lower case already, and its value.
     * Names that this end may not set itself can be among them, and text that is not ASCII.
     */
    public void addReceived(Entry entry) {
        entries.add(entry);
    }

    /** Adds all of {@code other}. */
    public Metadata addAll(Metadata other) {
        entries.addAll(other.entries);
        return this;
    }

    /** The last text value of a name; null if there is none. */
    public @Nullable String get(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i).name.equals(key)) {
                return entries.get(i).text;
            }
        }
        return null;
    }

    /** The last binary value of a name; null if there is none. */
    public byte @Nullable [] getBinary(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i).name.equals(key)) {
                return entries.get(i).binary;
            }
        }
        return null;
    }

    /** All text values of a name, in order. */
    public List<String> getAll(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        List<String> values = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.text != null && entry.name.equals(key)) {
                values.add(entry.text);
            }
        }
        return values;
    }

    /** All binary values of a name, in order. */
    public List<byte[]> getAllBinary(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        List<byte[]> values = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.binary != null && entry.name.equals(key)) {
                values.add(entry.binary);
            }
        }
        return values;
    }

    /** The names, each once, in the order of their first values. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (Entry entry : entries) {
            names.add(entry.name);
        }
        return names;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public Iterator<Entry> iterator() {
        return Collections.unmodifiableList(entries).iterator();
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return "Metadata" + names();
    }

    private static String checkName(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a header has an empty name");
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.')) {
                throw new IllegalArgumentException(
                        "header name \"" + name + "\" has a character other than letters, digits, - _ .");
            }
        }
        if (RESERVED.contains(key)) {
            throw new IllegalArgumentException("header " + key + " is reserved: gRPC or HTTP/2 sets it itself");
        }
        return key;
    }
}
