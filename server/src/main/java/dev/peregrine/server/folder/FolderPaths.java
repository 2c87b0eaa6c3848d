package dev.peregrine.server.folder;

import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which file is which flight. Any thread.
 *
 * <p>Nothing outside the folder is ever read or written: {@link FlightName} refuses names that could lead out, and a
 * symbolic link is followed only if what it leads to lies inside. Hidden files and folders are left aside.
 *
 * <p>Where several files have one name but for the ending, {@link Ending} says which one counts.
 */
final class FolderPaths {

    private static final Logger LOG = LoggerFactory.getLogger(FolderPaths.class);

    private final Path root;
    private final Set<Path> reported = ConcurrentHashMap.newKeySet();

    /** @param root an existing folder */
    FolderPaths(Path root) throws IOException {
        this.root = root.toRealPath();
    }

    Path root() {
        return root;
    }

    /** The file of a flight, null if there is none. */
    @Nullable
    Path find(FlightName name) throws IOException {
        List<Path> files = all(name);
        return files.isEmpty() ? null : files.get(0);
    }

    /** All files of that name, the one that counts first. */
    List<Path> all(FlightName name) throws IOException {
        Path folder = folder(name);
        List<Path> files = new ArrayList<>(1);
        for (Ending ending : Ending.values()) {
            Path file = resolve(folder, ending.addTo(name.last()));
            if (Files.isRegularFile(file)) {
                requireInside(file, name);
                files.add(file);
            }
        }
        return files;
    }

    /** Where a new file of that name goes. Its folder need not exist yet. */
    Path target(FlightName name, Ending ending) {
        return resolve(folder(name), ending.addTo(name.last()));
    }

    /** The innermost folder that exists of those that the name leads through: new ones below it are on the same disk. */
    Path existingFolder(FlightName name) throws IOException {
        Path folder = root;
        for (String component : name.folders()) {
            Path inner = resolve(folder, component);
            if (!Files.exists(inner)) {
                break;
            }
            requireInside(inner, name);
            if (!Files.isDirectory(inner)) {
                throw FlightInvalidArgumentException.of(
                        "flight " + name + " cannot be stored: " + component + " is a file, not a folder");
            }
            folder = inner;
        }
        return folder;
    }

    /** Makes the folders of the name and returns those that are new, the innermost first. */
    Deque<Path> makeFolders(FlightName name) throws IOException {
        Deque<Path> made = new ArrayDeque<>();
        Path folder = existingFolder(name);
        int depth = folder.getNameCount() - root.getNameCount();
        for (String component : name.folders().subList(depth, name.folders().size())) {
            folder = resolve(folder, component);
            if (!Files.exists(folder)) {
                Files.createDirectories(folder);
                made.push(folder);
            }
        }
        return made;
    }

    /** All flights, sorted by name as text. */
    Map<FlightName, Path> list() throws IOException {
        Listing listing = new Listing();
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, listing);
        return listing.found;
    }

    private Path folder(FlightName name) {
        Path folder = root;
        for (String component : name.folders()) {
            folder = resolve(folder, component);
        }
        return folder;
    }

    private static Path resolve(Path folder, String component) {
        try {
            return folder.resolve(component);
        } catch (InvalidPathException e) {
            throw FlightInvalidArgumentException.of(
                    "the path component \"" + component + "\" cannot be a file name here: " + e.getReason(), e);
        }
    }

    private void requireInside(Path path, FlightName name) throws IOException {
        if (!isInside(path)) {
            throw FlightInvalidArgumentException.of(
                    "flight " + name + " lies behind a link that leads out of the folder; such links are not followed");
        }
    }

    private boolean isInside(Path path) throws IOException {
        return path.toRealPath().startsWith(root);
    }

    /** Says each thing once: the same folder is listed again and again. */
    private void report(Path path, String what) {
        if (reported.size() < 10_000 && reported.add(path)) {
            LOG.warn("{} {}", path, what);
        }
    }

    private final class Listing extends SimpleFileVisitor<Path> {

        private final Map<FlightName, Path> found =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (folder.equals(root)) {
                return FileVisitResult.CONTINUE;
            }
            boolean served = FlightName.isComponent(String.valueOf(folder.getFileName())) && linksInside(folder);
            return served ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String fileName = String.valueOf(file.getFileName());
            Ending ending = Ending.of(fileName);
            if (ending != null && attributes.isRegularFile() && linksInside(file)) {
                String last = ending.removeFrom(fileName);
                if (FlightName.isComponent(last)) {
                    add(name(file, last), file, ending);
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (file.equals(root)) {
                throw e;
            }
            report(file, "is left out of the listing: " + e);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
            if (e != null) {
                report(folder, "is listed in part: " + e);
            }
            return FileVisitResult.CONTINUE;
        }

        private void add(FlightName name, Path file, Ending ending) {
            Path other = found.get(name);
            if (other == null) {
                found.put(name, file);
                return;
            }
            boolean first = ending.compareTo(Ending.ofFlight(other)) < 0;
            if (first) {
                found.put(name, file);
            }
            report(first ? other : file, "is not served: " + (first ? file : other) + " has the same flight name");
        }

        private FlightName name(Path file, String last) {
            List<String> components = new ArrayList<>();
            root.relativize(file).forEach(component -> components.add(component.toString()));
            components.set(components.size() - 1, last);
            return new FlightName(components);
        }

        private boolean linksInside(Path path) throws IOException {
            if (!Files.isSymbolicLink(path) || isInside(path)) {
                return true;
            }
            report(path, "is not served: it links to a place outside the folder");
            return false;
        }
    }
}
