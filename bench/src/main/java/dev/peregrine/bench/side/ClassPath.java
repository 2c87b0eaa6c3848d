package dev.peregrine.bench.side;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** This process's class path, as jars only: Java archives no classes of folders, and users run jars. */
final class ClassPath {
    private static final String TCNATIVE = "netty-tcnative";

    private final List<Path> jars;

    /** Packs folders into {@code folder}. */
    ClassPath(Path folder) throws IOException {
        jars = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(element);
            if (Files.isDirectory(path)) {
                jars.add(pack(path, folder.resolve("classes" + jars.size() + ".jar")));
            } else if (Files.exists(path)) {
                jars.add(path.toAbsolutePath());
            }
        }
    }

    private static Path pack(Path classes, Path jar) throws IOException {
        try (Stream<Path> walk = Files.walk(classes);
                OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (Path path : walk.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(
                        new ZipEntry(classes.relativize(path).toString().replace(File.separatorChar, '/')));
                Files.copy(path, out);
                out.closeEntry();
            }
        }
        return jar;
    }

    /** As {@code -cp} takes it. */
    String text(boolean tcnative) {
        return String.join(
                File.pathSeparator,
                jars.stream()
                        .filter(jar -> tcnative || !jar.getFileName().toString().startsWith(TCNATIVE))
                        .map(Path::toString)
                        .toList());
    }
}
