package dev.peregrine.interop.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.CallHeaders;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What middleware has been told, a line each. Any thread. */
final class Steps {
    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    void add(String line) {
        lines.add(line);
    }

    /** The next one; waits for it. */
    String next() throws InterruptedException {
        String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(line).as("something that the middleware was told").isNotNull();
        return line;
    }

    /** All until a call is over, its end included; waits for it. */
    List<String> ofACall() throws InterruptedException {
        List<String> steps = new ArrayList<>();
        do {
            steps.add(next());
        } while (!steps.get(steps.size() - 1).startsWith("completed"));
        return steps;
    }

    /** Those that nobody has asked for yet. */
    List<String> rest() {
        List<String> rest = new ArrayList<>();
        lines.drainTo(rest);
        return rest;
    }

    /** The headers whose names begin with x-, as {@code " x-name=value,value"}; binary values in hexadecimal. */
    static String shown(CallHeaders headers) {
        return shown(headers.names(), headers::getAll, headers::getAllBinary);
    }

    /** The same of flight-core's. */
    static String shown(org.apache.arrow.flight.CallHeaders headers) {
        return shown(headers.keys(), headers::getAll, headers::getAllByte);
    }

    private static String shown(
            Iterable<String> names,
            Function<String, Iterable<String>> texts,
            Function<String, Iterable<byte[]>> binaries) {
        TreeSet<String> sorted = new TreeSet<>();
        names.forEach(sorted::add);
        StringBuilder shown = new StringBuilder();
        for (String name : sorted) {
            if (name.startsWith("x-")) {
                StringJoiner values = new StringJoiner(",");
                if (name.endsWith("-bin")) {
                    binaries.apply(name).forEach(value -> values.add(hex(value)));
                } else {
                    texts.apply(name).forEach(values::add);
                }
                shown.append(' ').append(name).append('=').append(values);
            }
        }
        return shown.toString();
    }

    static String hex(byte[] value) {
        return HexFormat.of().formatHex(value);
    }

    /** A method's name as the others write it: DoGet is DO_GET. */
    static String upperCase(String method) {
        return method.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }
}
