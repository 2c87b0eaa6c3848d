package dev.peregrine.cli;

import dev.peregrine.cli.format.BatchSource;
import dev.peregrine.cli.format.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where batches are read from, and in which form. */
final class InputOptions {
    @Option(
            names = {"--input-format", "--from"},
            paramLabel = "FORMAT",
            converter = OutputOptions.FormatArgument.class,
            description =
                    "What is read: file, stream or csv. Without this: told from its first bytes, or else from its name.")
    @Nullable
    Format format;

    @Option(
            names = "--batch-rows",
            paramLabel = "N",
            description = "With CSV: rows a batch. Default: ${DEFAULT-VALUE}.")
    int batchRows = 65_536;

    @Option(
            names = "--infer-rows",
            paramLabel = "N",
            description =
                    "With CSV: how many rows are looked at to find the types of the columns. Default: ${DEFAULT-VALUE}. The types are"
                            + " bool, int64, double, date32, timestamp (with an offset: in UTC) and, for all else, utf8; an empty field is null.")
    int inferRows = 1_000;

    /** Opens the file, or standard input for null and {@code -}. */
    BatchSource open(@Nullable String file, Terminal terminal, BufferAllocator allocator) throws IOException {
        if (batchRows < 1 || inferRows < 0) {
            throw new UsageError("--batch-rows has to be at least 1, and --infer-rows at least 0.");
        }
        BatchSource.CsvReading csv = new BatchSource.CsvReading(batchRows, inferRows);
        Optional<Format> known = Optional.ofNullable(format);
        return file == null || file.equals("-")
                ? BatchSource.ofStream(terminal.in(), known, csv, allocator)
                : BatchSource.ofFile(Path.of(file), known, csv, allocator);
    }
}
