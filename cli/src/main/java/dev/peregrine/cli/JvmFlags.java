package dev.peregrine.cli;

import java.nio.ByteBuffer;

/**
 * What Arrow and Netty need of the virtual machine. The launcher and the executable jar see to it; who starts the main class
 * otherwise is told what is missing, for Arrow's own failure says little.
 */
final class JvmFlags {
    private static final int FIRST_WITHOUT_UNSAFE = 25;

    private JvmFlags() {}

    /** Before Netty is loaded: from Java 25 on it keeps away from Unsafe, which Arrow's allocator on top of it cannot do without. */
    static void prepare() {
        if (Runtime.version().feature() >= FIRST_WITHOUT_UNSAFE && System.getProperty("io.netty.noUnsafe") == null) {
            System.setProperty("io.netty.noUnsafe", "false");
        }
    }

    /** Throws if Arrow could not get at direct memory. */
    static void check() {
        Module base = ByteBuffer.class.getModule();
        if (!base.isOpen("java.nio", JvmFlags.class.getModule())) {
            throw new IllegalArgumentException(
                    "Java was started without --add-opens=java.base/java.nio=ALL-UNNAMED, which Arrow"
                            + " needs; add it, or use ./peregrine or java -jar peregrine.jar, which have it.");
        }
    }
}
