package dev.peregrine.bench.lab;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Any thread. What this JVM's threads have allocated. */
final class Heap {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Heap() {}

    /** Of the threads that are alive, since they started, bytes. */
    static long allocated() {
        long all = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            all += Math.max(0, bytes);
        }
        return all;
    }

    /** What a server answered; NaN if it is no number, since servers that do not know the question echo it. */
    static double number(String answer) {
        try {
            return Long.parseLong(answer);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
