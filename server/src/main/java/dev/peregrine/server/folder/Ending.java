package dev.peregrine.server.folder;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The endings of the files that are flights, in order of precedence: where two files have the same name but for the
 * ending, the first of this list is the flight and the others are left aside.
 *
 * <p>The ending says that a file is a flight, not what is in it: see {@link IpcFile.Format}.
 */
enum Ending {
    ARROW(".arrow"),
    FEATHER(".feather"),
    ARROWS(".arrows");

    private final String text;

    Ending(String text) {
        this.text = text;
    }

    /** The ending of a file's name, null if it is none of these. */
    static @Nullable Ending of(String fileName) {
        for (Ending ending : values()) {
            if (fileName.endsWith(ending.text)) {
                return ending;
            }
        }
        return null;
    }

    /** The ending of a file that is a flight. */
    static Ending ofFlight(Path file) {
        Ending ending = of(String.valueOf(file.getFileName()));
        if (ending == null) {
            throw new IllegalArgumentException(file + " has no ending of a flight");
        }
        return ending;
    }

    String addTo(String name) {
        return name + text;
    }

    String removeFrom(String fileName) {
        return fileName.substring(0, fileName.length() - text.length());
    }
}
