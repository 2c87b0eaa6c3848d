package dev.peregrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cli.Typed.Typist;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.folder.FolderService;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code peregrine verify}: what is equal is said to be, and a service that changes anything is found out. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class VerifyCommandTest {
    private static final int ROWS = 10;
    private static final int BATCHES = 3;

    @TempDir
    Path files;

    @TempDir
    Path store;

    private final Forger forger = new Forger();
    private FlightServer server;
    private String uri;

    @BeforeEach
    void serve() throws IOException {
        Files.createDirectory(files.resolve("sub"));
        write(files.resolve("sub").resolve("numbers.arrows"));
        forger.honest = FolderService.open(store);
        server = FlightServer.builder("grpc://localhost:0", forger).start();
        uri = server.location().uri();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Three batches of a number, counted on from 0, and a word of a dictionary. */
    private static void write(Path file) throws IOException {
        DictionaryEncoding encoding = new DictionaryEncoding(7, false, new ArrowType.Int(32, true));
        Field n = new Field("n", FieldType.nullable(new ArrowType.Int(32, true)), null);
        Field word = new Field("word", new FieldType(true, encoding.getIndexType(), encoding), null);
        try (BufferAllocator allocator = new RootAllocator();
                VarCharVector words = new VarCharVector("words", allocator);
                VectorSchemaRoot root =
                        VectorSchemaRoot.create(new Schema(List.of(n, word), Map.of("made by", "a test")), allocator);
                OutputStream out = Files.newOutputStream(file)) {
            words.setSafe(0, "alpha".getBytes(UTF_8));
            words.setSafe(1, "beta".getBytes(UTF_8));
            words.setValueCount(2);
            MapDictionaryProvider dictionaries = new MapDictionaryProvider(new Dictionary(words, encoding));
            try (ArrowStreamWriter writer = new ArrowStreamWriter(root, dictionaries, out)) {
                for (int batch = 0; batch < BATCHES; batch++) {
                    for (int row = 0; row < ROWS; row++) {
                        ((IntVector) root.getVector(0)).setSafe(row, batch * ROWS + row);
                        ((IntVector) root.getVector(1)).setSafe(row, row % 2);
                    }
                    root.setRowCount(ROWS);
                    writer.writeBatch();
                }
            }
        }
    }

    /** A folder that answers gets with something else than it was given. */
    private static final class Forger implements FlightService {
        private FlightService honest;

        /** What becomes of the third batch; null for nothing. */
        UnaryOperator<ArrowRecordBatch> batches = batch -> batch;

        UnaryOperator<ArrowDictionaryBatch> dictionaries = dictionary -> dictionary;
        UnaryOperator<Schema> schemas = schema -> schema;
        boolean refuses;

        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            return honest.getFlightInfo(call, descriptor);
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            if (refuses) {
                throw FlightInvalidArgumentException.of("no words, please");
            }
            honest.doPut(call, in, acks);
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            int[] seen = {0};
            Object forged = Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {FlightStreamWriter.class},
                    (proxy, method, arguments) -> {
                        Object[] changed = arguments == null ? new Object[0] : arguments.clone();
                        for (int i = 0; i < changed.length; i++) {
                            if (changed[i] instanceof Schema schema) {
                                changed[i] = schemas.apply(schema);
                            } else if (changed[i] instanceof ArrowDictionaryBatch dictionary) {
                                changed[i] = dictionaries.apply(dictionary);
                            } else if (changed[i] instanceof ArrowRecordBatch batch && ++seen[0] == BATCHES) {
                                changed[i] = batches.apply(batch);
                            }
                            if (changed[i] == null) {
                                return null;
                            }
                        }
                        try {
                            return method.invoke(out, changed);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            honest.doGet(call, ticket, (FlightStreamWriter) forged);
        }
    }

    private Typed verify() {
        return Typed.command("verify", files.toString(), uri);
    }

    private void assertDiffers(String where) {
        Typed verified = verify();
        assertThat(verified.err()).isEmpty();
        assertThat(verified.out()).isEqualTo("differs    sub/numbers.arrows: " + where + "\n1 file: 1 differs\n");
        assertThat(verified.code()).isEqualTo(1);
    }

    @Test
    void filesThatComeBackAreEqual() throws IOException {
        Files.copy(files.resolve("sub").resolve("numbers.arrows"), files.resolve("again.stream"));
        Files.writeString(files.resolve("notes.txt"), "no Arrow");
        Files.writeString(files.resolve(".hidden.arrow"), "no Arrow");
        Typed verified = verify();
        assertThat(verified.err()).isEmpty();
        assertThat(verified.out())
                .isEqualTo("equal      again.stream\nequal      sub/numbers.arrows\n2 files: 2 equal\n");
        assertThat(verified.code()).isZero();
        assertThat(Typed.command("get", uri, "peregrine-verify/sub/numbers.arrows", "-f", "csv")
                        .out()
                        .lines())
                .hasSize(1 + BATCHES * ROWS)
                .contains("29,beta");
    }

    @Test
    void withoutAServiceItIsItsOwn() {
        Typed verified = Typed.command("verify", files.toString());
        assertThat(verified.err()).isEmpty();
        assertThat(verified.out()).isEqualTo("equal      sub/numbers.arrows\n1 file: 1 equal\n");
        assertThat(verified.code()).isZero();
        assertThat(store).isEmptyDirectory();
    }

    @Test
    void thePrefixIsWhereFlightsArePut() {
        assertThat(Typed.command("verify", files.toString(), uri, "--prefix", "a/b")
                        .code())
                .isZero();
        assertThat(store.resolve("a/b/sub")).isNotEmptyDirectory();
    }

    @Test
    void aTerminalIsToldTheSum() {
        assertThat(new Typist()
                        .errTerminal()
                        .type("verify", files.toString(), uri, "--no-progress")
                        .err())
                .matches("Compared 30 rows in 3 batches, .* in .*: .*/s\n");
    }

    @Test
    void oneValueThatChangesIsNamedWithItsPlace() {
        forger.batches = batch -> {
            batch.getBuffers().get(1).setInt(4 * 4, 1234);
            return batch;
        };
        assertDiffers("column 'n', row 24 (4 of batch 2): 1234 instead of 24");
    }

    @Test
    void aNullThatAppearsIsNamed() {
        forger.batches = batch -> {
            batch.getBuffers().get(0).setByte(1, 1);
            return batch;
        };
        assertDiffers("column 'n', row 29 (9 of batch 2): null instead of 29");
    }

    @Test
    void anIndexThatChangesIsNamed() {
        forger.batches = batch -> {
            batch.getBuffers().get(3).setInt(0, 1);
            return batch;
        };
        assertDiffers("column 'word', row 20 (0 of batch 2): 1 instead of 0");
    }

    @Test
    void aDictionaryThatChangesIsNamed() {
        forger.dictionaries = dictionary -> {
            dictionary.getDictionary().getBuffers().get(2).setByte(0, 'A');
            return dictionary;
        };
        assertDiffers("the dictionary of field 'word' in batch 0, value 0: \"Alpha\" instead of \"alpha\"");
    }

    @Test
    void aBatchThatIsLostIsNamed() {
        forger.batches = batch -> null;
        assertDiffers("only 20 rows came back");
    }

    @Test
    void metadataThatIsLostIsNamed() {
        forger.schemas = schema -> new Schema(schema.getFields());
        assertDiffers("metadata 'made by' of the schema is missing instead of \"a test\"");
    }

    @Test
    void aFieldThatChangesIsNamed() {
        forger.schemas = schema -> {
            List<Field> fields = new ArrayList<>(schema.getFields());
            fields.set(0, new Field("n", FieldType.notNullable(new ArrowType.Int(32, true)), null));
            return new Schema(fields, schema.getCustomMetadata());
        };
        assertDiffers("field 'n' may not be null, and may");
    }

    @Test
    void whatTheServiceRefusesIsSaidWithItsWords() {
        forger.refuses = true;
        Typed verified = verify();
        assertThat(verified.out())
                .startsWith("refused    sub/numbers.arrows: ")
                .contains("no words, please")
                .endsWith("\n1 file: 1 refused\n");
        assertThat(verified.code()).isEqualTo(1);
    }

    @Test
    void whatIsNoArrowFileIsSaidAndTheOthersAreVerified() throws IOException {
        Files.writeString(files.resolve("broken.arrow"), "this is no Arrow file at all");
        Typed verified = verify();
        assertThat(verified.out())
                .isEqualTo(
                        "unreadable broken.arrow: it is no Arrow file: it begins neither with ARROW1 nor with the schema"
                                + " of an IPC stream\nequal      sub/numbers.arrows\n2 files: 1 equal, 1 unreadable\n");
        assertThat(verified.code()).isEqualTo(1);
    }

    @Test
    void aFolderWithoutFilesAndOneThatIsNotThereAreErrors(@TempDir Path empty) {
        Typed nothing = Typed.command("verify", empty.toString(), uri);
        assertThat(nothing.code()).isEqualTo(7);
        assertThat(nothing.err()).startsWith("peregrine: There is no Arrow file below ");
        Typed missing = Typed.command("verify", empty.resolve("x").toString(), uri);
        assertThat(missing.code()).isEqualTo(7);
        assertThat(missing.err()).endsWith("does not exist.\n");
    }

    @Test
    void aServiceThatIsNotThereEndsIt() {
        server.close();
        Typed verified = verify();
        assertThat(verified.out()).isEmpty();
        assertThat(verified.code()).isEqualTo(3);
    }
}
