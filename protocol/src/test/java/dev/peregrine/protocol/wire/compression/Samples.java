package dev.peregrine.protocol.wire.compression;

import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Any thread. Bytes that compress well, badly and not at all. */
final class Samples {
    /** What the bytes are like. */
    enum Kind {
        ZEROS,
        RANDOM,
        SMALL_NUMBERS,
        TEXT,
        RUNS,
        FAR_REPEATS
    }

    private Samples() {}

    static byte[] bytes(Kind kind, int n, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[n];
        switch (kind) {
            case ZEROS -> {}
            case RANDOM -> random.nextBytes(bytes);
            case SMALL_NUMBERS -> {
                for (int i = 0; i < n; i += 4) {
                    bytes[i] = (byte) random.nextInt(20);
                }
            }
            case TEXT -> {
                String[] words = {"record ", "batch ", "of ", "a ", "flight", ", and ", "then some.\n"};
                for (int at = 0; at < n; ) {
                    for (char c : words[random.nextInt(words.length)].toCharArray()) {
                        if (at < n) {
                            bytes[at++] = (byte) c;
                        }
                    }
                }
            }
            case RUNS -> {
                for (int at = 0; at < n; ) {
                    byte b = (byte) random.nextInt();
                    for (int end = Math.min(n, at + 1 + random.nextInt(40)); at < end; at++) {
                        bytes[at] = b;
                    }
                }
            }
            case FAR_REPEATS -> {
                random.nextBytes(bytes);
                for (int at = 70_000; at + 300 < n; at += 1000) {
                    int back = 60_000 + random.nextInt(10_000);
                    System.arraycopy(bytes, at - back, bytes, at, 300);
                }
            }
        }
        return bytes;
    }

    /** The bytes in Arrow memory; the caller's to close. */
    static ArrowBuf buffer(BufferAllocator allocator, byte[] bytes) {
        ArrowBuf buffer = allocator.buffer(Math.max(1, bytes.length));
        buffer.writeBytes(bytes);
        return buffer;
    }

    static byte[] bytes(ArrowBuf buffer) {
        byte[] bytes = new byte[(int) buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), bytes);
        return bytes;
    }
}
