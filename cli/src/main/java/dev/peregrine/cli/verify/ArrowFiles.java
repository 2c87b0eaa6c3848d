package dev.peregrine.cli.verify;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The files of a folder that look like Arrow data, in the order of their names. Pure but for the reading. */
public final class ArrowFiles {
    /** Those of the folder service, and those of Arrow's own golden files. */
    private static final List<String> ENDINGS = List.of(".arrow", ".arrows", ".feather", ".stream", ".arrow_file");

    private ArrowFiles() {}

    /** Relative to the folder. Hidden files and folders are left out. */
    public static List<Path> below(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                return !dir.equals(folder) && isHidden(dir) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (Files.isRegularFile(file)
                        && !isHidden(file)
                        && ENDINGS.stream().anyMatch(name::endsWith)) {
                    found.add(folder.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    /** The parts of a relative path. */
    public static List<String> parts(Path file) {
        return StreamSupport.stream(file.spliterator(), false)
                .map(Path::toString)
                .toList();
    }

    /** With '/', whatever the file system has. */
    public static String name(Path file) {
        return String.join("/", parts(file));
    }
}
