package dev.peregrine.cli;

import dev.peregrine.cli.format.TextWidth;
import dev.peregrine.cli.format.TypeText;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import java.io.IOException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code peregrine info}: GetFlightInfo. */
@Command(
        name = "info",
        description = "Shows what a service says of a flight: its size, its schema, where its parts are.",
        customSynopsis = "peregrine info [OPTIONS] URI (FLIGHT | --command TEXT)",
        footer = {
            "  peregrine info grpc://localhost:8815 sales/2024",
            "  peregrine info grpc://localhost:8815 --command 'select 1'"
        })
final class InfoCommand extends DescriptorCommand {
    InfoCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(Connection connection) throws IOException {
        FlightDescriptor descriptor = takeDescriptor();
        noMoreOperands();
        FlightInfo info = connection.client().getFlightInfo(descriptor, connection.callOptions());
        StringBuilder text = new StringBuilder();
        line(text, "flight", FlightArguments.name(info.descriptor()));
        line(text, "rows", info.totalRecords() < 0 ? "unknown" : Sizes.count(info.totalRecords()));
        line(
                text,
                "size",
                info.totalBytes() < 0
                        ? "unknown"
                        : Sizes.bytes(info.totalBytes()) + " (" + Sizes.count(info.totalBytes(), "byte") + ")");
        line(text, "ordered", info.ordered() ? "yes" : "no");
        if (info.appMetadata().length > 0) {
            line(text, "metadata", BytesText.of(info.appMetadata()));
        }
        for (FlightEndpoint endpoint : info.endpoints()) {
            line(text, "endpoint", of(endpoint));
        }
        text.append("schema\n");
        if (info.schema() == null) {
            text.append("  unknown\n");
        } else {
            TypeText.lines(info.schema())
                    .forEach(line -> text.append("  ").append(line).append('\n'));
        }
        terminal.print(text.toString());
        return ExitCode.OK;
    }

    private static void line(StringBuilder text, String what, String value) {
        text.append(TextWidth.pad(what, 10)).append(TextWidth.visible(value)).append('\n');
    }

    private static String of(FlightEndpoint endpoint) {
        String where = endpoint.locations().isEmpty()
                ? "this service"
                : endpoint.locations().stream().map(Object::toString).collect(Collectors.joining(" or "));
        String until = endpoint.expirationTime() == null ? "" : ", until " + endpoint.expirationTime();
        return "ticket " + BytesText.of(endpoint.ticket().ticket()) + " at " + where + until;
    }
}
