package dev.peregrine.conformance.flight;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Any thread. Options with a value each, as {@code -name value}, {@code -name=value} or with two dashes: the programs of
 * Arrow's implementations differ in it, and ours take all.
 */
record CommandLine(Map<String, String> options) {
    /** IllegalArgumentException, with a sentence for the user, for an option that is not {@code known}. */
    static CommandLine parse(Set<String> known, String... arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i].replaceFirst("^--?", "");
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (name.equals(arguments[i]) || !known.contains(name)) {
                throw new IllegalArgumentException(arguments[i] + " is not an option; there are " + known);
            }
            if (equals < 0 && ++i == arguments.length) {
                throw new IllegalArgumentException("option " + option + " needs a value");
            }
            options.put(name, equals < 0 ? arguments[i] : option.substring(equals + 1));
        }
        return new CommandLine(Map.copyOf(options));
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    /** The value of an option that must be there. */
    String text(String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("option " + name + " is missing");
        }
        return value;
    }

    /** The value of an option that must be there and a port. */
    int port() {
        String value = text("port");
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("option port is " + value + ", which is no number", e);
        }
    }
}
