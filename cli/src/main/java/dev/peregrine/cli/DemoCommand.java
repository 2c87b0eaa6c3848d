package dev.peregrine.cli;

import dev.peregrine.cli.demo.Demo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code peregrine demo}: everything at once, with figures. */
@Command(
        name = "demo",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        optionListHeading = "%nOptions:%n",
        description =
                "Makes flights of real data, serves them, gets, puts and exchanges them, checks that every value arrived equal, and"
                        + " shows how fast it was next to a bare socket. Needs the size twice in the folder for temporary files, and cleans up.",
        footerHeading = "%nExamples:%n",
        footer = {"  peregrine demo", "  peregrine demo --size 4096 --seed 7"})
final class DemoCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--size",
            paramLabel = "MIB",
            description = "How much data to make, MiB. Default: ${DEFAULT-VALUE}.")
    int mebibytes = 1_100;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The data follow from this number. Default: ${DEFAULT-VALUE}.")
    long seed = 42;

    @Option(
            names = {"-v", "--verbose"},
            description = "Say more: log lines, and a stack trace with an error.")
    boolean verbose;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        JvmFlags.check();
        LogLevel.set(verbose ? "debug" : "off"); // errors become a sentence
        if (mebibytes < 1) {
            throw new UsageError("--size has to be at least 1 MiB.");
        }
        Demo demo = new Demo((long) mebibytes << 20, seed, terminal.unicode(), this::print);
        return demo.run() ? ExitCode.OK : ExitCode.FAILED;
    }

    private void print(String line) {
        try {
            terminal.print(line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
