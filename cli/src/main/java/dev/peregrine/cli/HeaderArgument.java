package dev.peregrine.cli;

import dev.peregrine.client.CallOptions;
import java.util.Base64;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A header of every call: {@code name=value}. The value of a name that ends in {@code -bin} is base64. */
record HeaderArgument(String name, String text, byte[] bytes) {
    CallOptions addTo(CallOptions options) {
        return isBinary() ? options.header(name, bytes) : options.header(name, text);
    }

    boolean isBinary() {
        return name.endsWith("-bin");
    }

    static final class Converter implements ITypeConverter<HeaderArgument> {
        @Override
        public HeaderArgument convert(String argument) {
            int equals = argument.indexOf('=');
            if (equals <= 0) {
                throw new TypeConversionException("'" + argument + "' is no header of the form name=value");
            }
            String name = argument.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            String value = argument.substring(equals + 1);
            if (!name.matches("[0-9a-z_.-]+")) {
                throw new TypeConversionException(
                        "'" + name + "' is no header's name: letters, digits, '_', '-' and '.'");
            }
            if (!name.endsWith("-bin")) {
                if (!value.chars().allMatch(c -> c >= 0x20 && c <= 0x7e)) {
                    throw new TypeConversionException("the value of header '" + name
                            + "' is not printable ASCII; a name ending in -bin takes base64");
                }
                return new HeaderArgument(name, value, new byte[0]);
            }
            try {
                return new HeaderArgument(name, "", Base64.getDecoder().decode(value));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("the value of header '" + name
                        + "' is not base64, as names ending in -bin need: " + e.getMessage());
            }
        }
    }
}
