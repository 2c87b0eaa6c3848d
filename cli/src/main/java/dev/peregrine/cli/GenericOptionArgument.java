package dev.peregrine.cli;

import java.util.List;
import java.util.Map;

/** Any thread. {@code --option NAME=VALUE}: gRPC's options take a number or a string. */
final class GenericOptionArgument {
    private GenericOptionArgument() {}

    /** The options with their values as they are meant: digits are a number. */
    static List<Map.Entry<String, ?>> typed(Map<String, String> options) {
        return options.entrySet().stream()
                .<Map.Entry<String, ?>>map(option -> Map.entry(option.getKey(), typed(option.getValue())))
                .toList();
    }

    private static Object typed(String value) {
        try {
            return Integer.valueOf(value);
        } catch (NumberFormatException e) {
            return value;
        }
    }
}
