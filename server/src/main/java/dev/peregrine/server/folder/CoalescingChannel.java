package dev.peregrine.server.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/** Collects small writes into large ones, and lets large ones through. One thread. {@link #flush} before the end. */
final class CoalescingChannel implements WritableByteChannel {

    /** In bytes. */
    private static final int CAPACITY = 64 << 10;

    /** In bytes. From here on copying costs more than a write of its own. */
    private static final int LARGE = 16 << 10;

    private final FileChannel file;
    private final ByteBuffer collected = ByteBuffer.allocate(CAPACITY);

    CoalescingChannel(FileChannel file) {
        this.file = file;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        if (length > collected.remaining() || length >= LARGE) {
            flush();
        }
        if (length >= LARGE) {
            writeFully(bytes);
        } else {
            collected.put(bytes);
        }
        return length;
    }

    /** Writes what is collected to the file. */
    void flush() throws IOException {
        writeFully(collected.flip());
        collected.clear();
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }
}
