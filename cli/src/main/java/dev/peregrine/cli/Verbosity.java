package dev.peregrine.cli;

import picocli.CommandLine.Option;

/** How much a command says. The same options in each command that talks to a service. */
final class Verbosity {
    @Option(
            order = 201,
            names = {"-v", "--verbose"},
            description = "Say more: log lines, and a stack trace with an error.")
    boolean verbose;

    @Option(
            order = 202,
            names = {"-q", "--quiet"},
            description = "Say nothing but the output and errors.")
    boolean quiet;

    /** What each command does first: checks the flags that Java was started with, and sets what is logged. */
    void begin() {
        JvmFlags.check();
        LogLevel.set(verbose ? "debug" : "off"); // errors become a sentence
    }
}
