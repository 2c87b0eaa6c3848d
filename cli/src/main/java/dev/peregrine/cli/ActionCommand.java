package dev.peregrine.cli;

import dev.peregrine.client.FlightIterable;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code peregrine action}: DoAction. */
@Command(
        name = "action",
        description =
                "Has a service do something, and prints what it answers: a line a result, base64 if it is no text.",
        footer = {
            "  peregrine action grpc://localhost:8815 healthcheck",
            "  peregrine action grpc://localhost:8815 stat sales/2024",
            "  peregrine action grpc://localhost:8815 compact @request.json --raw > answer.bin"
        })
final class ActionCommand extends FlightCommand {
    @Parameters(index = "1", paramLabel = "TYPE", description = "Which action; 'peregrine actions URI' lists them.")
    String type = "";

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "BODY",
            description =
                    "What to send with it: text, or @FILE for the bytes of a file, or @- for those of standard input.")
    String body = "";

    @Option(names = "--raw", description = "Write the results as they are, one after another.")
    boolean raw;

    ActionCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(Connection connection) throws IOException {
        Action action = new Action(type, bytes());
        try (FlightIterable<Result> results = connection.client().doAction(action, connection.callOptions())) {
            for (Result result : results) {
                if (raw) {
                    terminal.out().write(result.body());
                } else {
                    terminal.print(line(result.body()));
                }
            }
        }
        return ExitCode.OK;
    }

    private byte[] bytes() throws IOException {
        if (body.equals("@-")) {
            return terminal.in().readAllBytes();
        }
        return body.startsWith("@")
                ? Files.readAllBytes(Path.of(body.substring(1)))
                : body.getBytes(StandardCharsets.UTF_8);
    }

    private static String line(byte[] result) {
        String text =
                BytesText.asText(result).orElseGet(() -> Base64.getEncoder().encodeToString(result));
        return text.endsWith("\n") ? text : text + "\n";
    }
}
