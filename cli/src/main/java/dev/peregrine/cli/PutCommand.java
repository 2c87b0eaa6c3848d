package dev.peregrine.cli;

import dev.peregrine.cli.format.BatchSource;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code peregrine put}: DoPut of a file. */
@Command(
        name = "put",
        description =
                "Puts an Arrow file, an Arrow stream or CSV into a flight. FILE is standard input if it is left out or '-'.",
        customSynopsis = "peregrine put [OPTIONS] URI (FLIGHT | --command TEXT) [FILE]",
        footer = {
            "  peregrine put grpc://localhost:8815 sales/2024 sales.arrow",
            "  zcat sales.csv.gz | peregrine put grpc://localhost:8815 sales/2024 --from csv --batch-rows 10000"
        })
final class PutCommand extends DescriptorCommand {
    @Mixin
    InputOptions input = new InputOptions();

    @Option(names = "--no-progress", description = "No progress bar.")
    boolean noProgress;

    @Option(names = "--show-acks", description = "Print what the server acknowledges, a line each.")
    boolean showAcks;

    PutCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(Connection connection) throws IOException, InterruptedException {
        FlightDescriptor descriptor = takeDescriptor();
        String file = operands.isEmpty() ? null : operands.remove(0);
        noMoreOperands();
        try (BatchSource source = input.open(file, terminal, connection.allocator());
                Progress progress = Progress.of(terminal, noProgress, verbosity.quiet, "put", "Put", -1, -1)) {
            List<byte[]> acks = put(connection, descriptor, source, progress);
            progress.finish();
            if (showAcks) {
                for (byte[] ack : acks) {
                    terminal.print(BytesText.of(ack) + "\n");
                }
            }
        }
        return ExitCode.OK;
    }

    private List<byte[]> put(Connection connection, FlightDescriptor descriptor, BatchSource source, Progress progress)
            throws IOException, InterruptedException {
        VectorSchemaRoot root = source.root();
        List<byte[]> kept = new ArrayList<>();
        try (FlightPut put = connection
                .client()
                .doPut(descriptor, root.getSchema(), source.dictionaries(), connection.callOptions())) {
            Acknowledgements.whileWriting(
                    put,
                    ack -> {
                        if (showAcks) {
                            kept.add(ack);
                        }
                    },
                    () -> {
                        while (source.next()) {
                            put.writer().write(root);
                            progress.add(root, root.getRowCount(), source.fraction());
                        }
                    });
        }
        return kept;
    }
}
