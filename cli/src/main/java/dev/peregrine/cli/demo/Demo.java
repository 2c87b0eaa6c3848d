package dev.peregrine.cli.demo;

import dev.peregrine.cli.Sizes;
import dev.peregrine.cli.format.TableLayout;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.folder.FolderService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * One thread. Makes data, serves them, moves them every way there is, compares what arrived with what was made, and tells of it
 * line by line. Server and client live in this process and talk over loopback TCP, each with memory of its own.
 */
public final class Demo {
    private static final String PUT_BACK = "trades";
    private static final String PUT_AS = "copies/trades";
    private static final String EXCHANGED = "logs/events";

    private final long bytes;
    private final List<GeneratedFlight> flights;
    private final boolean unicode;
    private final Consumer<String> out;
    private final Map<String, Long> batches = new LinkedHashMap<>();
    private final List<Moved> moved = new ArrayList<>();
    private long comparedRows;
    private int differences;

    /**
     * A demo with about that much data, that follows from the seed.
     *
     * @param out takes a line of the report
     */
    public Demo(long bytes, long seed, boolean unicode, Consumer<String> out) {
        this.bytes = bytes;
        this.flights = Flights.all(seed);
        this.unicode = unicode;
        this.out = out;
    }

    /** Runs it all and cleans up; says whether every value arrived equal. */
    public boolean run() throws IOException, InterruptedException {
        long start = System.nanoTime();
        out.accept("Peregrine moves " + Sizes.bytes(bytes)
                + " of record batches through a Flight server on this machine.");
        out.accept("");
        try (TemporaryFolder folder = TemporaryFolder.withRoomFor(2 * bytes);
                BufferAllocator memory = new RootAllocator()) {
            make(folder.path(), memory);
            try (BufferAllocator serving = new RootAllocator();
                    FlightServer server = FlightServer.builder("grpc://localhost:0", FolderService.open(folder.path()))
                            .allocator(serving)
                            .start();
                    FlightClient client = FlightClient.builder(server.location())
                            .allocator(memory)
                            .build()) {
                done("serving them on " + server.location());
                list(client);
                move(new Transfers(client, memory), folder.path());
            }
            socket();
        }
        report(start);
        return differences == 0;
    }

    private void make(Path folder, BufferAllocator memory) throws IOException {
        long start = System.nanoTime();
        long rows = 0;
        long made = 0;
        for (GeneratedFlight flight : flights) {
            long count = flight.batches(bytes / flights.size(), memory);
            Path file = file(folder, flight.name());
            Files.createDirectories(file.getParent());
            made += flight.write(file, count, memory);
            rows += count * flight.rows();
            batches.put(flight.name(), count);
        }
        done("made " + Sizes.count(flights.size(), "flight") + ": " + Sizes.count(rows, "row") + ", "
                + Sizes.bytes(made) + seconds(start));
    }

    private static Path file(Path folder, String name) {
        return folder.resolve(name + ".arrow");
    }

    private void list(FlightClient client) throws IOException {
        List<FlightInfo> found = client.listFlights(Criteria.EMPTY).toList();
        if (found.size() != flights.size()) {
            throw new IOException(
                    "the server lists " + Sizes.count(found.size(), "flight") + " instead of " + flights.size());
        }
        done("listed " + Sizes.count(found.size(), "flight") + ": "
                + String.join(", ", flights.stream().map(GeneratedFlight::name).toList()));
    }

