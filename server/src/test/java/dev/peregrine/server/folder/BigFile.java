package dev.peregrine.server.folder;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** An IPC file of any size that takes next to no room on the disk: the bodies are holes, so all numbers are 0. */
final class BigFile {

    static final Schema SCHEMA = new Schema(List.of(Field.notNullable("zero", new ArrowType.Int(64, true))));

    private BigFile() {}

    static Path write(BufferAllocator allocator, Path path, int batches, int bodyBytes) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            new WriteChannel(file).write("ARROW1\0\0".getBytes(StandardCharsets.US_ASCII));
            MessageSerializer.serialize(new WriteChannel(file), SCHEMA);
            List<ArrowBlock> blocks = new ArrayList<>();
            try (ArrowBuf body = allocator.buffer(bodyBytes);
                    ArrowRecordBatch batch = new ArrowRecordBatch(
                            bodyBytes / 8,
                            List.of(new ArrowFieldNode(bodyBytes / 8, 0)),
                            List.of(allocator.getEmpty(), body.writerIndex(bodyBytes)))) {
                for (int i = 0; i < batches; i++) {
                    blocks.add(batch(file, batch));
                }
            }
            IpcFileTest.footer(new WriteChannel(file), SCHEMA, List.of(), blocks);
        }
        return path;
    }

    /** Writes a batch's metadata, and leaves a hole for its body. */
    private static ArrowBlock batch(FileChannel file, ArrowRecordBatch batch) throws IOException {
        long start = file.position();
        long bodyBytes = batch.computeBodyLength();
        var metadata = MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT);
        int length = MessageSerializer.writeMessageBuffer(new WriteChannel(file), metadata.remaining(), metadata);
        file.position(file.position() + bodyBytes);
        return new ArrowBlock(start, length, bodyBytes);
    }
}
