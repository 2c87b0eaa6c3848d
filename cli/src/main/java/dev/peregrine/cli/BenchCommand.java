package dev.peregrine.cli;

import dev.peregrine.cli.bench.Asked;
import dev.peregrine.cli.bench.BenchReport;
import dev.peregrine.cli.bench.Link;
import dev.peregrine.cli.bench.Measured;
import dev.peregrine.cli.bench.Measurement;
import dev.peregrine.cli.bench.Plan;
import dev.peregrine.cli.bench.Work;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code peregrine bench --against}: how fast a Flight service is. The launcher runs the comparison without a URI. */
@Command(
        name = "bench",
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        mixinStandardHelpOptions = true,
        customSynopsis = "peregrine bench [OPTIONS] --against URI%n       peregrine bench [COMPARISON OPTIONS]",
        description = {
            "Measures a Flight service: what it moves a second, how long its calls take.",
            "",
            "Without --ticket, --path, --command or --action the service has to follow a convention: ticket ROWS,BATCHES"
                    + " brings a batch of four int64 columns BATCHES times, row i holding i, 2i, 3i, 4i; DoPut to path 'put'"
                    + " ends with an acknowledgement of the row count in ASCII; DoExchange on path 'x' echoes batches; action"
                    + " 'ping' returns its body; GetFlightInfo knows path 'info'.",
            "",
            "Without --against, ./peregrine in a clone compares Peregrine with flight-core, pyarrow and bare sockets on"
                    + " this machine; bench/README.md tells of it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  peregrine bench --against grpc://localhost:8815 --path sales/2024",
            "  peregrine bench --against localhost:8815 --work get --ticket sales --streams 8 --connections 2",
            "  peregrine bench --against localhost:8815 --action healthcheck --duration 30s --json",
            "  peregrine bench --against localhost:8815 --work get,put,exchange,ping,info --verify",
            "  ./peregrine bench --quick"
        })
