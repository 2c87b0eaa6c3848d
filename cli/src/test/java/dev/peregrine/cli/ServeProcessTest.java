package dev.peregrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cli.Typed.Typist;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own, as people run it. */
@Timeout(60)
class ServeProcessTest {
    @TempDir
    Path folder;

    private Process peregrine(boolean withFlags, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (withFlags) {
            command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
            if (Runtime.version().feature() >= 24) {
                command.add("--sun-misc-unsafe-memory-access=allow");
                command.add("--enable-native-access=ALL-UNNAMED");
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Peregrine.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("stderr").toFile())
                .start();
    }

    @Test
    void saysWhereItListensAndEndsOnSigterm() throws IOException, InterruptedException {
        Files.createDirectory(folder.resolve("data"));
        Process serve = peregrine(true, "serve", folder.resolve("data").toString(), "--port", "0", "--drain", "1s");
        try {
            BufferedReader out = new BufferedReader(new InputStreamReader(serve.getInputStream(), UTF_8));
            String first = out.readLine();
            assertThat(first).matches("Serving " + folder.resolve("data") + " on grpc://localhost:[0-9]+");
            String uri = first.substring(first.lastIndexOf(' ') + 1);
            assertThat(new Typist().in("a,b\n1,x\n").type("put", uri, "t").err())
                    .isEmpty();
            assertThat(Typed.command("get", uri, "t", "-f", "csv").out()).isEqualTo("a,b\n1,x\n");
            serve.toHandle().destroy(); // SIGTERM; Process.destroy would close the streams, too
            assertThat(serve.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(serve.exitValue()).isEqualTo(143);
            assertThat(out.readLine()).isNull();
            assertThat(folder.resolve("stderr")).isEmptyFile();
        } finally {
            serve.destroyForcibly();
        }
    }

    @Test
    void saysWhichFlagOfTheVirtualMachineIsMissing() throws IOException, InterruptedException {
        Process list = peregrine(false, "list", "localhost:1");
        assertThat(list.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(list.exitValue()).isEqualTo(1);
        assertThat(folder.resolve("stderr"))
                .hasContent(
                        "peregrine: Java was started without --add-opens=java.base/java.nio=ALL-UNNAMED, which Arrow needs; add it, or"
                                + " use ./peregrine or java -jar peregrine.jar, which have it.");
    }
}
