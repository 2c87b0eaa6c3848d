package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderPathsTest {

    @TempDir
    Path temp;

    private Path root;
    private FolderPaths paths;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(temp.resolve("served")).toRealPath();
        paths = new FolderPaths(root);
    }

    @Test
    void listsFilesOfTheThreeEndingsInAllFolders() throws IOException {
        touch("b.arrow");
        touch("a.feather");
        touch("x/y/c.arrows");
        touch("x/dots.in.name.arrow");
        touch("readme.txt");
        touch("noending");
        touch("capital.ARROW");

        assertThat(listed()).containsExactly("a", "b", "x/dots.in.name", "x/y/c");
    }

    @Test
    void leavesHiddenFilesAndFoldersAside() throws IOException {
        touch(".peregrine-put-1.tmp");
        touch(".a.arrow");
        touch(".git/b.arrow");
        touch(".arrow");
        touch("c.arrow");

        assertThat(listed()).containsExactly("c");
    }

    @Test
    void leavesNamesAsideThatNoDescriptorCouldHave() throws IOException {
        touch("back\\slash.arrow");
        touch("line\nbreak.arrow");

        assertThat(listed()).isEmpty();
    }

    @Test
    void theFirstEndingCountsWhereSeveralFilesHaveOneName() throws IOException {
        touch("a.arrows");
        assertThat(paths.find(FlightName.parse("a"))).isEqualTo(root.resolve("a.arrows"));
        touch("a.feather");
        assertThat(paths.find(FlightName.parse("a"))).isEqualTo(root.resolve("a.feather"));
        touch("a.arrow");
        assertThat(paths.find(FlightName.parse("a"))).isEqualTo(root.resolve("a.arrow"));

        assertThat(paths.list().values()).containsExactly(root.resolve("a.arrow"));
        assertThat(paths.all(FlightName.parse("a")))
                .containsExactly(root.resolve("a.arrow"), root.resolve("a.feather"), root.resolve("a.arrows"));
    }

    @Test
    void findsNothingWhereNothingIs() throws IOException {
        Files.createDirectory(root.resolve("folder.arrow"));

        assertThat(paths.find(FlightName.parse("a"))).isNull();
        assertThat(paths.find(FlightName.parse("no/such/folder"))).isNull();
        assertThat(paths.find(FlightName.parse("folder"))).isNull();
        assertThat(listed()).isEmpty();
    }

    @Test
    void followsLinksThatStayInside() throws IOException {
        touch("real/a.arrow");
        Files.createSymbolicLink(root.resolve("b.arrow"), Path.of("real/a.arrow"));
        Files.createSymbolicLink(root.resolve("folder"), Path.of("real"));

        assertThat(listed()).containsExactly("b", "folder/a", "real/a");
        assertThat(paths.find(FlightName.parse("folder/a"))).isEqualTo(root.resolve("folder/a.arrow"));
    }

    @Test
    void refusesLinksThatLeadOut() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("secret.arrow"), "");
        Files.createSymbolicLink(root.resolve("file.arrow"), outside.resolve("secret.arrow"));
        Files.createSymbolicLink(root.resolve("folder"), outside);

        assertThat(listed()).isEmpty();
        for (String name : List.of("file", "folder/secret")) {
            assertThatExceptionOfType(FlightInvalidArgumentException.class)
                    .isThrownBy(() -> paths.find(FlightName.parse(name)))
                    .withMessageContaining("leads out of the folder");
        }
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> paths.existingFolder(FlightName.parse("folder/new")));
    }

    @Test
    void aFolderBesideThatBeginsWithTheSameNameIsOutside() throws IOException {
        Path beside = Files.createDirectory(temp.resolve("served-too"));
        Files.createSymbolicLink(root.resolve("folder"), beside);

        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> paths.existingFolder(FlightName.parse("folder/new")));
    }

    @Test
    void survivesLoopsAndDanglingLinks() throws IOException {
        touch("a.arrow");
        Files.createSymbolicLink(root.resolve("loop"), root);
        Files.createSymbolicLink(root.resolve("dangling.arrow"), Path.of("nothing"));
        Files.createSymbolicLink(root.resolve("self.arrow"), Path.of("self.arrow"));

        assertThat(listed()).containsExactly("a");
        assertThat(paths.find(FlightName.parse("dangling"))).isNull();
    }

    @Test
    void servesAFolderThatIsItselfALink() throws IOException {
        touch("a.arrow");
        Path link = Files.createSymbolicLink(temp.resolve("link"), root);

        assertThat(new FolderPaths(link).list().keySet()).containsExactly(FlightName.parse("a"));
    }

    @Test
    void makesOnlyTheFoldersThatAreMissing() throws IOException {
        Files.createDirectory(root.resolve("a"));

        assertThat(paths.existingFolder(FlightName.parse("a/b/c/flight"))).isEqualTo(root.resolve("a"));
        assertThat(paths.makeFolders(FlightName.parse("a/b/c/flight")))
                .containsExactly(root.resolve("a/b/c"), root.resolve("a/b"));
        assertThat(root.resolve("a/b/c")).isDirectory();
        assertThat(paths.makeFolders(FlightName.parse("a/b/c/flight"))).isEmpty();
    }

    @Test
    void aFileCannotBeAFolder() throws IOException {
        touch("a");

        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> paths.existingFolder(FlightName.parse("a/b")))
                .withMessage("flight a/b cannot be stored: a is a file, not a folder");
        assertThat(paths.find(FlightName.parse("a/b"))).isNull();
    }

    @Test
    void needsAFolderThatExists() {
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> new FolderPaths(temp.resolve("nowhere")));
    }

    private void touch(String file) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.createFile(root.resolve(file));
    }

    private List<String> listed() throws IOException {
        return paths.list().keySet().stream().map(FlightName::toString).toList();
    }
}
