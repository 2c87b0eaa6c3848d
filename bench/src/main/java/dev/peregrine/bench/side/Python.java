package dev.peregrine.bench.side;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The Python with pyarrow, if there is one: the environment's {@code PEREGRINE_PYTHON}, else the path's {@code python3}. */
record Python(String command, String pyarrow) {
    private static final int SECONDS = 60;

    static Optional<Python> find() throws InterruptedException {
        String named = System.getenv("PEREGRINE_PYTHON");
        return with(named == null ? "python3" : named);
    }

    /** This Python, if it has pyarrow. */
    static Optional<Python> with(String command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            command, "-c", "import pyarrow, pyarrow.flight; print(pyarrow.__version__)")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return process.exitValue() == 0 ? Optional.of(new Python(command, said)) : Optional.empty();
        } catch (IOException noSuchProgram) {
            return Optional.empty();
        }
    }
}
