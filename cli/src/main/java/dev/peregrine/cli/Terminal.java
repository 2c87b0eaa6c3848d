package dev.peregrine.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. The process's streams, and what is known of those who look at them. Tests make their own. {@code out} is the bare
 * file: {@link System#out} would hide that a reader has gone.
 *
 * @param width the columns of the terminal, or 0 if none is known
 * @param environment gives a variable's value or null
 */
record Terminal(
        InputStream in,
        OutputStream out,
        PrintStream err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        int width,
        boolean unicode,
        UnaryOperator<@Nullable String> environment) {

    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    /** The terminal that this process was started from. */
    static Terminal ofProcess() {
        boolean outIsTerminal = isTerminal(STDOUT);
        boolean errIsTerminal = isTerminal(STDERR);
        boolean utf8 = System.getProperty("native.encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("utf");
        PrintStream err = new PrintStream(
                new FileOutputStream(FileDescriptor.err),
                true,
                utf8 ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII);
        return new Terminal(
                System.in,
                new FileOutputStream(FileDescriptor.out),
                err,
                outIsTerminal,
                errIsTerminal,
                outIsTerminal || errIsTerminal ? columns() : 0,
                utf8,
                System::getenv);
    }

    /** Writes text to standard output, in UTF-8. */
    void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Asks for a secret that does not show as it is typed; null if there is nobody to ask. */
    char @Nullable [] askForPassword(String prompt) {
        Console console = System.console();
        return console == null ? null : console.readPassword("%s", prompt);
    }

    /** Java only says whether input and output both are terminals; Linux tells of each. */
    private static boolean isTerminal(int descriptor) {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
        } catch (IOException | RuntimeException noProc) {
            return System.console() != null
                            && !System.getProperty("os.name", "").startsWith("Windows")
                    ? answers("test", "-t", Integer.toString(descriptor))
                    : System.console() != null;
        }
    }

    private static boolean answers(String... command) {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            return process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Asks stty, which asks the terminal; Java has no such call. */
    private static int columns() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Redirect.from(Path.of("/dev/tty").toFile()))
                    .redirectError(Redirect.DISCARD)
                    .start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .trim()
                    .split(" ");
            int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
            return columns > 0 ? columns : 80;
        } catch (IOException | NumberFormatException e) {
            return 80;
        }
    }

    /** The password of a private key: as given, or else of the environment; null for none. */
    @Nullable
    String keyPassword(@Nullable String given) {
        return given != null ? given : environment().apply("PEREGRINE_KEY_PASSWORD");
    }
}