final class BenchCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            order = 1,
            names = "--against",
            paramLabel = "URI",
            description =
                    "Where the service is: grpc://HOST:PORT, grpc+tls://HOST:PORT, grpc+unix:///PATH, or just HOST:PORT.")
    @Nullable
    String uri;

    @Option(
            order = 2,
            names = {"-w", "--work"},
            paramLabel = "WORK",
            split = ",",
            converter = WorkArgument.class,
            description =
                    "get, put, exchange, ping (DoAction) or info (GetFlightInfo); several with commas, one after another. Default:"
                            + " get with --ticket, --path or --command; ping with --action; else get,put,ping.")
    List<Work> works = new ArrayList<>();

    @Option(order = 3, names = "--ticket", paramLabel = "TEXT", description = "Get the data of this ticket.")
    @Nullable
    String ticket;

    @Option(
            order = 4,
            names = {"-p", "--path"},
            paramLabel = "FLIGHT",
            description = "Get all endpoints of this flight, put to it, exchange with it, ask about it.")
    @Nullable
    String path;

    @Option(
            order = 5,
            names = {"-c", "--command"},
            paramLabel = "TEXT",
            description = "The same with a flight that is named by a command.")
    @Nullable
    String commandText;

    @Option(order = 6, names = "--action", paramLabel = "TYPE", description = "The action of work ping.")
    @Nullable
    String action;

    @Option(order = 7, names = "--body", paramLabel = "TEXT", description = "What to send with --action.")
    String body = "";

    @Option(
            order = 8,
            names = "--rows",
            paramLabel = "N",
            description = "Rows of a batch that is generated or asked for by convention. Default: ${DEFAULT-VALUE}.")
    int rows = 65_536;

    @Option(
            order = 9,
            names = "--batches",
            paramLabel = "N",
            description = "Batches in a call that are generated or asked for by convention. Default: 64 MiB of them.")
    @Nullable
    Long batches;

    @Option(
            order = 10,
            names = {"-d", "--duration"},
            paramLabel = "DURATION",
            converter = DurationArgument.class,
            description = "How long to measure each work. Default: 10s.")
    Duration duration = Duration.ofSeconds(10);

    @Option(
            order = 11,
            names = "--warm-up",
            paramLabel = "DURATION",
            converter = DurationArgument.class,
            description = "How long to run each work before. Default: 5s.")
    Duration warmUp = Duration.ofSeconds(5);

    @Option(
            order = 12,
            names = {"-s", "--streams"},
            paramLabel = "N",
            description = "Calls at the same time, each from a thread of its own. Default: ${DEFAULT-VALUE}.")
    int streams = 1;

    @Option(
            order = 13,
            names = "--connections",
            paramLabel = "N",
            description = "Connections that the streams share. Default: ${DEFAULT-VALUE}.")
    int connections = 1;

    @Option(
            order = 14,
            names = "--verify",
            description = "Compare every value with what the convention says; this takes time itself.")
    boolean verify;

    @Option(order = 15, names = "--json", description = "Print one JSON object instead of tables.")
    boolean json;

    @Option(order = 16, names = "--no-progress", description = "No progress bar.")
    boolean noProgress;

    @Mixin
    ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    Verbosity verbosity = new Verbosity();

    BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        verbosity.begin();
        if (uri == null) {
            throw new UsageError("Measure what? Name a service with --against URI; the comparison without one is run by"
                    + " ./peregrine in a clone.");
        }
        Location location = ConnectionOptions.location(uri);
        Asked asked = asked();
        Plan plan = plan(asked);
        List<Measured> all = new ArrayList<>();
        try {
            measureAll(location, plan, asked, all);
        } finally {
            // What was measured before something failed is worth seeing too.
            if (!all.isEmpty()) {
                print(location, plan, all);
            }
        }
        return all.stream().allMatch(measured -> measured.failed() == 0) ? ExitCode.OK : ExitCode.FAILED;
    }

    private void measureAll(Location location, Plan plan, Asked asked, List<Measured> all) throws InterruptedException {
        List<Connection> opened = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                opened.add(new Connection(connection, location, terminal));
            }
            List<Link> links = opened.stream().map(BenchCommand::link).toList();
            for (Work work : plan.works()) {
                all.add(measure(work, plan, asked, links));
            }
        } finally {
            opened.forEach(Connection::close);
        }
    }

    private void print(Location location, Plan plan, List<Measured> all) throws IOException {
        terminal.print(
                json
                        ? BenchReport.json(location.uri(), plan, all) + "\n"
                        : String.join("\n", BenchReport.text(location.uri(), plan, all, terminal.unicode())) + "\n");
    }

    private Measured measure(Work work, Plan plan, Asked asked, List<Link> links) throws InterruptedException {
        boolean shown = !verbosity.quiet && !noProgress && terminal.errIsTerminal();
        double seconds = plan.warmUp().plus(plan.duration()).toNanos() / 1e9;
        try (SecondsBar bar = new SecondsBar(terminal, shown, work.text(), seconds)) {
            return Measurement.run(work, plan, asked, links, bar);
        }
    }

    private static Link link(Connection connection) {
        return new Link(
                connection.client(),
                connection.callOptions(),
                connection.allocator(),
                endpoint -> client(connection, endpoint));
    }

    private static FlightClient client(Connection connection, FlightEndpoint endpoint) {
        return endpoint.locations().isEmpty()
                ? connection.client()
                : connection.at(endpoint.locations().get(0));
    }

    private Asked asked() {
        if (path != null && commandText != null) {
            throw new UsageError("--path and --command both name a flight; one will do.");
        }
        FlightDescriptor flight = path != null
                ? FlightArguments.path(path)
                : commandText != null ? FlightDescriptor.command(commandText) : null;
        return new Asked(
                ticket == null ? null : Ticket.of(ticket),
                flight,
                action == null ? null : new Action(action, body.getBytes(StandardCharsets.UTF_8)));
    }

    private Plan plan(Asked asked) {
        atLeastOne("--rows", rows);
        atLeastOne("--batches", batches == null ? 1 : batches);
        atLeastOne("--streams", streams);
        atLeastOne("--connections", connections);
        if (connections > streams) {
            throw new UsageError(
                    "--connections " + connections + " needs as many --streams at least; there are " + streams + ".");
        }
        if (duration.isZero()) {
            throw new UsageError("--duration has to be longer than nothing.");
        }
        List<Work> chosen = works.isEmpty() ? usual(asked) : works;
        if (verify && chosen.contains(Work.GET) && !asked.getsByConvention()) {
            throw new UsageError(
                    "--verify knows the values of the convention only, not those of a flight or a ticket.");
        }
        long each = batches == null ? Plan.batches(rows) : batches;
        return new Plan(chosen, rows, each, streams, connections, duration, warmUp, verify);
    }

    private static List<Work> usual(Asked asked) {
        if (!asked.getsByConvention()) {
            return asked.action() == null ? List.of(Work.GET) : List.of(Work.GET, Work.PING);
        }
        return asked.action() == null ? List.of(Work.GET, Work.PUT, Work.PING) : List.of(Work.PING);
    }

    private static void atLeastOne(String option, long value) {
        if (value < 1) {
            throw new UsageError(option + " has to be at least 1.");
        }
    }

    static final class WorkArgument implements ITypeConverter<Work> {
        @Override
        public Work convert(String name) {
            return Work.named(name)
                    .orElseThrow(
                            () -> new TypeConversionException("'" + name + "' is no work; there are " + Work.all()));
        }
    }
}
