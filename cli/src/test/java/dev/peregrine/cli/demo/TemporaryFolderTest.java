package dev.peregrine.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TemporaryFolderTest {
    @Test
    void isGoneWithEverythingInIt() throws IOException {
        Path path;
        try (TemporaryFolder folder = TemporaryFolder.withRoomFor(1)) {
            path = folder.path();
            Files.createDirectories(path.resolve("a/b"));
            Files.writeString(path.resolve("a/b/file"), "x");
            assertThat(path).isDirectory();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void saysWhenThereIsNoRoom() {
        assertThatThrownBy(() -> TemporaryFolder.withRoomFor(Long.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("\\d+ MiB are needed in .*, where \\d+ MiB are free; .*");
    }
}
