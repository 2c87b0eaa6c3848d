package dev.peregrine.protocol.session;

import java.util.List;

/** Any thread. The value of a session option: one of five types, or none, which removes the option. */
public sealed interface SessionOptionValue {
    /** No value: as a request, removes the option. */
    SessionOptionValue UNSET = new Unset();

    /** A text. */
    record StringValue(String value) implements SessionOptionValue {}

    /** True or false. */
    record BoolValue(boolean value) implements SessionOptionValue {}

    /** A whole number. */
    record Int64Value(long value) implements SessionOptionValue {}

    /** A number. */
    record DoubleValue(double value) implements SessionOptionValue {}

    /** Several texts, in order. */
    record StringListValue(List<String> values) implements SessionOptionValue {
        public StringListValue {
            values = List.copyOf(values);
        }
    }

    /** {@link #UNSET}. */
    record Unset() implements SessionOptionValue {}

    /** A text. */
    static SessionOptionValue of(String value) {
        return new StringValue(value);
    }

    /** True or false. */
    static SessionOptionValue of(boolean value) {
        return new BoolValue(value);
    }

    /** A whole number. */
    static SessionOptionValue of(long value) {
        return new Int64Value(value);
    }

    /** A number. */
    static SessionOptionValue of(double value) {
        return new DoubleValue(value);
    }

    /** Several texts, in order. */
    static SessionOptionValue of(List<String> values) {
        return new StringListValue(values);
    }
}