    private void move(Transfers transfers, Path folder) throws IOException, InterruptedException {
        for (GeneratedFlight flight : flights) {
            moved(transfers.get(flight.name()), "got ");
        }
        moved(transfers.put(file(folder, PUT_BACK), PUT_AS), "put ");
        moved(transfers.exchange(file(folder, EXCHANGED), EXCHANGED), "exchanged ");
        long start = System.nanoTime();
        for (GeneratedFlight flight : flights) {
            compared(flight, "got ", transfers.compareGet(flight, flight.name(), count(flight)));
        }
        GeneratedFlight put = flight(PUT_BACK);
        compared(put, "put and got ", transfers.compareGet(put, PUT_AS, count(put)));
        GeneratedFlight exchanged = flight(EXCHANGED);
        compared(
                exchanged,
                "exchanged ",
                transfers.compareExchange(exchanged, file(folder, EXCHANGED), count(exchanged)));
        if (differences == 0) {
            done("compared all of it with the data made anew: every value of " + Sizes.count(comparedRows, "row")
                    + " arrived equal" + seconds(start));
        }
    }

    private GeneratedFlight flight(String name) {
        return flights.stream()
                .filter(flight -> flight.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private long count(GeneratedFlight flight) {
        return batches.getOrDefault(flight.name(), 0L);
    }

    private void moved(Moved step, String verb) {
        moved.add(step);
        String name = step.what().substring(step.what().indexOf(' ') + 1);
        done(verb + name + ": " + Sizes.count(step.rows(), "row") + ", " + Sizes.bytes(step.bytes()) + " in "
                + Sizes.seconds(step.seconds()));
    }

    private void compared(GeneratedFlight flight, String verb, Optional<String> difference) {
        comparedRows += count(flight) * flight.rows();
        if (difference.isPresent()) {
            differences++;
            out.accept(" " + (unicode ? "✗" : "FAILED") + " " + verb + flight.name() + " is not what was made: "
                    + difference.get());
        }
    }

    private void socket() throws IOException, InterruptedException {
        double seconds = SocketFloor.seconds(bytes);
        moved.add(new Moved("bare socket", -1, -1, bytes, seconds));
        done("moved as many bytes through a bare loopback socket, to compare with");
    }

    private void report(long start) {
        Moved floor = moved.get(moved.size() - 1);
        TableLayout.Column what = new TableLayout.Column("what", "");
        TableLayout.Column rows = new TableLayout.Column("rows", "").alignRight(true);
        TableLayout.Column counts = new TableLayout.Column("batches", "").alignRight(true);
        TableLayout.Column size = new TableLayout.Column("MiB", "").alignRight(true);
        TableLayout.Column time = new TableLayout.Column("seconds", "").alignRight(true);
        TableLayout.Column speed = new TableLayout.Column("GiB/s", "").alignRight(true);
        TableLayout.Column share = new TableLayout.Column("of the socket", "").alignRight(true);
        for (Moved step : moved) {
            what.add(step.what());
            rows.add(step.rows() < 0 ? "" : Sizes.count(step.rows()));
            counts.add(step.batches() < 0 ? "" : Sizes.count(step.batches()));
            size.add(Sizes.count(step.bytes() >> 20));
            time.add(String.format(Locale.ROOT, "%.2f", step.seconds()));
            speed.add(String.format(Locale.ROOT, "%.2f", step.bytesPerSecond() / (1 << 30)));
            share.add(String.format(Locale.ROOT, "%.0f %%", 100 * step.bytesPerSecond() / floor.bytesPerSecond()));
        }
        TableLayout table =
                new TableLayout(List.of(what, rows, counts, size, time, speed, share), moved.size(), 0, 100, unicode);
        out.accept("");
        table.lines().forEach(out);
        out.accept("");
        out.accept(
                "An exchange goes there and back at once: its bytes cross the socket twice. The first get also warms Java up.");
        out.accept(
                differences == 0
                        ? "All equal, all cleaned up, in" + seconds(start).replace(" in", "") + "."
                        : "NOT EQUAL: " + Sizes.count(differences, "transfer") + " changed data. Please report it.");
    }

    private void done(String what) {
        out.accept(" " + (unicode ? "✓" : "ok") + " " + what);
    }

    private static String seconds(long start) {
        return " in " + Sizes.seconds((System.nanoTime() - start) / 1e9);
    }
}
