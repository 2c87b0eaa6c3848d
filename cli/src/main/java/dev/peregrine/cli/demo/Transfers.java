package dev.peregrine.cli.demo;

import dev.peregrine.cli.demo.GeneratedFlight.Vectors;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.jspecify.annotations.Nullable;

/** One thread. The calls of the demo, each timed from its first byte to its last. */
final class Transfers {
    private final FlightClient client;
    private final BufferAllocator allocator;

    Transfers(FlightClient client, BufferAllocator allocator) {
        this.client = client;
        this.allocator = allocator;
    }

    /** What is done with each batch that arrives. */
    private interface Arrival {
        void batch(FlightStreamReader reader, long number) throws IOException;
    }

    static FlightDescriptor descriptor(String name) {
        return FlightDescriptor.path(List.of(name.split("/", -1)));
    }

    Moved get(String name) throws IOException {
        long start = System.nanoTime();
        Counter counter = new Counter();
        try (FlightStreamReader reader = open(name)) {
            read(reader, counter);
        }
        return counter.moved("get " + name, start);
    }

    private FlightStreamReader open(String name) throws IOException {
        FlightInfo info = client.getFlightInfo(descriptor(name));
        if (info.endpoints().size() != 1) {
            throw new IOException(
                    "the flight " + name + " has " + info.endpoints().size() + " endpoints instead of one");
        }
        FlightEndpoint endpoint = info.endpoints().get(0);
        return client.doGet(endpoint.ticket());
    }

    /** Puts the batches of a file. */
    Moved put(Path file, String name) throws IOException {
        long start = System.nanoTime();
        Counter counter = new Counter();
        try (var channel = Files.newByteChannel(file);
                ArrowFileReader source = new ArrowFileReader(channel, allocator)) {
            VectorSchemaRoot root = source.getVectorSchemaRoot();
            try (FlightPut put = client.doPut(descriptor(name), root.getSchema(), source)) {
                while (source.loadNextBatch()) {
                    put.writer().write(root);
                    counter.add(root);
                }
                put.writer().doneWriting();
            }
        }
        return counter.moved("put " + name, start);
    }

    /** Sends the batches of a file to the service, which sends them back. */
    Moved exchange(Path file, String what) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Counter counter = new Counter();
        exchange(file, counter);
        return counter.moved("exchange " + what, start);
    }

    /** Gets a flight again, and compares it with what was made; says what differs. */
    Optional<String> compareGet(GeneratedFlight flight, String name, long batches) throws IOException {
        try (Comparison comparison = new Comparison(flight);
                FlightStreamReader reader = open(name)) {
            read(reader, comparison);
            return comparison.difference(batches);
        }
    }

    /** Exchanges a flight again, and compares what comes back. */
    Optional<String> compareExchange(GeneratedFlight flight, Path file, long batches)
            throws IOException, InterruptedException {
        try (Comparison comparison = new Comparison(flight)) {
            exchange(file, comparison);
            return comparison.difference(batches);
        }
    }

    private void exchange(Path file, Arrival arrival) throws IOException, InterruptedException {
        try (FlightExchange exchange = client.doExchange(FlightDescriptor.command("echo"))) {
            Sender sender = new Sender(exchange, file, allocator);
            sender.start();
            try {
                read(exchange.reader(), arrival);
            } catch (IOException | RuntimeException e) {
                exchange.cancel();
                throw e;
            } finally {
                sender.join();
            }
            sender.raise();
        }
    }

    private static void read(FlightStreamReader reader, Arrival arrival) throws IOException {
        for (long number = 0; reader.next(); ) {
            if (reader.hasData()) {
                arrival.batch(reader, number++);
            }
        }
    }

    /** Counts what arrives. */
    private static final class Counter implements Arrival {
        private long rows;
        private long batches;
        private long bytes;

        @Override
        public void batch(FlightStreamReader reader, long number) {
            add(reader.root());
        }

        void add(VectorSchemaRoot root) {
            rows += root.getRowCount();
            batches++;
            bytes += GeneratedFlight.bytes(root);
        }

        Moved moved(String what, long start) {
            return new Moved(what, rows, batches, bytes, (System.nanoTime() - start) / 1e9);
        }
    }

    /** Makes each batch again and compares. */
    private final class Comparison implements Arrival, AutoCloseable {
        private final GeneratedFlight flight;
        private final Vectors wanted;
        private long batches;
        private @Nullable String difference;

        Comparison(GeneratedFlight flight) {
            this.flight = flight;
            this.wanted = flight.open().apply(allocator);
        }

        @Override
        public void batch(FlightStreamReader reader, long number) {
            batches++;
            if (difference != null) {
                return;
            }
            flight.fill(wanted, number);
            SameValues.difference(wanted.root(), reader.root())
                    .or(() -> number == 0
                            ? SameValues.difference(wanted.dictionaries(), reader.dictionaries())
                            : Optional.empty())
                    .ifPresent(found -> difference = "batch " + number + ", " + found);
        }

        Optional<String> difference(long wantedBatches) {
            return difference == null && batches != wantedBatches
                    ? Optional.of(batches + " batches instead of " + wantedBatches)
                    : Optional.ofNullable(difference);
        }

        @Override
        public void close() {
            wanted.close();
        }
    }

    /** Sends the batches of a file while the answer is read. */
    private static final class Sender extends Thread {
        private final FlightExchange exchange;
        private final Path file;
        private final BufferAllocator allocator;
        private @Nullable Exception failure;

        Sender(FlightExchange exchange, Path file, BufferAllocator allocator) {
            super("peregrine-demo-sender");
            this.exchange = exchange;
            this.file = file;
            this.allocator = allocator;
            setDaemon(true);
        }

        @Override
        public void run() {
            try (var channel = Files.newByteChannel(file);
                    ArrowFileReader source = new ArrowFileReader(channel, allocator)) {
                VectorSchemaRoot root = source.getVectorSchemaRoot();
                FlightStreamWriter writer = exchange.writer();
                writer.begin(root.getSchema(), source);
                while (source.loadNextBatch()) {
                    writer.write(root);
                }
                writer.doneWriting();
            } catch (IOException | RuntimeException e) {
                failure = e;
                exchange.cancel();
            }
        }

        void raise() throws IOException {
            if (failure != null) {
                throw new IOException("the exchange could not be sent: " + failure.getMessage(), failure);
            }
        }
    }
}
