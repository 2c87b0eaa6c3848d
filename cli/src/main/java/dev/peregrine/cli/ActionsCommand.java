package dev.peregrine.cli;

import dev.peregrine.cli.format.TextWidth;
import dev.peregrine.protocol.ActionType;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code peregrine actions}: ListActions. */
@Command(
        name = "actions",
        description = "Lists the actions that a service knows.",
        footer = "  peregrine actions grpc://localhost:8815")
final class ActionsCommand extends FlightCommand {
    ActionsCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(Connection connection) throws IOException {
        List<ActionType> actions =
                connection.client().listActions(connection.callOptions()).toList();
        int width = actions.stream()
                .mapToInt(action -> TextWidth.of(TextWidth.visible(action.type())))
                .max()
                .orElse(0);
        for (ActionType action : actions) {
            String type = TextWidth.pad(TextWidth.visible(action.type()), width);
            terminal.print((type + "  " + TextWidth.visible(action.description())).stripTrailing() + "\n");
        }
        return ExitCode.OK;
    }
}
