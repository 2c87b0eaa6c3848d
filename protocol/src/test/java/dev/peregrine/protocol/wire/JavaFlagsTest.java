package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JavaFlagsTest {
    private static final String OPENS = "--add-opens=java.base/java.nio=ALL-UNNAMED";
    private static final String ALLOW = "--sun-misc-unsafe-memory-access=allow";
    private static final boolean NEWER = Runtime.version().feature() >= 25;

    /** What the spawned JVM runs: the check, then what the check is there for. */
    static final class Probe {
        public static void main(String[] args) {
            try {
                JavaFlags.check();
            } catch (IllegalStateException e) {
                System.out.println("refused: " + e.getMessage());
                return;
            }
            try (RootAllocator allocator = new RootAllocator();
                    ArrowBuf buf = allocator.buffer(64)) {
                buf.setInt(0, 42);
                System.out.println("read " + buf.getInt(0));
            }
        }
    }

    @Test
    void passesHere() {
        assertThatCode(JavaFlags::check).doesNotThrowAnyException();
    }

    @Test
    void withAllFlagsArrowWorks() throws Exception {
        List<String> flags = NEWER ? List.of(OPENS, ALLOW) : List.of(OPENS);
        assertThat(probe(flags)).isEqualTo("read 42");
    }

    @Test
    void namesTheMissingFlags() throws Exception {
        String said = probe(List.of());
        assertThat(said).startsWith("refused: Arrow needs the Java flag").contains(OPENS);
        assertThat(said.contains(ALLOW)).isEqualTo(NEWER);
    }

    @Test
    void namesTheFlagOfNewerJvms() throws Exception {
        String said = probe(List.of(OPENS));
        if (NEWER) {
            assertThat(said)
                    .isEqualTo("refused: Arrow's memory on Netty needs the Java flag " + ALLOW
                            + "; start java with it, or put it into JDK_JAVA_OPTIONS");
        } else {
            assertThat(said).isEqualTo("read 42");
        }
    }

    @Test
    void acceptsNettysOwnSwitch() throws Exception {
        assertThat(probe(List.of(OPENS, "-Dio.netty.noUnsafe=false"))).isEqualTo("read 42");
    }

    @Test
    void saysThatUnsafeWasSwitchedOff() throws Exception {
        assertThat(probe(List.of(OPENS, "-Dio.netty.noUnsafe=true")))
                .isEqualTo(
                        "refused: Arrow's memory on Netty needs Unsafe; start java without -Dio.netty.noUnsafe=true");
    }

    private static String probe(List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path"), Probe.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return out.strip();
        } finally {
            process.destroyForcibly();
        }
    }
}
