package dev.peregrine.bench.side;

import dev.peregrine.bench.report.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One thread. Gives each pair its turn, round after round: what changes on the machine meets all of them. */
final class Rounds {
    private static final String READY = "ready";
    private static final int SECONDS_TO_START = 60;

    private final Settings settings;
    private final Programs programs;
    private final Path folder;
    private final Consumer<String> progress;
    private final ColdStarts cold;
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** {@code folder} holds what the processes say on standard error; {@code progress} hears of each work that is done. */
    Rounds(Settings settings, Programs programs, Path folder, Consumer<String> progress) {
        this.settings = settings;
        this.programs = programs;
        this.folder = folder;
        this.cold = new ColdStarts(programs, folder);
        this.progress = progress;
    }

    Comparison run(Map<String, String> machine) throws IOException, InterruptedException {
        for (int round = 1; round <= settings.rounds(); round++) {
            for (Entry entry : settings.entries()) {
                for (Link link : Link.values()) {
                    if (!entry.over(link).isEmpty()) {
                        turn(entry, link, round);
                    }
                }
                if (!entry.cold().isEmpty()) {
                    starts(entry, round);
                }
            }
        }
        return new Comparison(settings, machine, samples, failures);
    }

    private interface Measuring {
        void measure(Child server, int port) throws PeerFailure, IOException, InterruptedException;
    }

    private void turn(Entry entry, Link link, int round) throws IOException, InterruptedException {
        Pair pair = entry.pair();
        serving(pair, link, round, (server, port) -> {
            List<String> command = programs.client(
                    pair, link, entry.over(link), port, server.handle().pid(), settings);
            try (Child client = new Child(command, folder)) {
                listen(pair, round, server, client);
            }
        });
    }

    private void starts(Entry entry, int round) throws IOException, InterruptedException {
        serving(entry.pair(), Link.TCP, round, (server, port) -> {
            MachineCpu others = new MachineCpu(List.of(server.handle(), ProcessHandle.current()));
            for (Work work : entry.cold()) {
                measured(cold.measure(entry.pair(), round, work, port, settings.starts(), others));
            }
        });
    }

    private void serving(Pair pair, Link link, int round, Measuring body) throws IOException, InterruptedException {
        String who = "round " + round + ", " + pair + ": the ";
        try (Child server = new Child(programs.server(pair.server(), link, settings.verify()), folder)) {
            int port;
            try {
                port = port(server);
            } catch (PeerFailure e) {
                failed(who + "server " + e.getMessage());
                return;
            }
            try {
                body.measure(server, port);
            } catch (PeerFailure e) {
                failed(who + "client " + e.getMessage());
            }
        }
    }

    /** Waits until a server says that it is ready. */
    static int port(Child server) throws PeerFailure, InterruptedException {
        Optional<String> line;
        while ((line = server.line(SECONDS_TO_START)).isPresent()) {
            if (line.get().startsWith(READY)) {
                String[] words = line.get().split(" ");
                return Integer.parseInt(words[words.length - 1]);
            }
        }
        throw new PeerFailure("ended before it listened");
    }

    private void listen(Pair pair, int round, Child server, Child client) throws PeerFailure, InterruptedException {
        MachineCpu others = new MachineCpu(List.of(server.handle(), client.handle(), ProcessHandle.current()));
        Optional<String> line;
        while ((line = client.line(settings.limit())).isPresent()) {
            if (!line.get().startsWith("{")) {
                continue; // A library that chats.
            }
            measured(Sample.of(pair, round, line.get(), others.lap()));
        }
    }

    private void measured(Sample sample) {
        samples.add(sample);
        progress.accept(String.format(
                Locale.ROOT,
                "round %d of %d: %s: %s %s %s",
                sample.round(),
                settings.rounds(),
                sample.pair(),
                sample.work(),
                Figures.figure(sample.median()),
                sample.unit().text));
    }

    private void failed(String what) {
        failures.add(what);
        progress.accept(what);
    }
}
