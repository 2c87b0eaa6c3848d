package dev.peregrine.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. Headers or trailers of a call: names with values, in order; a name may come several times.
 *
 * <p>Names are lower-cased. A name that ends in {@code -bin} has binary values, any other one has printable ASCII; what
 * the wire does not allow is refused when the call starts.
 */
public final class CallHeaders implements Iterable<CallHeaders.Header> {
    /** One name and one value; exactly one of {@code text} and {@code binary} is there. */
    public record Header(String name, @Nullable String text, byte @Nullable [] binary) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Header that
                    && name.equals(that.name)
                    && Objects.equals(text, that.text)
                    && Arrays.equals(binary, that.binary);
        }

        @Override
        public int hashCode() {
            return 31 * Objects.hash(name, text) + Arrays.hashCode(binary);
        }

        /** The name only: the value may be a secret. */
        @Override
        public String toString() {
            return name;
        }
    }

    private final List<Header> headers = new ArrayList<>(4);

    /** No headers yet. */
    public CallHeaders() {}

    /** Headers with one text value. */
    public static CallHeaders of(String name, String value) {
        return new CallHeaders().add(name, value);
    }

    /** Adds a text value. */
    public CallHeaders add(String name, String value) {
        headers.add(new Header(checked(name, false), Objects.requireNonNull(value, "value"), null));
        return this;
    }

    /** Adds a binary value; the name ends in {@code -bin}; the array is kept, not copied. */
    public CallHeaders add(String name, byte[] value) {
        headers.add(new Header(checked(name, true), null, Objects.requireNonNull(value, "value")));
        return this;
    }

    /** Adds all of {@code other}. */
    public CallHeaders addAll(CallHeaders other) {
        headers.addAll(other.headers);
        return this;
    }

    /** The last text value of a name; null if there is none. */
    public @Nullable String get(String name) {
        Header header = last(name);
        return header == null ? null : header.text;
    }

    /** The last binary value of a name; null if there is none. */
    public byte @Nullable [] getBinary(String name) {
        Header header = last(name);
        return header == null ? null : header.binary;
    }

    /** All text values of a name, in order. */
    public List<String> getAll(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        List<String> values = new ArrayList<>();
        for (Header header : headers) {
            if (header.text != null && header.name.equals(key)) {
                values.add(header.text);
            }
        }
        return values;
    }

    /** All binary values of a name, in order. */
    public List<byte[]> getAllBinary(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        List<byte[]> values = new ArrayList<>();
        for (Header header : headers) {
            if (header.binary != null && header.name.equals(key)) {
                values.add(header.binary);
            }
        }
        return values;
    }

    /** Whether there is a value of this name. */
    public boolean contains(String name) {
        return last(name) != null;
    }

    /** The names, each once, in the order of their first values. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (Header header : headers) {
            names.add(header.name);
        }
        return names;
    }

    public boolean isEmpty() {
        return headers.isEmpty();
    }

    @Override
    public Iterator<Header> iterator() {
        return List.copyOf(headers).iterator();
    }

    private @Nullable Header last(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).name.equals(key)) {
                return headers.get(i);
            }
        }
        return null;
    }

    private static String checked(String name, boolean binary) {
        String key = name.toLowerCase(Locale.ROOT);
        if (key.endsWith("-bin") != binary) {
            throw new IllegalArgumentException("header " + key
                    + (binary
                            ? " has a binary value, but only names that end in -bin take bytes"
                            : " has a text value, but names that end in -bin take bytes"));
        }
        return key;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallHeaders that && headers.equals(that.headers);
    }

    @Override
    public int hashCode() {
        return headers.hashCode();
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return "CallHeaders" + names();
    }
}
