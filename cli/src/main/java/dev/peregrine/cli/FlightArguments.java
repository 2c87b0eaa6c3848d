package dev.peregrine.cli;

import dev.peregrine.protocol.FlightDescriptor;
import java.util.List;

/** How a flight is named: a path such as {@code a/b} whose parts are the segments, or a command. Pure functions. */
final class FlightArguments {
    private FlightArguments() {}

    static FlightDescriptor path(String path) {
        return FlightDescriptor.path(List.of(path.split("/", -1)));
    }

    /** For tables: paths as they would be typed, commands as they are. */
    static String name(FlightDescriptor descriptor) {
        return descriptor.type() == FlightDescriptor.Type.PATH
                ? String.join("/", descriptor.path())
                : descriptor.toString();
    }
}
