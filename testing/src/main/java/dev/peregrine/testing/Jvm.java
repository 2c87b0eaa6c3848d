package dev.peregrine.testing;

import java.util.ArrayList;
import java.util.List;

/** Any thread. The command line of a JVM of its own for a test: this one's Java and class path, and the flags that Arrow needs. */
public final class Jvm {
    private static final int FIRST_WITH_WARNINGS = 24;

    private Jvm() {}

    /** Runs {@code main}; {@code flags} are more for the JVM. May be added to. */
    public static List<String> command(Class<?> main, List<String> flags, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
        if (Runtime.version().feature() >= FIRST_WITH_WARNINGS) {
            command.add("--sun-misc-unsafe-memory-access=allow");
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }
}
