package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class FlightCatalogTest {

    @TempDir
    Path folder;

    private final FlightCatalog catalog = new FlightCatalog();

    @Test
    void readsAFileOnce(BufferAllocator allocator) throws IOException {
        Path path = Samples.file(allocator, folder.resolve("a.arrow"), 3);

        assertThat(catalog.read(path)).isSameAs(catalog.read(path));
    }

    @Test
    void readsAgainWhatHasChanged(BufferAllocator allocator) throws IOException {
        Path path = Samples.file(allocator, folder.resolve("a.arrow"), 3);
        FolderFlight old = catalog.read(path);

        Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2024-05-01T12:00:00Z")));
        assertThat(catalog.read(path).modified()).isEqualTo(Instant.parse("2024-05-01T12:00:00Z"));

        Samples.file(allocator, path, 3, 4);
        assertThat(old.records()).isEqualTo(3);
        assertThat(catalog.read(path).records()).isEqualTo(7);
    }

    @Test
    void seesAnotherFileOfTheSameSizeAndTime(BufferAllocator allocator) throws IOException {
        FileTime time = FileTime.from(Instant.parse("2024-05-01T12:00:00Z"));
        Path path = Samples.stream(allocator, folder.resolve("a.arrows"), 1, 3);
        Files.setLastModifiedTime(path, time);
        FolderFlight old = catalog.read(path);
        Path other = Files.copy(path, folder.resolve("b"));
        Files.setLastModifiedTime(other, time);

        Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);

        assertThat(catalog.read(path)).isEqualTo(old).isNotSameAs(old);
    }

    @Test
    void remembersWhatIsWrongToo(BufferAllocator allocator) throws IOException {
        Path path = Files.writeString(folder.resolve("a.arrow"), "this is no Arrow file");

        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(ArrowFormatException.class)
                    .isThrownBy(() -> catalog.read(path))
                    .withMessageContaining("no Arrow file");
        }
        Samples.file(allocator, path, 3);
        assertThat(catalog.read(path).records()).isEqualTo(3);
    }

    @Test
    void forgetsFilesThatAreGone(BufferAllocator allocator) throws IOException {
        Path path = Samples.file(allocator, folder.resolve("a.arrow"), 3);
        catalog.read(path);
        Files.delete(path);

        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> catalog.read(path));
    }
}
