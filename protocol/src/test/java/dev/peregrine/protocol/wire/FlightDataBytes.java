package dev.peregrine.protocol.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.peregrine.proto.FlightData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/** Any thread. FlightData messages as protobuf and Arrow's own serializer write them. */
final class FlightDataBytes {
    /** Writes fields. */
    @FunctionalInterface
    interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private FlightDataBytes() {}

    static byte[] of(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The IPC header of a root's batch. */
    static byte[] header(VectorSchemaRoot root) {
        try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            return bytes(ByteString.copyFrom(MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT)));
        }
    }

    /** The body of a root's batch. */
    static byte[] body(VectorSchemaRoot root) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            MessageSerializer.writeBatchBuffers(new WriteChannel(Channels.newChannel(bytes)), batch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The message of a root's batch. */
    static byte[] batch(VectorSchemaRoot root, byte[] metadata) {
        return FlightData.newBuilder()
                .setDataHeader(ByteString.copyFrom(header(root)))
                .setAppMetadata(ByteString.copyFrom(metadata))
                .setDataBody(ByteString.copyFrom(body(root)))
                .build()
                .toByteArray();
    }

    static byte[] bytes(ByteString string) {
        return string.toByteArray();
    }
}
