package dev.peregrine.server.folder;

import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Which flights a listing asks for. Any thread.
 *
 * <p>The expression is text in UTF-8. Empty, it matches all. With one of {@code * ? [ {} in it, it is a glob over the
 * whole name as {@link java.nio.file.FileSystem#getPathMatcher} has it: {@code *} stays within one component, {@code **}
 * crosses them. Otherwise it is the beginning of the name: {@code trades/} matches all flights in that folder.
 */
final class NamePattern {

    private NamePattern() {}

    static Predicate<FlightName> of(Criteria criteria) {
        String text = FlightName.text(criteria.expression(), "the criteria");
        if (text.chars().noneMatch(c -> "*?[{".indexOf(c) >= 0)) {
            return name -> name.toString().startsWith(text);
        }
        try {
            var matcher = FileSystems.getDefault().getPathMatcher("glob:" + text);
            return name -> matcher.matches(Path.of(name.toString()));
        } catch (IllegalArgumentException e) {
            throw FlightInvalidArgumentException.of("the criteria \"" + text + "\" is no glob: " + e.getMessage(), e);
        }
    }
}
