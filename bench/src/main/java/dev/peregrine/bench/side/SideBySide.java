package dev.peregrine.bench.side;

import dev.peregrine.bench.report.BarChart;
import dev.peregrine.bench.report.JsonReport;
import dev.peregrine.bench.report.TargetTable;
import dev.peregrine.bench.report.Targets;
import dev.peregrine.bench.report.TextReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./peregrine bench}: compares on this machine. */
@Command(
        name = "peregrine bench",
        sortOptions = false,
        description = {
            "Measures Peregrine, flight-core (default and tuned), pyarrow if there is one, and bare sockets on this machine:"
                    + " client and server in processes of their own, in turn, several rounds.",
            "",
            "Works: get:ROWS and put:ROWS move batches of four int64 columns; get16:ROWS has 16 streams on one connection,"
                    + " get16x4:ROWS on four; get-tls:ROWS and get-unix:ROWS say over what; get-lz4:ROWS and get-zstd:ROWS have ten"
                    + " columns with compressed bodies. exchange sends one row there and"
                    + " back, ping is DoAction, info is GetFlightInfo, ping32 is 32 pings at once on one connection. ingest"
                    + " puts batches of 100 rows, each acknowledged before the next; ingest64 has 64 that are not. tail is"
                    + " ping while a get of 2 MiB batches goes on. coldstart is a new client process that makes one"
                    + " GetFlightInfo, coldstart-cds the same with an archive of its classes."
        },
        footer = {
            "",
            "pyarrow is that of PEREGRINE_PYTHON, else of python3.",
            "'peregrine bench --against URI' measures any other service; 'peregrine help bench' tells of it."
        })
public final class SideBySide implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec spec;

    @Option(names = "--quick", description = "About three minutes: get:65536, put:65536 and ping, one round.")
    boolean quick;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "PEER",
            description = "Which: floor, peregrine, peregrine-nonblocking (ping and info are served on the event loop),"
                    + " peregrine-tcnative (TLS of BoringSSL), flight-core, flight-core-tuned, pyarrow, those of"
                    + " --program, or CLIENT:SERVER of two of them, such as pyarrow:peregrine. Default: all, with the"
                    + " works that tell them apart.")
    List<String> peers = List.of();

    @Option(
            names = "--program",
            paramLabel = "NAME=SERVER,CLIENT",
            description = "Any program that follows the convention of bench/README.md, by two command lines.")
    List<String> programs = List.of();

    @Option(
            names = "--targets",
            description =
                    "Say which targets are met. Without --peers and --work, measure what they need and nothing more.")
    boolean targets;

    @Option(
            names = {"-w", "--work"},
            split = ",",
            paramLabel = "WORK",
            description = "Which works. Default: all, with the usual numbers of rows.")
    List<String> works = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "Turns of each peer. Default: 3, with --quick 1.")
    @Nullable
    Integer rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description =
                    "Before the first work of a Java process; later ones get half of it. Default: 20, with --quick 15.")
    @Nullable
    Double warmUp;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            description = "Of each work in each round. Default: 5, with --quick 3.")
    @Nullable
    Integer repetitions;

    @Option(names = "--repetition", paramLabel = "SECONDS", description = "How long one is. Default: 1.2.")
    double repetitionSeconds = 1.2;

    @Option(
            names = "--calls",
            paramLabel = "N",
            description = "Of ping and info in each round; half as many of exchange, ingest and tail. Default: 20000.")
    int calls = 20_000;

    @Option(
            names = "--starts",
            paramLabel = "N",
            description = "Of a client that starts cold, in each round. Default: 7.")
    int starts = 7;

    @Option(
            names = "--verify",
            description =
                    "Compare every value of every batch that comes; rates are lower then. Not by those of --program.")
    boolean verify;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "NAME",
            description = "Write NAME.json and NAME.svg. Default: peregrine-bench.")
    Path output = Path.of("peregrine-bench");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    boolean help;

    /** Runs the comparison and ends the process. */
    public static void main(String[] arguments) {
        System.exit(line().execute(arguments));
    }

    static CommandLine line() {
        return new CommandLine(new SideBySide()).setUsageHelpWidth(100);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<Python> python = Python.find();
        Settings settings = settings(python.isPresent());
        Path folder = Files.createTempDirectory("peregrine-bench");
        try {
            System.err.printf(
                    "%d rounds of %s; about %.0f min%n",
                    settings.rounds(),
                    settings.entries().stream().map(Entry::pair).toList(),
                    Math.ceil(settings.estimate() / 60));
            Programs programs = new Programs(python.map(Python::command).orElse(null), folder);
            Comparison comparison = new Rounds(settings, programs, folder, System.err::println).run(machine(python));
            TextReport.lines(comparison).forEach(System.out::println);
            if (targets) {
                TargetTable.lines(Targets.of(comparison)).forEach(System.out::println);
            }
            Path json = write(".json", JsonReport.of(comparison));
            Path svg = write(".svg", BarChart.of(comparison));
            System.out.println("Written: " + json + ", " + svg);
            return comparison.failures().isEmpty() ? 0 : 1;
        } finally {
            ServerProcess.delete(folder);
        }
    }

    private Path write(String ending, String text) throws IOException {
        return Files.writeString(Path.of(output + ending), text);
    }

    /** What was asked for; pyarrow is left out where there is none, unless it was asked for by name. */
    Settings settings(boolean pyarrow) {
        List<Entry> entries;
        try {
            List<Peer> known = new ArrayList<>(Peer.ALL);
            for (String program : programs) {
                known.add(Peer.program(program));
            }
            entries = new Entrants(known, pyarrow, quick, targets).of(peers, works);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
        return new Settings(
                entries,
                atLeastOne("--rounds", rounds == null ? (quick ? 1 : 3) : rounds),
                warmUp == null ? (quick ? 15 : 20) : warmUp,
                atLeastOne("--repetitions", repetitions == null ? (quick ? 3 : 5) : repetitions),
                repetitionSeconds,
                atLeastOne("--calls", calls),
                atLeastOne("--starts", starts),
                verify);
    }

    private int atLeastOne(String option, int value) {
        if (value < 1) {
            throw wrong(option + " has to be at least 1");
        }
        return value;
    }

    private ParameterException wrong(@Nullable String message) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets it");
        }
        return new ParameterException(spec.commandLine(), "peregrine: " + message + ".");
    }

    private static Map<String, String> machine(Optional<Python> python) {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("time", Instant.now().toString());
        machine.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        machine.put(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        machine.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        python.ifPresent(found -> machine.put("pyarrow", found.pyarrow()));
        return machine;
    }
}
