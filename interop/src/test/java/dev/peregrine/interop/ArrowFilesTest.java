package dev.peregrine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.interop.parade.Parade;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.folder.FolderService;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.MetadataVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real files of every type: written by pyarrow, carried by us in each way that there is, read and compared by pyarrow, value
 * by value and with metadata.
 */
@Tag("interop")
@WithPython
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ArrowFilesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Cases that Arrow for Java 19 has no vectors for, and what a reader says to who asks for a root. The folder passes
     * them on: it needs no vectors.
     */
    static final Map<String, String> NO_VECTORS = Map.of(
            "decimal32", "Arrow for Java has no vector for d3_2: Decimal(3, 2, 32)",
            "decimal64", "Arrow for Java has no vector for d10_2: Decimal(10, 2, 64)");

    private Path folder;
    private FlightServer server;
    private FlightClient client;
    private FlightClient toPyarrow;
    private BufferAllocator allocator;
    private ChildProcess pyarrowServer;
    private ChildProcess checks;

    @BeforeAll
    void start(BufferAllocator allocator, @TempDir Path folder) throws IOException {
        this.allocator = allocator;
        this.folder = folder;
        try (ChildProcess writer = ChildProcess.python("arrow_files.py", List.of("write", folder))) {
            writer.finish(PATIENCE);
        }
        IntervalFile.write(folder, allocator);
        server = FlightServer.builder("grpc://127.0.0.1:0", FolderService.open(folder))
                .allocator(allocator)
                .start();
        client = FlightClient.builder("grpc://127.0.0.1:" + server.port())
                .allocator(allocator)
                .build();
        pyarrowServer = ChildProcess.pythonPeer("server.py", "--folder", folder);
        toPyarrow = FlightClient.builder("grpc://127.0.0.1:" + pyarrowServer.port())
                .allocator(allocator)
                .build();
        checks = ChildProcess.pythonPeer("file_checks.py", "grpc://127.0.0.1:" + server.port(), folder);
    }

    @AfterAll
    void stop() {
        Stream.of(checks, toPyarrow, pyarrowServer, client, server).forEach(ArrowFilesTest::close);
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    private static void close(AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** All files: name.arrow and name_stream.arrows. */
    static Stream<String> files() {
        try (ChildProcess names = ChildProcess.python("arrow_files.py", List.of("names"))) {
            return Stream.concat(names.finish(PATIENCE).stream(), Stream.of("interval"))
                    .flatMap(n -> Stream.of(n + ".arrow", n + "_stream.arrows"))
                    .filter(f -> !f.equals("dictionary_replaced.arrow")) // for streams only
                    .toList()
                    .stream();
        }
    }

    /** Those that Arrow for Java has vectors for. */
    static Stream<String> filesWithVectors() {
        return files().filter(f -> !NO_VECTORS.containsKey(caseOf(f)));
    }

    private static String name(String file) {
        return file.substring(0, file.indexOf('.'));
    }

    private static String caseOf(String file) {
        return name(file).replaceFirst("_stream$", "");
    }

    // pyarrow's client, our folder

    @ParameterizedTest
    @MethodSource("files")
    void pyarrowGetsTheFile(String file) {
        checks.check("served " + name(file) + " " + file, PATIENCE);
        checks.check("listed " + name(file), PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("files")
    void pyarrowPutsTheFile(String file) {
        checks.check("put " + file + " put/" + name(file), PATIENCE);
        checks.check("equal put/" + name(file) + " " + file, PATIENCE);
        checks.check("nothing_left", PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "primitive.arrow",
                "unions.arrow",
                "unions_sliced.arrow",
                "run_end_encoded.arrow",
                "dictionary.arrow"
            })
    void pyarrowPutsTheFileInMetadataVersion4(String file) {
        checks.check("put_v4 " + file + " put_v4/" + name(file), PATIENCE);
        checks.check("equal put_v4/" + name(file) + " " + file, PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unions_stream.arrows", "run_end_encoded_stream.arrows"})
    void ourClientPutsTheFileToPyarrowInMetadataVersion4(String file) throws IOException {
        String copy = "v4_to_pyarrow_" + name(file) + ".arrows";
        CallOptions v4 = CallOptions.NONE.write(IpcWriteOptions.DEFAULT.version(MetadataVersion.V4));
        try (FlightStreamReader reader = client.doGet(Ticket.of(name(file)));
                FlightPut put = toPyarrow.doPut(
                        FlightDescriptor.path("file", copy), reader.schema(), reader.dictionaries(), v4)) {
            while (reader.next()) {
                put.writer().write(reader.root());
            }
            put.writer().doneWriting();
        }
        checks.check("equal " + copy + " " + file, PATIENCE);
        Files.delete(folder.resolve(copy));
    }

    @ParameterizedTest
    @MethodSource("files")
    void pyarrowExchangesTheFile(String file) {
        checks.check("echo " + file, PATIENCE);
    }

    // Our client between pyarrow's server and our folder

    @ParameterizedTest
    @MethodSource("filesWithVectors")
    void ourClientCarriesTheFile(String file) {
        try (FlightStreamReader reader = toPyarrow.doGet(Ticket.of("file:" + file));
                FlightPut put = client.doPut(
                        FlightDescriptor.path("carried", name(file)), reader.schema(), reader.dictionaries())) {
            while (reader.next()) {
                put.writer().write(reader.root());
            }
            put.writer().doneWriting();
        }
        checks.check("equal carried/" + name(file) + " " + file, PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("filesWithVectors")
    void ourClientPutsTheFileToPyarrow(String file) throws IOException {
        String copy = "to_pyarrow_" + name(file) + ".arrows";
        FlightDescriptor descriptor = FlightDescriptor.path("file", copy);
        try (FlightStreamReader reader = client.doGet(Ticket.of(name(file)));
                FlightPut put = toPyarrow.doPut(descriptor, reader.schema(), reader.dictionaries())) {
            while (reader.next()) {
                put.writer().write(reader.root());
            }
            put.writer().doneWriting();
        }
        checks.check("equal " + copy + " " + file, PATIENCE);
        Files.delete(folder.resolve(copy));
    }

    @ParameterizedTest
    @MethodSource("filesWithVectors")
    void ourClientExchangesTheFileWithPyarrow(String file) {
        FlightDescriptor echo = FlightDescriptor.command("echo");
        try (FlightStreamReader reader = client.doGet(Ticket.of(name(file)));
                FlightExchange exchange = toPyarrow.doExchange(echo);
                FlightPut put = exchangeInto(exchange, reader, "exchanged/" + name(file))) {
            put.writer().doneWriting();
        }
        checks.check("equal exchanged/" + name(file) + " " + file, PATIENCE);
    }

    /** Sends all batches through the exchange and puts what comes back. */
    private FlightPut exchangeInto(FlightExchange exchange, FlightStreamReader reader, String name) {
        FlightStreamWriter out = exchange.writer();
        out.begin(reader.schema(), reader.dictionaries());
        FlightPut put = null;
        FlightStreamReader back = exchange.reader();
        while (reader.next()) {
            out.write(reader.root());
            if (put == null) {
                put = client.doPut(FlightDescriptor.path(name.split("/")), back.schema(), back.dictionaries());
            }
            assertThat(back.next()).isTrue();
            put.writer().write(back.root());
        }
        out.doneWriting();
        if (put == null) {
            put = client.doPut(FlightDescriptor.path(name.split("/")), back.schema(), back.dictionaries());
        }
        assertThat(back.next()).isFalse();
        return put;
    }

    /** The folder passes it on, but who asks for a root gets a clear error, and nothing else breaks. */
    @ParameterizedTest
    @MethodSource("filesWithoutVectors")
    void whatJavaCannotLoadIsAClearError(String file) {
        String reason = NO_VECTORS.get(caseOf(file));
        try (FlightStreamReader reader = toPyarrow.doGet(Ticket.of("file:" + file))) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(FlightException.class)
                    .hasMessageContaining(reason)
                    .hasMessageContaining("DoGet");
        }
        checks.check("nothing_left", PATIENCE);
        try (FlightStreamReader reader = client.doGet(Ticket.of("primitive"))) {
            assertThat(reader.next()).isTrue();
        }
    }

    static Stream<String> filesWithoutVectors() {
        return files().filter(f -> NO_VECTORS.containsKey(caseOf(f)));
    }

    // Dictionaries that change

    /** pyarrow sends what was added to a dictionary only; the reader's dictionary grows. */
    @Test
    void deltaDictionariesOfPyarrow() {
        carry("deltas:dictionary_growing", "deltas/growing");
        checks.check("deltas deltas/growing dictionary_growing", PATIENCE);
    }

    /** Where nothing was only added, pyarrow replaces the dictionary although it may send deltas. */
    @Test
    void replacedDictionariesOfPyarrow() {
        carry("deltas:dictionary_replaced", "deltas/replaced");
        checks.check("deltas deltas/replaced dictionary_replaced", PATIENCE);
    }

    @Test
    void nestedDictionariesOfPyarrowWithDeltas() {
        carry("deltas:nested_dictionary", "deltas/nested");
        checks.check("deltas deltas/nested nested_dictionary", PATIENCE);
    }

    private void carry(String ticket, String name) {
        try (FlightStreamReader reader = toPyarrow.doGet(Ticket.of(ticket));
                FlightPut put =
                        client.doPut(FlightDescriptor.path(name.split("/")), reader.schema(), reader.dictionaries())) {
            while (reader.next()) {
                put.writer().write(reader.root());
            }
            put.writer().doneWriting();
        }
    }

    @Test
    void compressedStreamsOfPyarrow() {
        for (String codec : List.of("lz4", "zstd")) {
            try (FlightStreamReader reader = toPyarrow.doGet(Ticket.of("compressed:" + codec))) {
                for (int n = 0; n < Parade.BATCHES; n++) {
                    assertThat(reader.next()).isTrue();
                    Parade.assertInts(reader.root(), n);
                }
                assertThat(reader.next()).isFalse();
            }
        }
    }
}
