package dev.peregrine.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. {@link #main} makes the command that was named, and only that one: starting the others would cost time that
 * people wait for.
 */
@Command(
        name = "peregrine",
        synopsisSubcommandLabel = "COMMAND",
        description = "Arrow Flight: serves record batches, and moves them to and from any Flight service.",
        mixinStandardHelpOptions = true,
        versionProvider = Peregrine.Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  peregrine demo                                       see it work, and how fast",
            "  peregrine serve data/                                serve the Arrow files of a folder",
            "  peregrine list grpc://localhost:8815                 what does that server have?",
            "  peregrine get grpc://localhost:8815 trades --head 10 look at a flight",
            "",
            "'peregrine help COMMAND' says more of each command."
        })
public final class Peregrine implements Runnable {
    private final CommandSpec spec = CommandSpec.forAnnotatedObject(this);

    private Peregrine() {}

    /** Runs the command line and ends the process. */
    public static void main(String[] args) {
        JvmFlags.prepare();
        Terminal terminal = Terminal.ofProcess();
        int code = run(terminal, args);
        terminal.err().flush();
        System.exit(code);
    }

    /** Runs one command and returns its exit code; nothing is written but to this terminal. */
    static int run(Terminal terminal, String... args) {
        CommandLine line = commandLine(terminal, args.length > 0 ? args[0] : "");
        return line.execute(args);
    }

    private static Map<String, Supplier<Object>> commands(Terminal terminal) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("demo", () -> new DemoCommand(terminal));
        commands.put("serve", () -> new ServeCommand(terminal));
        commands.put("list", () -> new ListCommand(terminal));
        commands.put("info", () -> new InfoCommand(terminal));
        commands.put("schema", () -> new SchemaCommand(terminal));
        commands.put("get", () -> new GetCommand(terminal));
        commands.put("put", () -> new PutCommand(terminal));
        commands.put("exchange", () -> new ExchangeCommand(terminal));
        commands.put("actions", () -> new ActionsCommand(terminal));
        commands.put("action", () -> new ActionCommand(terminal));
        commands.put("wait", () -> new WaitCommand(terminal));
        commands.put("verify", () -> new VerifyCommand(terminal));
        commands.put("bench", () -> new BenchCommand(terminal));
        commands.put("help", HelpCommand::new);
        commands.put("generate-completion", GenerateCompletion::new);
        return commands;
    }

    /** The command line with the one command of that name, or with all of them if there is none. */
    static CommandLine commandLine(Terminal terminal, String first) {
        CommandLine line = new CommandLine(new Peregrine().spec);
        Map<String, Supplier<Object>> commands = commands(terminal);
        Supplier<Object> named =
                first.equals("help") || first.equals("generate-completion") ? null : commands.get(first);
        if (named != null) {
            line.addSubcommand(first, named.get());
        } else {
            commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        }
        line.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(UsageMessageSpec.keyValuesMap(ExitCode.TABLE));
        boolean colours = terminal.outIsTerminal() && terminal.environment().apply("NO_COLOR") == null;
        return line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(Help.defaultColorScheme(colours ? Help.Ansi.ON : Help.Ansi.OFF))
                .setUsageHelpWidth(100)
                .setExpandAtFiles(false) // @FILE is how the body of an action is read from a file
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, args) -> wrongUsage(terminal, e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(terminal, e, parsed));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? 'peregrine --help' lists them.");
    }

    private static int wrongUsage(Terminal terminal, ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        String message = String.valueOf(e.getMessage());
        terminal.err().println("peregrine: " + message + (message.endsWith(".") ? "" : "."));
        UnmatchedArgumentException.printSuggestions(e, e.getCommandLine().getErr());
        if (!message.contains("--help")) {
            terminal.err().println("Try '" + name + " --help'.");
        }
        return ExitCode.USAGE;
    }

    private static int failed(Terminal terminal, Exception e, ParseResult parsed) {
        if (e instanceof ParameterException usage) {
            return wrongUsage(terminal, usage);
        }
        if (ErrorSentence.isBrokenPipe(e)) {
            return ExitCode.OK;
        }
        String sentence = ErrorSentence.of(e);
        terminal.err().println("peregrine: " + sentence + (sentence.matches(".*[.!?]") ? "" : "."));
        if (parsed.subcommand() != null && parsed.subcommand().hasMatchedOption("--verbose")) {
            e.printStackTrace(terminal.err());
        }
        return ExitCode.of(e);
    }

    /** Knows the version from the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Peregrine.class.getPackage().getImplementationVersion();
            return new String[] {
                "peregrine " + (version == null ? "(not from a jar)" : version) + ", Java "
                        + Runtime.version().feature() + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch")
            };
        }
    }
}
