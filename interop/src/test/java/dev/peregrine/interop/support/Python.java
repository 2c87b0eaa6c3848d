package dev.peregrine.interop.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The Python with pyarrow that the tests use: the environment's {@code PEREGRINE_PYTHON}, else the path's
 * {@code python3}. Tests without one are skipped, but fail where it must be there: with {@code CI=true} in the
 * environment or with {@code -Dperegrine.interop.required=true}. Any thread.
 */
public final class Python implements ExecutionCondition {
    /** Where the Python programs of the tests are. Surefire runs tests in the folder of their module. */
    static final Path PROGRAMS = Path.of("src", "test", "python").toAbsolutePath();

    private static final long PROBE_SECONDS = 30;

    Python() {}

    /** The interpreter; throws if there is none. */
    public static String interpreter() {
        String reason = Found.MISSING;
        if (reason != null) {
            throw new IllegalStateException(reason);
        }
        return Found.INTERPRETER;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String reason = Found.MISSING;
        if (reason == null) {
            return ConditionEvaluationResult.enabled("pyarrow " + Found.VERSION + " of " + Found.INTERPRETER);
        }
        if (required()) {
            throw new IllegalStateException(reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    private static boolean required() {
        return "true".equals(System.getenv("CI")) || Boolean.getBoolean("peregrine.interop.required");
    }

    /** Looked for once. */
    private static final class Found {
        static final String INTERPRETER;
        static final String VERSION;
        static final @Nullable String MISSING;

        static {
            String named = System.getenv("PEREGRINE_PYTHON");
            INTERPRETER = named == null || named.isEmpty() ? "python3" : named;
            String version = "";
            String missing = null;
            try {
                version = probe();
            } catch (IOException e) {
                missing = INTERPRETER + " cannot run a program with pyarrow (" + e.getMessage()
                        + "); install pyarrow and numpy, or name a Python that has them in PEREGRINE_PYTHON";
            }
            VERSION = version;
            MISSING = missing;
        }

        private static String probe() throws IOException {
            String program = "import numpy, pyarrow.flight; print(pyarrow.__version__)";
            Process process = new ProcessBuilder(List.of(INTERPRETER, "-c", program))
                    .redirectErrorStream(true)
                    .start();
            try {
                if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("no answer within " + PROBE_SECONDS + " s");
                }
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                if (process.exitValue() != 0) {
                    throw new IOException("it ended with " + process.exitValue()
                            + (output.isEmpty() ? "" : ": " + output.substring(output.lastIndexOf('\n') + 1)));
                }
                return output;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
