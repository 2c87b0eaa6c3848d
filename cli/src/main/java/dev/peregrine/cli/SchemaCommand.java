package dev.peregrine.cli;

import dev.peregrine.cli.format.TypeText;
import dev.peregrine.protocol.FlightDescriptor;
import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code peregrine schema}: GetSchema. */
@Command(
        name = "schema",
        description = "Shows the schema of a flight: one line a column.",
        customSynopsis = "peregrine schema [OPTIONS] URI (FLIGHT | --command TEXT)",
        footer = {
            "  peregrine schema grpc://localhost:8815 sales/2024",
            "  peregrine schema grpc://localhost:8815 sales/2024 --json"
        })
final class SchemaCommand extends DescriptorCommand {
    @Option(names = "--json", description = "Print it as the JSON of Arrow's integration tests.")
    boolean json;

    SchemaCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(Connection connection) throws IOException {
        FlightDescriptor descriptor = takeDescriptor();
        noMoreOperands();
        Schema schema = connection.client().getSchema(descriptor, connection.callOptions());
        terminal.print(json ? schema.toJson() + "\n" : String.join("\n", TypeText.lines(schema)) + "\n");
        return ExitCode.OK;
    }
}
