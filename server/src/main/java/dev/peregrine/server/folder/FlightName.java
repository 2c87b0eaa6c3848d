package dev.peregrine.server.folder;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. The name of a flight in a folder: one component or more, the last of them a file's name without its ending.
 * As text, and as a ticket in UTF-8, the components are joined by '/'.
 *
 * <p>A name that exists is a name that cannot leave the folder: no component is empty, begins with a dot (that covers
 * ".", "..", hidden files and our own temporary ones), contains a separator of any file system or a control character, or
 * is longer than file systems take. Everything else is refused with INVALID_ARGUMENT.
 *
 * @param components at least one
 */
record FlightName(List<String> components) {

    /** In bytes of UTF-8: the 255 that file systems allow, less the longest ending. */
    static final int MAX_COMPONENT_BYTES = 255 - ".feather".length();

    /** In bytes of UTF-8 with separators; leaves room for the folder's own path within the usual 4,096. */
    static final int MAX_BYTES = 3_000;

    FlightName {
        components = List.copyOf(components);
        if (components.isEmpty()) {
            throw FlightInvalidArgumentException.of("a flight's path needs at least one component");
        }
        int bytes = components.size() - 1;
        for (String component : components) {
            bytes += check(component);
        }
        if (bytes > MAX_BYTES) {
            throw FlightInvalidArgumentException.of(
                    "the flight's path has " + bytes + " bytes, more than the " + MAX_BYTES + " allowed");
        }
    }

    /** The name in a path descriptor. */
    static FlightName of(FlightDescriptor descriptor) {
        if (descriptor.type() != FlightDescriptor.Type.PATH) {
            throw FlightInvalidArgumentException.of(
                    "this folder knows flights by path, not by command; use a path descriptor such as path(\"trades\"),"
                            + " and list flights to see what there is");
        }
        return new FlightName(descriptor.path());
    }

    /** The name in a ticket. */
    static FlightName of(Ticket ticket) {
        return ofUtf8(ticket.ticket(), "the ticket");
    }

    /** The name in UTF-8 bytes; {@code what} they are, for the error. */
    static FlightName ofUtf8(byte[] bytes, String what) {
        if (bytes.length == 0) {
            throw FlightInvalidArgumentException.of(
                    what + " is empty; it must be a flight's name, such as trades/2024");
        }
        return parse(text(bytes, what));
    }

    /** The name in text, joined by '/'. */
    static FlightName parse(String text) {
        return new FlightName(List.of(text.split("/", -1)));
    }

    /** Bytes as text, refusing what is not UTF-8. */
    static String text(byte[] utf8, String what) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw FlightInvalidArgumentException.of(what + " is not UTF-8; it must be text");
        }
    }

    /** Whether a file or folder of this name can be part of a flight's name. */
    static boolean isComponent(String text) {
        return complaint(text) == null;
    }

    FlightDescriptor descriptor() {
        return FlightDescriptor.path(components);
    }

    Ticket ticket() {
        return Ticket.of(toString());
    }

    List<String> folders() {
        return components.subList(0, components.size() - 1);
    }

    String last() {
        return components.get(components.size() - 1);
    }

    @Override
    public String toString() {
        return String.join("/", components);
    }

    private static int check(String component) {
        String complaint = complaint(component);
        if (complaint != null) {
            throw FlightInvalidArgumentException.of(complaint);
        }
        return component.getBytes(StandardCharsets.UTF_8).length;
    }

    private static @Nullable String complaint(String component) {
        if (component.isEmpty()) {
            return "a component of the flight's path is empty; leave out doubled, leading and trailing separators";
        }
        if (component.charAt(0) == '.') {
            return "the path component " + quoted(component) + " begins with a dot; names that do are reserved";
        }
        for (int i = 0; i < component.length(); i++) {
            char c = component.charAt(i);
            if (c == '/' || c == '\\') {
                return "the path component " + quoted(component) + " contains '" + c
                        + "'; give each folder and the name as a component of its own";
            }
            if (Character.isISOControl(c)) {
                return "the path component " + quoted(component) + " contains the control character "
                        + String.format("U+%04X", (int) c);
            }
            if (Character.isSurrogate(c) && !isPaired(component, i)) {
                return "the path component " + quoted(component) + " is not valid Unicode text";
            }
        }
        int bytes = component.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_COMPONENT_BYTES) {
            return "the path component " + quoted(component) + " has " + bytes + " bytes, more than the "
                    + MAX_COMPONENT_BYTES + " allowed";
        }
        return null;
    }

    private static boolean isPaired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }

    /** For messages: short, and without the characters that would spoil a log. */
    private static String quoted(String component) {
        String shown = component.length() <= 40 ? component : component.substring(0, 40) + "...";
        return '"' + shown.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?") + '"';
    }
}
