package dev.peregrine.bench.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.Jvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a program of the fences said. It runs in a JVM with its usual compilers and without leak detectors. */
record Probe(String said) {
    private static final int SECONDS = 150;

    /** {@code folder} is for the file that it writes into. */
    static Probe run(Class<?> main, Path folder, List<String> flags, Object... arguments) throws Exception {
        List<String> usual = List.of(
                "-Xmx1g", "-Dio.netty.leakDetection.level=disabled", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        List<String> all = Stream.concat(usual.stream(), flags.stream()).toList();
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(Jvm.command(main, all, arguments))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended;
        try {
            ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
        Probe probe = new Probe(Files.readString(output));
        assertThat(ended).as("ended, having said %s", probe.said).isTrue();
        return probe;
    }

    /** The number after the words. */
    long number(String words) {
        return number(words, "");
    }

    /** The same in the line that begins with {@code line}. */
    long number(String words, String line) {
        Matcher matcher = Pattern.compile(
                        "^" + Pattern.quote(line) + ".*\\b" + Pattern.quote(words) + " (\\d+)", Pattern.MULTILINE)
                .matcher(said);
        assertThat(matcher.find()).as("'%s' in %s", words, said).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
