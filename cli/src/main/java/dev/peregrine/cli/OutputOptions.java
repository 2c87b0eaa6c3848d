package dev.peregrine.cli;

import dev.peregrine.cli.format.BatchSink;
import dev.peregrine.cli.format.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where batches are written, and in which form. */
final class OutputOptions {
    /** What a terminal shows of a flight when nothing else was asked for. */
    static final int TERMINAL_ROWS = 20;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Write to this file; it is there under its name only when it is complete. Without this: standard output.")
    @Nullable
    Path file;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            converter = FormatArgument.class,
            description =
                    "file (Arrow file), stream (Arrow stream), csv, json (JSON lines) or table. Without this: by the file's ending"
                            + " (.arrow .feather .arrows .csv .json .jsonl .ndjson .txt); on a terminal a table of the first "
                            + TERMINAL_ROWS + " rows; into a pipe an Arrow stream.")
    @Nullable
    Format format;

    @Option(
            names = {"-n", "--head"},
            paramLabel = "N",
            description = "Only the first N rows, as a table unless another format is asked for.")
    @Nullable
    Long head;

    @Option(names = "--no-progress", description = "No progress bar.")
    boolean noProgress;

    /** The file to write, or null for standard output. */
    private @Nullable Path file() {
        return file == null || file.toString().equals("-") ? null : file;
    }

    /** The format that was asked for, or that fits. */
    Format format(Terminal terminal) {
        if (head != null && head < 0) {
            throw new UsageError("--head takes a number of rows, at least 0.");
        }
        if (format != null) {
            return format;
        }
        Path file = file();
        if (file != null) {
            Path name = file.getFileName();
            Optional<Format> known = name == null ? Optional.empty() : Format.ofFileName(name.toString());
            return known.orElseThrow(() -> new UsageError("The ending of " + file
                    + " does not say which format to write; say --format file, stream, csv, json or table."));
        }
        return head != null || terminal.outIsTerminal() ? Format.TABLE : Format.STREAM;
    }

    /** How many rows at most. */
    long rows(Terminal terminal) {
        if (head != null) {
            return head;
        }
        return file() == null && format == null && terminal.outIsTerminal() ? TERMINAL_ROWS : Long.MAX_VALUE;
    }

    OutputFile open(Terminal terminal, Format written) throws IOException {
        Path file = file();
        if (file != null) {
            return OutputFile.at(file);
        }
        if (written.isBinary() && terminal.outIsTerminal()) {
            throw new UsageError("Arrow data would only garble the terminal; name a file (-o FILE), pipe it, or ask"
                    + " for --format csv, json or table.");
        }
        return OutputFile.standard(terminal.out());
    }

    BatchSink.TableLook look(Terminal terminal) {
        return new BatchSink.TableLook(
                file() == null && terminal.outIsTerminal() ? terminal.width() : 0, terminal.unicode());
    }

    static final class FormatArgument implements ITypeConverter<Format> {
        @Override
        public Format convert(String name) {
            return Format.named(name)
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + name + "' is no format; there are file, stream, csv, json and table"));
        }
    }
}
