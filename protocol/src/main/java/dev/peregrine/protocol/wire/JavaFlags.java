package dev.peregrine.protocol.wire;

import io.netty.util.internal.PlatformDependent;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Whether this JVM was started with the flags that Arrow's memory needs. Without them Arrow fails later, in
 * the middle of something, with an error that names none of them.
 *
 * <ul>
 *   <li>{@code --add-opens=java.base/java.nio=ALL-UNNAMED}: Arrow looks into ByteBuffer. Always.
 *   <li>{@code --sun-misc-unsafe-memory-access=allow}: from JDK 25 on Netty does without Unsafe unless it is there, and
 *       then arrow-memory-netty fails with a ClassCastException.
 * </ul>
 */
public final class JavaFlags {
    private static final String SEE = "; start java with it, or put it into JDK_JAVA_OPTIONS";

    private JavaFlags() {}

    /**
     * Called when a client or a server starts.
     *
     * @throws IllegalStateException if a flag is missing; one sentence that names it
     */
    public static void check() {
        Module arrow = ArrowBuf.class.getModule();
        boolean open = ByteBuffer.class.getModule().isOpen("java.nio", arrow);
        boolean nettyMemory = !"Unsafe".equals(System.getProperty("arrow.allocation.manager.type"));
        String problem = problem(
                open ? null : arrow.isNamed() ? arrow.getName() : "ALL-UNNAMED",
                nettyMemory && !PlatformDependent.hasUnsafe(),
                Boolean.getBoolean("io.netty.noUnsafe"));
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
    }

    /**
     * The sentence; null if all is well.
     *
     * @param closedTo the module that java.nio should be open to and is not
     * @param noUnsafe whether Netty does without Unsafe
     * @param onRequest whether it was told to
     */
    static @Nullable String problem(@Nullable String closedTo, boolean noUnsafe, boolean onRequest) {
        if (closedTo != null && noUnsafe && !onRequest) {
            return "Arrow needs the Java flags --add-opens=java.base/java.nio=" + closedTo
                    + " and --sun-misc-unsafe-memory-access=allow; start java with them, or put them into JDK_JAVA_OPTIONS";
        }
        if (closedTo != null) {
            return "Arrow needs the Java flag --add-opens=java.base/java.nio=" + closedTo + SEE;
        }
        if (noUnsafe && onRequest) {
            return "Arrow's memory on Netty needs Unsafe; start java without -Dio.netty.noUnsafe=true";
        }
        if (noUnsafe) {
            return "Arrow's memory on Netty needs the Java flag --sun-misc-unsafe-memory-access=allow" + SEE;
        }
        return null;
    }
}
