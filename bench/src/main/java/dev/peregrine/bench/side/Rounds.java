package dev.peregrine.bench.side;

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
    private static final String READY = "ready port ";
    private static final int SECONDS_TO_START = 60;

    private final Settings settings;
    private final Programs programs;
    private final Path folder;
    private final Consumer<String> progress;
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** {@code folder} holds what the processes say on standard error; {@code progress} hears of each work that is done. */
    Rounds(Settings settings, Programs programs, Path folder, Consumer<String> progress) {
        this.settings = settings;
        this.programs = programs;
        this.folder = folder;
        this.progress = progress;
    }

    Comparison run(Map<String, String> machine) throws IOException, InterruptedException {
        for (int round = 1; round <= settings.rounds(); round++) {
            for (Pair pair : settings.pairs()) {
                if (!settings.works(pair).isEmpty()) {
                    turn(pair, round);
                }
            }
        }
        return new Comparison(settings, machine, samples, failures);
    }

    private void turn(Pair pair, int round) throws IOException, InterruptedException {
        try (Child server = new Child(programs.server(pair.server()), folder)) {
            int port;
            try {
                port = port(server);
            } catch (PeerFailure e) {
                failed("round " + round + ", " + pair + ": the server " + e.getMessage());
                return;
            }
            List<String> command = programs.client(pair, port, server.handle().pid(), settings);
            try (Child client = new Child(command, folder)) {
                listen(pair, round, server, client);
            } catch (PeerFailure e) {
                failed("round " + round + ", " + pair + ": the client " + e.getMessage());
            }
        }
    }

    private static int port(Child server) throws PeerFailure, InterruptedException {
        Optional<String> line;
        while ((line = server.line(SECONDS_TO_START)).isPresent()) {
            if (line.get().startsWith(READY)) {
                return Integer.parseInt(line.get().substring(READY.length()));
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
            Sample sample = Sample.of(pair, round, line.get(), others.lap());
            samples.add(sample);
            progress.accept(String.format(
                    Locale.ROOT,
                    "round %d of %d: %s: %s %s %s",
                    round,
                    settings.rounds(),
                    pair,
                    sample.work(),
                    Figures.figure(sample.median()),
                    sample.unit().text));
        }
    }

    private void failed(String what) {
        failures.add(what);
        progress.accept(what);
    }
}
