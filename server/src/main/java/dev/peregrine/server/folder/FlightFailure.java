package dev.peregrine.server.folder;

import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.apache.arrow.memory.OutOfMemoryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients are told when the disk or a file is at fault: the flight and what is wrong, never a path of this machine.
 * The log has the rest. Any thread.
 */
final class FlightFailure {

    private static final Logger LOG = LoggerFactory.getLogger(FlightFailure.class);

    private FlightFailure() {}

    static FlightNotFoundException notFound(FlightName name) {
        return FlightNotFoundException.of(
                "no flight named " + name + " in this folder; list flights to see what there is");
    }

    static FlightException reading(FlightName name, IOException e) {
        return e instanceof NoSuchFileException ? notFound(name) : of("flight " + name + " cannot be read", e);
    }

    static FlightException writing(FlightName name, IOException e) {
        return of("flight " + name + " was not stored", e);
    }

    static FlightException listing(IOException e) {
        return of("the folder cannot be listed", e);
    }

    static FlightException memory(FlightName name, OutOfMemoryException e) {
        LOG.warn("flight {} has a batch that does not fit into memory: {}", name, e.getMessage());
        return FlightResourceExhaustedException.of("flight " + name
                + " has a batch that does not fit into the server's memory; write it in smaller batches, or give the server"
                + " more direct memory");
    }

    private static FlightException of(String what, IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return FlightCancelledException.of(what + ": the call was cancelled", e);
        }
        if (e instanceof ArrowFormatException) {
            LOG.warn("{}: {}", what, e.getMessage());
        } else {
            LOG.warn("{}", what, e);
        }
        return FlightInternalException.of(what + ": " + reason(e), e);
    }

    /** The message of a FileSystemException begins with the path, so it is put together anew. */
    private static String reason(IOException e) {
        if (e instanceof FileSystemException trouble) {
            String reason = trouble.getReason();
            if (reason != null) {
                return reason;
            }
            return trouble instanceof NoSuchFileException
                    ? "the folder is gone"
                    : trouble instanceof AccessDeniedException
                            ? "the server has no permission"
                            : trouble.getClass().getSimpleName();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
