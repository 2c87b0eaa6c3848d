package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TempFileTest {

    @TempDir
    Path folder;

    @Test
    void becomesVisibleWithAllItsContents() throws IOException {
        Path target = Files.writeString(folder.resolve("a.arrow"), "old");
        try (TempFile temp = TempFile.in(folder)) {
            temp.channel().write(ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8)));
            temp.force();
            assertThat(target).hasContent("old");
            temp.moveTo(target);
        }

        assertThat(target).hasContent("new");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(target));
    }

    @Test
    void isGoneWhenItWasNotMoved() throws IOException {
        TempFile temp = TempFile.in(folder);
        assertThat(temp.path()).exists();
        assertThat(Files.isHidden(temp.path())).isTrue();

        temp.close();
        temp.close();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void canBeReadLikeAnyOtherFileOfThisUser() throws IOException {
        Path ordinary = Files.createFile(folder.resolve("ordinary"));
        try (TempFile temp = TempFile.in(folder)) {
            assertThat(Files.getPosixFilePermissions(temp.path())).isEqualTo(Files.getPosixFilePermissions(ordinary));
        }
    }

    @Test
    void sweepsWhatAnotherProcessLeftBehindAndNothingElse() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("a/b"));
        Path stale = Files.createFile(inner.resolve(".peregrine-put-4711.tmp"));
        Path flight = Files.createFile(inner.resolve("flight.arrow"));
        Path foreign = Files.createFile(inner.resolve(".peregrine-put-notes.txt"));

        try (TempFile underWay = TempFile.in(inner)) {
            TempFile.sweep(folder);

            assertThat(stale).doesNotExist();
            assertThat(underWay.path()).exists();
            assertThat(flight).exists();
            assertThat(foreign).exists();
        }
    }
}
