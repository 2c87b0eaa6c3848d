package dev.peregrine.server.folder;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The actions that a folder knows. Any thread. */
final class FolderActions {

    private enum Known {
        DELETE("Deletes a flight. Body: its name, such as trades/2024. Answers {\"deleted\": name}."),
        STAT(
                "Describes a flight. Body: its name. Answers JSON: name, records, batches, bytes (of the file), modified, format"
                        + " (file or stream)."),
        HEALTHCHECK("Answers ok if the folder can be reached.");

        private final String description;

        Known(String description) {
            this.description = description;
        }

        String type() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final FolderPaths paths;
    private final FlightCatalog catalog;

    FolderActions(FolderPaths paths, FlightCatalog catalog) {
        this.paths = paths;
        this.catalog = catalog;
    }

    List<ActionType> types() {
        return Stream.of(Known.values())
                .map(known -> new ActionType(known.type(), known.description))
                .toList();
    }

    List<Result> run(Action action) {
        return List.of(Result.of(
                switch (known(action)) {
                    case DELETE -> delete(name(action));
                    case STAT -> stat(name(action));
                    case HEALTHCHECK -> healthcheck();
                }));
    }

    private static Known known(Action action) {
        for (Known known : Known.values()) {
            if (known.type().equals(action.type())) {
                return known;
            }
        }
        String types = Stream.of(Known.values()).map(Known::type).collect(Collectors.joining(", "));
        throw FlightInvalidArgumentException.of("unknown action \"" + action.type() + "\"; known are " + types);
    }

    private static FlightName name(Action action) {
        return FlightName.ofUtf8(action.body(), "the body of action " + action.type());
    }

    /** Deletes all files of that name, or the next in line would be the flight. Folders stay, empty or not. */
    private String delete(FlightName name) {
        try {
            synchronized (paths) {
                List<Path> files = paths.all(name);
                if (files.isEmpty()) {
                    throw FlightFailure.notFound(name);
                }
                for (Path file : files) {
                    Files.deleteIfExists(file);
                }
            }
            return new JsonObject().put("deleted", name.toString()).toString();
        } catch (IOException e) {
            throw FlightFailure.writing(name, e);
        }
    }

    private String stat(FlightName name) {
        try {
            Path file = paths.find(name);
            if (file == null) {
                throw FlightFailure.notFound(name);
            }
            return catalog.read(file).json(name);
        } catch (IOException e) {
            throw FlightFailure.reading(name, e);
        }
    }

    private String healthcheck() {
        if (!Files.isReadable(paths.root())) {
            throw FlightFailure.listing(
                    new NoSuchFileException(paths.root().toString(), null, "it is gone or not readable"));
        }
        return "ok";
    }
}
