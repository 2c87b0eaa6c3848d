package dev.peregrine.cli;

import java.time.Duration;
import picocli.CommandLine.Command;

/** {@code peregrine wait}: until the service answers. */
@Command(
        name = "wait",
        description = "Waits until a service answers, for --timeout or else 30 seconds.",
        footer = {
            "  peregrine serve data/ & peregrine wait grpc://localhost:8815 --timeout 10s",
        })
final class WaitCommand extends FlightCommand {
    private static final Duration USUAL = Duration.ofSeconds(30);

    WaitCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(Connection opened) {
        Duration timeout = connection.timeout == null ? USUAL : connection.timeout;
        long start = System.nanoTime();
        opened.client().waitForAvailable(timeout);
        if (!verbosity.quiet && terminal.errIsTerminal()) {
            terminal.err().println("available after " + Sizes.seconds((System.nanoTime() - start) / 1e9));
        }
        return ExitCode.OK;
    }
}
