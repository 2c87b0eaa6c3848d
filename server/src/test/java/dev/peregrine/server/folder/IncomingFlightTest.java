package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class IncomingFlightTest {

    @TempDir
    Path temp;

    private Path root;
    private FolderPaths paths;

    @BeforeEach
    void open() throws IOException {
        root = temp.toRealPath();
        paths = new FolderPaths(root);
    }

    @Test
    void isNotThereUntilItIsCommitted(BufferAllocator allocator) throws IOException {
        FlightName name = FlightName.parse("new/nested/a");
        try (IncomingFlight incoming = new IncomingFlight(paths, name, Samples.SCHEMA);
                ArrowRecordBatch batch = Samples.batch(allocator, 0, 5)) {
            incoming.write(batch);
            assertThat(paths.list()).isEmpty();
            assertThat(root.resolve("new")).doesNotExist();

            String stored = incoming.commit();

            Path file = root.resolve("new/nested/a.arrow");
            assertThat(paths.find(name)).isEqualTo(file);
            assertThat(stored).isEqualTo("{\"records\":5,\"batches\":1,\"bytes\":" + Files.size(file) + "}");
        }
        assertThat(ids(name, allocator)).isEqualTo(Samples.ids(5));
        assertThat(root).isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void leavesNothingBehindWhenItIsNotCommitted(BufferAllocator allocator) throws IOException {
        try (IncomingFlight incoming = new IncomingFlight(paths, FlightName.parse("new/nested/a"), Samples.SCHEMA);
                ArrowRecordBatch batch = Samples.batch(allocator, 0, 50_000)) {
            incoming.write(batch);
        }

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void replacesAFlightWhileItIsRead(BufferAllocator allocator) throws IOException {
        FlightName name = FlightName.parse("a");
        Path old = Samples.file(allocator, root.resolve("a.arrow"), 1, 1);
        try (FlightMessages reading = FlightMessages.open(old)) {
            reading.next(allocator);
            put(name, Samples.SCHEMA, Samples.batch(allocator, 0, 5));

            assertThat(((ArrowRecordBatch) reading.next(allocator)).getLength()).isEqualTo(1);
            assertThat(reading.next(allocator)).isNull();
        }
        assertThat(ids(name, allocator)).isEqualTo(Samples.ids(5));
    }

    @Test
    void replacesFilesOfTheSameNameWithOtherEndings(BufferAllocator allocator) throws IOException {
        FlightName name = FlightName.parse("a");
        Samples.file(allocator, root.resolve("a.feather"), 1);
        Samples.stream(allocator, root.resolve("a.arrows"), 1);

        put(name, Samples.SCHEMA, Samples.batch(allocator, 0, 5));

        assertThat(root.toFile().list()).containsExactly("a.arrow");
    }

    @Test
    void storesReplacedDictionariesAsAStreamThatThenIsTheFlight(BufferAllocator allocator) throws IOException {
        FlightName name = FlightName.parse("a");
        Samples.file(allocator, root.resolve("a.arrow"), 1);

        put(
                name,
                Samples.DICTIONARY_SCHEMA,
                Samples.cities(allocator, false, "Oslo"),
                Samples.indices(allocator, 0),
                Samples.cities(allocator, false, "Rome"),
                Samples.indices(allocator, 0));

        assertThat(root.toFile().list()).containsExactly("a.arrows");
        assertThat(Samples.citiesOf(allocator, Files.readAllBytes(root.resolve("a.arrows"))))
                .containsExactly("Oslo", "Rome");
    }

    @Test
    void takesItsNewFoldersBackWhenTheNameIsTaken(BufferAllocator allocator) throws IOException {
        Files.createDirectories(root.resolve("a.arrow/occupied"));

        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> put(FlightName.parse("a"), Samples.SCHEMA, Samples.batch(allocator, 0, 5)));

        assertThat(root.toFile().list()).containsExactly("a.arrow");
        assertThat(root.resolve("a.arrow/occupied")).exists();
    }

    @Test
    void ofManyPutsOfOneNameOneStaysWhole(BufferAllocator allocator) throws Exception {
        FlightName name = FlightName.parse("shared/a");
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> puts = new ArrayList<>();
            for (int rows = 1; rows <= 24; rows++) {
                puts.add(put(name, rows, allocator));
            }
            for (Future<Void> put : pool.invokeAll(puts)) {
                put.get();
            }
        } finally {
            pool.shutdownNow();
        }

        List<Long> ids = ids(name, allocator);
        assertThat(ids).isEqualTo(Samples.ids(ids.size())).hasSizeBetween(1, 24);
        assertThat(Set.of(root.resolve("shared").toFile().list())).containsExactly("a.arrow");
    }

    private Callable<Void> put(FlightName name, int rows, BufferAllocator allocator) {
        return () -> {
            put(name, Samples.SCHEMA, Samples.batch(allocator, 0, rows));
            return null;
        };
    }

    private void put(FlightName name, Schema schema, ArrowMessage... messages) throws IOException {
        try (IncomingFlight incoming = new IncomingFlight(paths, name, schema)) {
            for (ArrowMessage message : messages) {
                incoming.write(message);
            }
            incoming.commit();
        } finally {
            for (ArrowMessage message : messages) {
                close(message);
            }
        }
    }

    private static void close(ArrowMessage message) {
        if (message instanceof ArrowRecordBatch batch) {
            batch.close();
        } else {
            ((ArrowDictionaryBatch) message).close();
        }
    }

    private List<Long> ids(FlightName name, BufferAllocator allocator) throws IOException {
        return Samples.idsOf(allocator, IpcFileTest.copy(paths.find(name), allocator).stream());
    }
}
