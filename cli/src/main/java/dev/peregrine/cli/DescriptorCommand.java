package dev.peregrine.cli;

import dev.peregrine.protocol.FlightDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One thread. A command about one flight: named by a path after the URI, or by {@code --command}. */
abstract class DescriptorCommand extends FlightCommand {
    @Parameters(index = "1..*", hidden = true)
    List<String> operands = new ArrayList<>();

    @Option(
            names = {"-c", "--command"},
            paramLabel = "TEXT",
            description = "Name the flight by a command (such as a query) instead of a path.")
    @Nullable
    String commandText;

    DescriptorCommand(Terminal terminal) {
        super(terminal);
    }

    /** The flight; takes its operand if it has one. */
    FlightDescriptor takeDescriptor() {
        if (commandText != null) {
            return FlightDescriptor.command(commandText);
        }
        if (operands.isEmpty()) {
            throw wrong("Which flight? Give its path, such as a/b, or --command TEXT.");
        }
        return FlightArguments.path(operands.remove(0));
    }

    /** After everything has been taken nothing may be left. */
    void noMoreOperands() {
        if (!operands.isEmpty()) {
            throw wrong("What is '" + operands.get(0) + "' for? There is no such operand here.");
        }
    }
}
