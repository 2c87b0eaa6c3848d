package dev.peregrine.server.folder;

import java.io.IOException;

/** A file that is not what it should be. The message says what is wrong; it names no path and is fit for clients. */
final class ArrowFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    ArrowFormatException(String message) {
        super(message);
    }

    ArrowFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
