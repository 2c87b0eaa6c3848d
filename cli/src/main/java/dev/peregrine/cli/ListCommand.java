package dev.peregrine.cli;

import dev.peregrine.cli.format.TableLayout;
import dev.peregrine.cli.format.TextWidth;
import dev.peregrine.client.FlightIterable;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code peregrine list}: ListFlights. */
@Command(
        name = "list",
        description = "Lists the flights of a service.",
        footer = {"  peregrine list grpc://localhost:8815", "  peregrine list grpc://localhost:8815 'sales/*' --names"})
final class ListCommand extends FlightCommand {
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "CRITERIA",
            description =
                    "Which flights; what it means is the service's affair. 'peregrine serve' takes patterns such as sales/*.")
    String criteria = "";

    @Option(names = "--names", description = "Print the names only, one a line.")
    boolean names;

    ListCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(Connection connection) throws IOException {
        Criteria which = criteria.isEmpty() ? Criteria.EMPTY : new Criteria(criteria.getBytes(StandardCharsets.UTF_8));
        try (FlightIterable<FlightInfo> flights = connection.client().listFlights(which, connection.callOptions())) {
            if (names) {
                for (FlightInfo flight : flights) {
                    terminal.print(name(flight) + "\n");
                }
            } else {
                print(flights.toList());
            }
        }
        return ExitCode.OK;
    }

    private static String name(FlightInfo flight) {
        return TextWidth.visible(FlightArguments.name(flight.descriptor()));
    }

    private void print(List<FlightInfo> flights) throws IOException {
        TableLayout.Column name = new TableLayout.Column("flight", "");
        TableLayout.Column rows = new TableLayout.Column("rows", "").alignRight(true);
        TableLayout.Column size = new TableLayout.Column("size", "").alignRight(true);
        TableLayout.Column columns = new TableLayout.Column("columns", "").alignRight(true);
        TableLayout.Column endpoints = new TableLayout.Column("endpoints", "").alignRight(true);
        for (FlightInfo flight : flights) {
            name.add(name(flight));
            rows.add(flight.totalRecords() < 0 ? "?" : Sizes.count(flight.totalRecords()));
            size.add(flight.totalBytes() < 0 ? "?" : Sizes.bytes(flight.totalBytes()));
            columns.add(
                    flight.schema() == null
                            ? "?"
                            : Sizes.count(flight.schema().getFields().size()));
            endpoints.add(Sizes.count(flight.endpoints().size()));
        }
        TableLayout table = new TableLayout(
                List.of(name, rows, size, columns, endpoints),
                flights.size(),
                terminal.outIsTerminal() ? terminal.width() : 0,
                Integer.MAX_VALUE,
                terminal.unicode());
        terminal.print(String.join("\n", table.lines()) + "\n" + Sizes.count(flights.size(), "flight") + "\n");
    }
}
