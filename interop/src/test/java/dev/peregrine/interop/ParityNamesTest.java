package dev.peregrine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightClientMiddleware;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.OutboundStreamListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** docs/parity.md forgets nothing that the others have. */
@Tag("interop")
@WithPython
@Timeout(120)
class ParityNamesTest {
    private static final String PYARROW = "26.";

    private static final List<Class<?>> FLIGHT_CORE = List.of(
            FlightClient.class,
            FlightClient.Builder.class,
            FlightClient.ClientStreamListener.class,
            FlightClient.ExchangeReaderWriter.class,
            FlightClientMiddleware.class,
            FlightClientMiddleware.Factory.class,
            FlightStream.class,
            OutboundStreamListener.class,
            CallOptions.class,
            CallStatus.class,
            FlightServer.Builder.class,
            FlightServerMiddleware.class,
            FlightServerMiddleware.Factory.class,
            FlightProducer.class,
            FlightProducer.CallContext.class,
            FlightProducer.ServerStreamListener.class);

    /** What is the same for any class, and the end of each builder. */
    private static final Set<String> OF_ALL = Set.of("build", "builder", "equals", "hashCode", "toString");

    /** The words of the headings, and of what stands in the first column, below headings with this word. */
    private static Set<String> named(String peer) throws IOException {
        Set<String> words = new HashSet<>();
        boolean isMeant = false;
        for (String line : Files.readAllLines(Path.of("..", "docs", "parity.md"))) {
            if (line.startsWith("## ")) {
                isMeant = line.contains(peer);
            }
            if (isMeant && (line.startsWith("## ") || line.startsWith("|"))) {
                String theirs = line.startsWith("|") ? line.substring(1).split("(?<!\\\\)\\|")[0] : line;
                Pattern.compile("\\w+").matcher(theirs).results().forEach(word -> words.add(word.group()));
            }
        }
        return words;
    }

    @Test
    void allOfPyarrow() throws IOException {
        List<String> names;
        try (ChildProcess program = ChildProcess.python("names.py", List.of())) {
            names = program.finish(ChildProcess.PATIENCE);
        }
        assertThat(names).hasSizeGreaterThan(100);
        if (!names.get(0).startsWith(PYARROW)) {
            return; // The comparison is with that version; another one may have more, which is no error of ours.
        }
        Set<String> named = named("pyarrow");
        assertThat(names.subList(1, names.size()))
                .allSatisfy(name -> assertThat(named).contains(name.substring(name.indexOf('.') + 1)));
    }

    @Test
    void flightCoresClientAndServer() throws IOException {
        Set<String> named = named("flight-core");
        Set<String> missing = new TreeSet<>();
        for (Class<?> type : FLIGHT_CORE) {
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())
                        && !method.isSynthetic()
                        && !named.contains(method.getName())
                        && !OF_ALL.contains(method.getName())) {
                    missing.add(type.getSimpleName() + "." + method.getName());
                }
            }
        }
        assertThat(missing).isEmpty();
    }
}
