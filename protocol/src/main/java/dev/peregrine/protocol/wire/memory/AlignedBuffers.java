package dev.peregrine.protocol.wire.memory;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Any thread. Buffers that begin at addresses as they were asked for. */
public final class AlignedBuffers {
    private AlignedBuffers() {}

    /**
     * Replaces those that do not by copies that do.
     *
     * @param buffers owned by whoever owns the list, also when this throws
     * @param bytes a power of two
     */
    public static void align(List<ArrowBuf> buffers, int bytes, BufferAllocator allocator) {
        for (int i = 0; i < buffers.size(); i++) {
            ArrowBuf buffer = buffers.get(i);
            long n = buffer.readableBytes();
            if (n > 0 && (buffer.memoryAddress() + buffer.readerIndex() & bytes - 1) != 0) {
                ArrowBuf room = allocator.buffer(n + bytes - 1);
                // The slice has the room's one reference.
                ArrowBuf aligned = room.slice(-room.memoryAddress() & bytes - 1, n);
                aligned.setBytes(0, buffer, buffer.readerIndex(), n);
                buffers.set(i, aligned);
                buffer.close();
            }
        }
    }
}
