package dev.peregrine.cli;

import dev.peregrine.cli.bench.WrongAnswer;
import dev.peregrine.cli.format.TextWidth;
import dev.peregrine.protocol.error.FlightException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.apache.arrow.memory.OutOfMemoryException;

/** What went wrong, in one sentence for people. Pure function. */
final class ErrorSentence {
    private ErrorSentence() {}

    static String of(Throwable failure) {
        return TextWidth.visible(sentence(failure));
    }

    private static String sentence(Throwable failure) {
        String said = failure.getMessage() == null ? "" : failure.getMessage();
        if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return said.isBlank() || said.equals(unchecked.getCause().toString())
                    ? sentence(unchecked.getCause())
                    : said;
        }
        if (failure instanceof FileSystemException file) {
            return ofFile(file);
        }
        if (failure instanceof FlightException
                || failure instanceof IOException
                || failure instanceof UsageError
                || failure instanceof WrongAnswer
                || failure instanceof IllegalArgumentException) {
            return said.isBlank() ? failure.getClass().getSimpleName() : said;
        }
        if (failure instanceof OutOfMemoryException || failure instanceof OutOfMemoryError) {
            return "out of memory (" + said
                    + "); give Java more, for example PEREGRINE_JAVA_OPTS='-Xmx4g -XX:MaxDirectMemorySize=4g'";
        }
        if (failure instanceof InterruptedException) {
            return "interrupted";
        }
        return "unexpected " + failure + "; run it again with --verbose to see where, and please report it";
    }

    /** These exceptions say only the name of the file. */
    private static String ofFile(FileSystemException file) {
        String name = file.getFile();
        if (file instanceof NoSuchFileException) {
            return name + " does not exist";
        }
        if (file instanceof AccessDeniedException) {
            return name + " may not be accessed: permission denied";
        }
        if (file instanceof NotDirectoryException) {
            return name + " is no folder";
        }
        return file.getReason() == null ? file.toString() : name + ": " + file.getReason();
    }

    /** Whether the reader of our standard output has seen enough, as {@code | head} does. */
    static boolean isBrokenPipe(Throwable failure) {
        Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
        return cause instanceof IOException
                && cause.getMessage() != null
                && (cause.getMessage().contains("Broken pipe")
                        || cause.getMessage().contains("pipe is being closed"));
    }
}
