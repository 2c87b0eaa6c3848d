package dev.peregrine.cli;

import dev.peregrine.cli.format.BatchSink;
import dev.peregrine.cli.format.BatchSource;
import dev.peregrine.cli.format.Format;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.error.FlightException;
import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code peregrine exchange}: DoExchange; sends a file and writes what comes back, both at once. */
@Command(
        name = "exchange",
        description =
                "Sends batches to a service and writes the batches that it answers with. FILE is standard input if it is left out"
                        + " or '-'.",
        customSynopsis = "peregrine exchange [OPTIONS] URI (FLIGHT | --command TEXT) [FILE]",
        footer = {
            "  peregrine exchange grpc://localhost:8815 --command double numbers.arrow -o doubled.arrow",
            "  peregrine exchange grpc://localhost:8815 echo numbers.csv --format csv"
        })
final class ExchangeCommand extends DescriptorCommand {
    @Mixin
    InputOptions input = new InputOptions();

    @Mixin
    OutputOptions output = new OutputOptions();

    ExchangeCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(Connection connection) throws IOException, InterruptedException {
        FlightDescriptor descriptor = takeDescriptor();
        String name = operands.isEmpty() ? null : operands.remove(0);
        noMoreOperands();
        Format format = output.format(terminal);
        try (BatchSource source = input.open(name, terminal, connection.allocator());
                OutputFile file = output.open(terminal, format)) {
            try (BatchSink sink = BatchSink.to(file.out(), format, connection.allocator(), output.look(terminal));
                    Progress progress = Progress.of(
                            terminal,
                            output.noProgress,
                            verbosity.quiet || format == Format.TABLE,
                            "exchange",
                            "Got back",
                            -1,
                            -1)) {
                exchange(connection, descriptor, source, sink, progress);
                sink.finish();
                progress.finish();
            }
            file.commit();
        }
        return ExitCode.OK;
    }

    private void exchange(
            Connection connection, FlightDescriptor descriptor, BatchSource source, BatchSink sink, Progress progress)
            throws IOException, InterruptedException {
        try (FlightExchange exchange = connection.client().doExchange(descriptor, connection.callOptions())) {
            Sender sender = new Sender(exchange, source);
            sender.start();
            try {
                receive(exchange.reader(), sink, progress);
                sender.join();
            } catch (IOException | RuntimeException e) {
                exchange.cancel();
                sender.join();
                // The sender's trouble is the cause if it came first: then the cancelling was its doing.
                sender.raise();
                throw e;
            }
            sender.raise();
        }
    }

    private void receive(FlightStreamReader reader, BatchSink sink, Progress progress) throws IOException {
        VectorSchemaRoot root = reader.root();
        sink.begin(root, reader.dictionaries());
        long left = output.rows(terminal);
        while (reader.next()) {
            int rows = (int) Math.min(left, root.getRowCount());
            if (reader.hasData() && (rows > 0 || root.getRowCount() == 0)) {
                sink.write(root, reader.dictionaries(), rows);
                progress.add(root, rows);
                left -= rows;
            }
        }
    }

    /** Sends while the answer is being read: neither side waits for the other's end. */
    private static final class Sender extends Thread {
        private final FlightExchange exchange;
        private final BatchSource source;
        private volatile @Nullable Exception failure;

        Sender(FlightExchange exchange, BatchSource source) {
            super("peregrine-sender");
            this.exchange = exchange;
            this.source = source;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                VectorSchemaRoot root = source.root();
                exchange.writer().begin(root.getSchema(), source.dictionaries());
                while (source.next()) {
                    exchange.writer().write(root);
                }
                exchange.writer().doneWriting();
            } catch (IOException e) {
                failure = e;
                exchange.cancel();
            } catch (RuntimeException e) {
                // A failed call shows on the reading side, with the server's reason.
                if (!(e instanceof FlightException)) {
                    failure = e;
                    exchange.cancel();
                }
            }
        }

        void raise() throws IOException {
            if (failure instanceof IOException io) {
                throw io;
            }
            if (failure instanceof RuntimeException runtime) {
                throw runtime;
            }
        }
    }
}
