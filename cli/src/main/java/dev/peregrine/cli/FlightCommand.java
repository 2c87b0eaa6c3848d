package dev.peregrine.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One thread. A command that talks to a Flight service. */
@Command(
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n")
abstract class FlightCommand implements Callable<Integer> {
    final Terminal terminal;

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "URI",
            description = "Where the service is: grpc://HOST:PORT, grpc+tls://HOST:PORT, "
                    + "grpc+unix:///PATH, or just HOST:PORT.")
    String uri = "";

    @Mixin
    ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    Verbosity verbosity = new Verbosity();

    FlightCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public final Integer call() throws Exception {
        verbosity.begin();
        try (Connection opened = new Connection(connection, ConnectionOptions.location(uri), terminal)) {
            return run(opened);
        }
    }

    /** Does what the command is for; returns the exit code. */
    abstract int run(Connection connection) throws Exception;

    /** The command line is wrong in a way that picocli cannot know. */
    ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets it");
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
