package dev.peregrine.bench.side;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
            "Works: get:ROWS and put:ROWS move batches of four int64 columns, exchange sends one row there and back, ping is"
                    + " DoAction, info is GetFlightInfo, ping32 is 32 pings at once on one connection."
        },
        footer = {
            "",
            "pyarrow is that of PEREGRINE_PYTHON, else of python3.",
            "'peregrine bench --against URI' measures any other service; 'peregrine help bench' tells of it."
        })
public final class SideBySide implements Callable<Integer> {
    private static final List<String> ALL = List.of(
            "get:64", "get:4096", "get:65536", "put:64", "put:4096", "put:65536", "exchange", "ping", "info", "ping32");
    private static final List<String> FEW = List.of("get:65536", "put:65536", "ping");
    private static final String WORK = "(get|put):[1-9][0-9]{0,8}|exchange|ping|info|ping32";

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(names = "--quick", description = "About two minutes: get:65536, put:65536 and ping, one short round.")
    boolean quick;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "PEER",
            description =
                    "Which: floor, peregrine, flight-core, flight-core-tuned, pyarrow, or CLIENT:SERVER of two of them,"
                            + " such as pyarrow:peregrine. Default: these five.")
    List<String> peers = List.of();

    @Option(
            names = {"-w", "--work"},
            split = ",",
            paramLabel = "WORK",
            description = "Which works. Default: all, with 64, 4096 and 65536 rows.")
    List<String> works = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "Turns of each peer. Default: 3, with --quick 1.")
    @Nullable
    Integer rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "Before the first work of a process; later ones get at most 5. Default: 10, with --quick 5.")
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
            description = "Of ping and info in each round; half as many exchanges. Default: 20000.")
    int calls = 20_000;

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
                    settings.rounds(), settings.pairs(), Math.ceil(settings.estimate() / 60));
            Programs programs = new Programs(python.map(Python::command).orElse(null), folder);
            Comparison comparison = new Rounds(settings, programs, folder, System.err::println).run(machine(python));
            TextReport.lines(comparison).forEach(System.out::println);
            Path json = write(".json", JsonReport.of(comparison));
            Path svg = write(".svg", BarChart.of(comparison));
            System.out.println("Written: " + json + ", " + svg);
            return comparison.failures().isEmpty() ? 0 : 1;
        } finally {
            delete(folder);
        }
    }

    private Path write(String ending, String text) throws IOException {
        return Files.writeString(Path.of(output + ending), text);
    }

    /** What was asked for; pyarrow is left out where there is none, unless it was asked for by name. */
    Settings settings(boolean pyarrow) {
        List<Pair> pairs = new ArrayList<>();
        for (String name : peers.isEmpty() ? Pair.PEERS : peers) {
            try {
                pairs.add(Pair.of(name));
            } catch (IllegalArgumentException e) {
                throw wrong(e.getMessage());
            }
        }
        if (!pyarrow && pairs.stream().anyMatch(pair -> pair.has(Pair.PYARROW))) {
            String missing = "there is no Python with pyarrow; PEREGRINE_PYTHON can name one";
            if (!peers.isEmpty()) {
                throw wrong(missing);
            }
            System.err.println("Without pyarrow: " + missing + ".");
            pairs.removeIf(pair -> pair.has(Pair.PYARROW));
        }
        List<String> chosen = works.isEmpty() ? (quick ? FEW : ALL) : works;
        chosen.stream().filter(work -> !work.matches(WORK)).findFirst().ifPresent(work -> {
            throw wrong("there is no work '" + work + "'; works are get:ROWS, put:ROWS, exchange, ping, info, ping32");
        });
        return new Settings(
                pairs,
                chosen,
                atLeastOne("--rounds", rounds == null ? (quick ? 1 : 3) : rounds),
                warmUp == null ? (quick ? 5 : 10) : warmUp,
                atLeastOne("--repetitions", repetitions == null ? (quick ? 3 : 5) : repetitions),
                repetitionSeconds,
                atLeastOne("--calls", calls));
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

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
