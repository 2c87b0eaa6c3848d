package dev.peregrine.interop.transfer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.RootAllocator;

/** What a process has used at most, in bytes; Linux only. Any thread. */
record Memory(long rss, long arrow, long limbo) {
    /** Of this process: the most resident memory, the most Arrow memory, and the Arrow memory in use now. */
    static Memory of(RootAllocator allocator) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    long rss = Long.parseLong(line.replaceAll("\\D", "")) << 10;
                    return new Memory(rss, allocator.getPeakMemoryAllocation(), allocator.getAllocatedMemory());
                }
            }
            throw new IOException("/proc/self/status does not say VmHWM");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line for {@link #parse}. */
    String line() {
        return "rss=" + rss + " arrow=" + arrow + " limbo=" + limbo;
    }

    static Memory parse(String line) {
        Map<String, Long> values = new TreeMap<>();
        for (String word : line.split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                values.put(word.substring(0, equals), Long.parseLong(word.substring(equals + 1)));
            }
        }
        return new Memory(values.get("rss"), values.get("arrow"), values.get("limbo"));
    }

    @Override
    public String toString() {
        return (rss >> 20) + " MiB resident at most, " + (arrow >> 20) + " MiB of Arrow memory at most";
    }
}
