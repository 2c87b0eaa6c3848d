package dev.peregrine.interop.support;

import java.time.Duration;
import java.util.List;

/** The command {@code peregrine} in a process of its own. Test thread. */
public final class CommandLine {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private CommandLine() {}

    /** Starts a command that goes on. */
    public static ChildProcess start(Object... arguments) {
        try {
            // By name, because the command line is a program and not a library.
            return ChildProcess.program(
                    Class.forName("dev.peregrine.cli.Peregrine"),
                    List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                    arguments);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** What a command prints; fails unless it ends well. */
    public static List<String> run(Object... arguments) {
        return ending(0, arguments);
    }

    /** What a command prints; fails unless it ends with that exit code. */
    public static List<String> ending(int exitCode, Object... arguments) {
        try (ChildProcess command = start(arguments)) {
            return command.finish(PATIENCE, exitCode);
        }
    }
}
