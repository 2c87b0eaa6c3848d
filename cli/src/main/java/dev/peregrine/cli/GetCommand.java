package dev.peregrine.cli;

import dev.peregrine.cli.format.BatchSink;
import dev.peregrine.cli.format.Format;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Ticket;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code peregrine get}: GetFlightInfo, then DoGet of every endpoint in order. */
@Command(
        name = "get",
        description = "Gets a flight: all of its parts, in order, from wherever they are.",
        customSynopsis = "peregrine get [OPTIONS] URI (FLIGHT | --command TEXT | --ticket TEXT)",
        footer = {
            "  peregrine get grpc://localhost:8815 sales/2024 --head 10",
            "  peregrine get grpc://localhost:8815 sales/2024 -o sales.arrow",
            "  peregrine get grpc://localhost:8815 --command 'select * from sales' --format csv | gzip > sales.csv.gz"
        })
final class GetCommand extends DescriptorCommand {
    @Option(
            names = "--ticket",
            paramLabel = "TEXT",
            description = "Get the data of this ticket, without asking for a flight.")
    @Nullable
    String ticket;

    @Mixin
    OutputOptions output = new OutputOptions();

    GetCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(Connection connection) throws IOException {
        FlightInfo info = info(connection);
        Format format = output.format(terminal);
        try (OutputFile file = output.open(terminal, format)) {
            try (BatchSink sink = BatchSink.to(file.out(), format, connection.allocator(), output.look(terminal));
                    Progress progress = progress(info)) {
                new Transfer(connection, sink, progress).run(info);
                sink.finish();
                progress.finish();
            }
            file.commit();
        }
        sayThatThereIsMore(info);
        return ExitCode.OK;
    }

    /** Nobody asked for this few rows: a terminal is not flooded by itself. */
    private void sayThatThereIsMore(FlightInfo info) {
        long shown = output.rows(terminal);
        if (output.head == null && shown < info.totalRecords() && !verbosity.quiet) {
            terminal.err()
                    .println("The first " + shown + " of " + Sizes.count(info.totalRecords(), "row")
                            + "; --head N shows more.");
        }
    }

    private FlightInfo info(Connection connection) {
        if (ticket != null) {
            noMoreOperands();
            FlightDescriptor none = new FlightDescriptor(FlightDescriptor.Type.UNKNOWN, new byte[0], List.of());
            return FlightInfo.of(null, none, new FlightEndpoint(Ticket.of(ticket)));
        }
        FlightDescriptor descriptor = takeDescriptor();
        noMoreOperands();
        return connection.client().getFlightInfo(descriptor, connection.callOptions());
    }

    private Progress progress(FlightInfo info) {
        boolean whole = output.rows(terminal) == Long.MAX_VALUE;
        // A table that fills the screen is its own report.
        boolean silent = verbosity.quiet || !whole;
        return Progress.of(
                terminal,
                output.noProgress,
                silent,
                "get",
                "Got",
                whole ? info.totalRecords() : -1,
                whole ? info.totalBytes() : -1);
    }

    /** The batches of all endpoints, up to the number of rows that are wanted. */
    private final class Transfer {
        private final Connection connection;
        private final BatchSink sink;
        private final Progress progress;
        private long left = output.rows(terminal);
        private @Nullable Schema schema;

        Transfer(Connection connection, BatchSink sink, Progress progress) {
            this.connection = connection;
            this.sink = sink;
            this.progress = progress;
        }

        void run(FlightInfo info) throws IOException {
            for (FlightEndpoint endpoint : info.endpoints()) {
                if (schema != null && left == 0) {
                    return;
                }
                try (FlightStreamReader reader = EndpointReader.open(connection, endpoint)) {
                    begin(reader);
                    copy(reader);
                }
            }
            if (schema == null) {
                beginEmpty(info);
            }
        }

        private void begin(FlightStreamReader reader) throws IOException {
            Schema found = reader.root().getSchema();
            if (schema == null) {
                schema = found;
                sink.begin(reader.root(), reader.dictionaries());
            } else if (!schema.equals(found)) {
                throw new IOException(
                        "The parts of this flight have different schemas: first " + schema + ", then " + found);
            }
        }

        private void copy(FlightStreamReader reader) throws IOException {
            VectorSchemaRoot root = reader.root();
            while (left > 0 && reader.next()) {
                if (!reader.hasData()) {
                    continue;
                }
                int rows = (int) Math.min(left, root.getRowCount());
                sink.write(root, reader.dictionaries(), rows);
                progress.add(root, rows);
                left -= rows;
            }
        }

        private void beginEmpty(FlightInfo info) throws IOException {
            Schema known = info.schema() == null ? new Schema(List.of()) : info.schema();
            try (VectorSchemaRoot empty = VectorSchemaRoot.create(withoutDictionaries(known), connection.allocator())) {
                sink.begin(empty, new MapDictionaryProvider());
            }
        }
    }

    /** A flight without parts has no dictionaries either. */
    private static Schema withoutDictionaries(Schema schema) {
        return new Schema(
                schema.getFields().stream().map(GetCommand::withoutDictionary).toList(), schema.getCustomMetadata());
    }

    private static Field withoutDictionary(Field field) {
        FieldType type = new FieldType(field.isNullable(), field.getType(), null, field.getMetadata());
        return new Field(
                field.getName(),
                type,
                field.getChildren().stream().map(GetCommand::withoutDictionary).toList());
    }
}
