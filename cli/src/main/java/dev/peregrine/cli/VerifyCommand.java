package dev.peregrine.cli;

import dev.peregrine.cli.demo.TemporaryFolder;
import dev.peregrine.cli.verify.ArrowFiles;
import dev.peregrine.cli.verify.StoredFile;
import dev.peregrine.cli.verify.Verdict;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.Location;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.folder.FolderService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code peregrine verify}: whether a service gives back what it is given. */
@Command(
        name = "verify",
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        mixinStandardHelpOptions = true,
        customSynopsis = "peregrine verify [OPTIONS] DIR [URI]",
        description = {
            "Puts every Arrow file and stream of a folder to a service, gets it back and compares schema, metadata, dictionaries and"
                    + " every value. Prints a line a file; the exit code is 0 if all are equal.",
            "",
            "The flights stay at the service, below the path of --prefix, and replace what was there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  peregrine verify golden/                            against a server of its own",
            "  peregrine verify golden/ grpc://localhost:8815"
        })
final class VerifyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description =
                    "The folder, with those below it. Files are told by their endings: .arrow, .arrows, .feather, .stream, .arrow_file.")
    Path folder = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "URI",
            description =
                    "Where the service is: grpc://HOST:PORT, grpc+tls://HOST:PORT, grpc+unix:///PATH, or just HOST:PORT. Without"
                            + " this: a server of its own, with a temporary folder that needs as much room as the files.")
    @Nullable
    String uri;

    @Option(
            order = 1,
            names = "--prefix",
            paramLabel = "FLIGHT",
            description =
                    "Where to put the flights: sub/x.arrow becomes FLIGHT/sub/x.arrow. Default: ${DEFAULT-VALUE}.")
    String prefix = "peregrine-verify";

    @Option(order = 2, names = "--no-progress", description = "No progress bar.")
    boolean noProgress;

    @Mixin
    ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    Verbosity verbosity = new Verbosity();

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        verbosity.begin();
        List<Path> files = ArrowFiles.below(folder);
        if (files.isEmpty()) {
            throw new IOException("There is no Arrow file below " + folder
                    + ": nothing ends in .arrow, .arrows, .feather, .stream or .arrow_file.");
        }
        if (uri != null) {
            return verify(files, ConnectionOptions.location(uri));
        }
        try (TemporaryFolder store = TemporaryFolder.withRoomFor(size(files));
                FlightServer server = FlightServer.builder("grpc://localhost:0", FolderService.open(store.path()))
                        .start()) {
            return verify(files, server.location());
        }
    }

    private long size(List<Path> files) throws IOException {
        long size = 0;
        for (Path file : files) {
            size += Files.size(folder.resolve(file));
        }
        return size;
    }

    private int verify(List<Path> files, Location location) throws IOException, InterruptedException {
        Map<Verdict.Kind, Integer> counts = new EnumMap<>(Verdict.Kind.class);
        long total = size(files);
        long read = 0;
        try (Connection opened = new Connection(connection, location, terminal);
                Progress progress = Progress.of(terminal, noProgress, verbosity.quiet, "verify", "Compared", -1, -1)) {
            StoredFile.Service service = new StoredFile.Service(
                    opened.client(),
                    opened.callOptions(),
                    opened.allocator(),
                    endpoint -> EndpointReader.open(opened, endpoint));
            for (Path file : files) {
                Path path = folder.resolve(file);
                Verdict verdict = new StoredFile(service, path, descriptor(file)).verify();
                counts.merge(verdict.kind(), 1, Integer::sum);
                read += Files.size(path);
                progress.add(verdict.rows(), verdict.batches(), verdict.bytes(), (double) read / total);
                progress.printAbove(line(file, verdict));
            }
            progress.finish();
        }
        terminal.print(summary(files.size(), counts) + "\n");
        return counts.getOrDefault(Verdict.Kind.EQUAL, 0) == files.size() ? ExitCode.OK : ExitCode.FAILED;
    }

    private FlightDescriptor descriptor(Path file) {
        List<String> parts = new ArrayList<>(List.of(prefix.split("/", -1)));
        parts.addAll(ArrowFiles.parts(file));
        return FlightDescriptor.path(parts);
    }

    /** The verdict comes first: names may be long. */
    private static String line(Path file, Verdict verdict) {
        String detail = verdict.detail().isEmpty() ? "" : ": " + verdict.detail();
        return String.format("%-11s%s%s", verdict.kind().text(), ArrowFiles.name(file), oneLine(detail));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\R", " ");
    }

    private static String summary(int files, Map<Verdict.Kind, Integer> counts) {
        List<String> parts = new ArrayList<>();
        counts.forEach((kind, count) -> parts.add(Sizes.count(count) + " " + kind.text()));
        return Sizes.count(files, "file") + ": " + String.join(", ", parts);
    }
}
