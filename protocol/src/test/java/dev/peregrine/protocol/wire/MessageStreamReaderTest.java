package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.SchemaBomb;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.Parked;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowBodyCompression;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams as peers send them: descriptors, metadata alone, no schema, no messages, wrong messages, failures. */
@ExtendWith(LeakCheck.class)
@Timeout(30)
final class MessageStreamReaderTest {
    private static final byte[] NO_BYTES = {};

    private static void send(Pipe pipe, ByteBuffer header, byte[] metadata) {
        pipe.client.send(FlightDataEncoder.of(NO_BYTES, header, metadata).encode());
    }

    private static ByteBuffer schema(VectorSchemaRoot root) {
        return MessageSerializer.serializeMetadata(root.getSchema(), IpcOption.DEFAULT);
    }

    @Test
    void aStreamOfASchemaOnly(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 0);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema(), new DictionaryProvider.MapDictionaryProvider(), new byte[] {4});
            pipe.writer.doneWriting();
            assertThat(pipe.reader.schema()).isEqualTo(root.getSchema());
            assertThat(pipe.reader.schemaMetadata()).containsExactly(4);
            assertThat(pipe.reader.descriptor()).isNull();
            assertThat(pipe.reader.next()).isFalse();
            assertThat(pipe.reader.next()).isFalse();
            assertThat(pipe.reader.nextBatch()).isNull();
        }
    }

    @Test
    void aStreamOfNothing(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            pipe.writer.doneWriting();
            assertThatThrownBy(pipe.reader::schema)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("Server never sent a data message")
                    .hasMessageContaining("DoPut at fake:1");
            assertThat(pipe.reader.descriptor()).isNull();
            assertThat(pipe.reader.next()).isFalse();
        }
    }

    @Test
    void metadataAloneIsAMessageWithoutData(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 5);
                Pipe pipe = new Pipe(allocator, FlightDescriptor.path("p"), 0)) {
            pipe.writer.sendDescriptor();
            pipe.writer.writeMetadata(new byte[] {1});
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root, new byte[] {2});
            pipe.writer.writeMetadata(new byte[] {3});
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            MessageStreamReader reader = pipe.reader;
            assertThat(reader.descriptor()).isEqualTo(FlightDescriptor.path("p"));
            // Asking for the schema looks past the metadata, and loses nothing.
            assertThat(reader.schema()).isEqualTo(root.getSchema());
            assertThat(reader.next()).isTrue();
            assertThat(reader.hasData()).isFalse();
            assertThat(reader.metadata()).containsExactly(1);
            assertThat(reader.next()).isTrue();
            assertThat(reader.hasData()).isTrue();
            assertThat(reader.metadata()).containsExactly(2);
            assertThat(reader.root().getRowCount()).isEqualTo(5);
            assertThat(reader.next()).isTrue();
            assertThat(reader.hasData()).isFalse();
            assertThat(reader.metadata()).containsExactly(3);
            assertThat(reader.root().getRowCount()).isZero();
            assertThat(reader.next()).isTrue();
            assertThat(reader.metadata()).isEmpty();
            assertThat(Values.of(reader.root())).isEqualTo(Values.of(root));
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void aStreamOfMetadataNeedsNoSchema(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator, FlightDescriptor.path("p"), 0)) {
            pipe.writer.writeMetadata(new byte[] {1});
            pipe.writer.writeMetadata(NO_BYTES);
            pipe.writer.doneWriting();
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.metadata()).containsExactly(1);
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.metadata()).isEmpty();
            assertThat(pipe.reader.next()).isFalse();
            assertThatThrownBy(pipe.reader::root).isInstanceOf(FlightInternalException.class);
        }
    }

    @Test
    void rawBatchesAreTheCallers(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 10);
                VectorSchemaRoot mine = VectorSchemaRoot.create(root.getSchema(), allocator);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root, new byte[] {1});
            pipe.writer.writeMetadata(new byte[] {2});
            pipe.writer.write(root, new byte[] {3});
            pipe.writer.doneWriting();
            try (ArrowRecordBatch first = pipe.reader.nextBatch();
                    ArrowRecordBatch second = pipe.reader.nextBatch()) {
                assertThat(pipe.reader.metadata()).containsExactly(3);
                assertThat(pipe.reader.nextBatch()).isNull();
                pipe.reader.close();
                new VectorLoader(mine).load(first);
                assertThat(Values.of(mine)).isEqualTo(Values.of(root));
                new VectorLoader(mine).load(second);
                assertThat(Values.of(mine)).isEqualTo(Values.of(root));
            }
        }
    }

    @Test
    void vectorsMayBeTransferredAway(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 300_000);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            assertThat(pipe.reader.next()).isTrue();
            var transfer = pipe.reader.root().getVector(0).getTransferPair(allocator);
            transfer.transfer();
            try (BigIntVector taken = (BigIntVector) transfer.getTo()) {
                assertThat(pipe.reader.next()).isTrue();
                assertThat(Values.of(taken)).isEqualTo(Values.of(root.getVector(0)));
                assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
            }
        }
    }

    @Test
    void theSameSchemaAgainIsHarmlessAndAnotherIsRefused(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 2);
                VectorSchemaRoot other = SampleTypes.longs(allocator, 2, 2);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            send(pipe, schema(root), NO_BYTES);
            pipe.writer.write(root);
            send(pipe, schema(other), NO_BYTES);
            assertThat(pipe.reader.next()).isTrue();
            assertThatThrownBy(pipe.reader::next)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("schema changes in mid-stream");
        }
    }

    @Test
    void aBatchBeforeTheSchemaIsRefused(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 2);
                Pipe pipe = new Pipe(allocator)) {
            for (int i = 0; i < 2; i++) {
                try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
                    pipe.client.send(FlightDataEncoder.of(NO_BYTES, new OutgoingBatch().fill(batch), NO_BYTES)
                            .encode());
                }
            }
            assertThatThrownBy(pipe.reader::next)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("a record batch came before the schema");
            assertThatThrownBy(pipe.reader::schema).isInstanceOf(FlightInternalException.class);
            // A server's reader leaves the call alone: the handler's failure answers it.
            assertThat(pipe.server.cancels).isEmpty();
        }
    }

    @Test
    void aBatchOfAnotherShapeIsRefused(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 2);
                VectorSchemaRoot other = SampleTypes.longs(allocator, 2, 2);
                ArrowRecordBatch batch = new VectorUnloader(other).getRecordBatch();
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(batch);
            assertThatThrownBy(pipe.reader::next)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("does not fit the schema");
            assertThat(pipe.reader.root().getRowCount()).isZero();
        }
    }

    @Test
    void aBatchOfAnUnknownCodecIsRefused(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 100);
                ArrowRecordBatch plain = new VectorUnloader(root).getRecordBatch();
                ArrowRecordBatch batch = new ArrowRecordBatch(
                        plain.getLength(),
                        plain.getNodes(),
                        plain.getBuffers(),
                        new ArrowBodyCompression((byte) 9, (byte) 0),
                        List.<Long>of(),
                        true,
                        true);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(batch);
            assertThatThrownBy(pipe.reader::next)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("codec 9, which Arrow does not have");
        }
    }

    /** Where Arrow's numbers are the other way round: refused when the schema comes, not garbled. */
    @Test
    void aBigEndianStreamIsRefused(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            FlatBufferBuilder flat = new FlatBufferBuilder();
            int fields = org.apache.arrow.flatbuf.Schema.createFieldsVector(flat, new int[0]);
            int schema = org.apache.arrow.flatbuf.Schema.createSchema(flat, Endianness.Big, fields, 0, 0);
            flat.finish(Message.createMessage(flat, MetadataVersion.V5, MessageHeader.Schema, schema, 0, 0));
            send(pipe, flat.dataBuffer(), NO_BYTES);
            assertThatThrownBy(pipe.reader::schema)
                    .isInstanceOf(FlightUnimplementedException.class)
                    .hasMessageContaining("the stream is big-endian");
        }
    }

    @Test
    void aSchemaThatIsTooDeepIsRefused(BufferAllocator allocator) {
        Field field = new Field("leaf", FieldType.nullable(new ArrowType.Bool()), null);
        for (int depth = 1; depth < 10; depth++) {
            field = new Field("list " + depth, FieldType.nullable(new ArrowType.List()), List.of(field));
        }
        Schema schema = new Schema(List.of(field));
        try (Pipe pipe = new Pipe(allocator)) {
            pipe.reader.use(IpcReadOptions.DEFAULT.maxRecursionDepth(10));
            pipe.writer.begin(schema);
            assertThat(pipe.reader.messageSchema()).isEqualTo(schema);
        }
        try (Pipe pipe = new Pipe(allocator)) {
            pipe.reader.use(IpcReadOptions.DEFAULT.maxRecursionDepth(9));
            pipe.writer.begin(schema);
            assertThatThrownBy(pipe.reader::schema)
                    .isInstanceOf(FlightInvalidArgumentException.class)
                    .hasMessageContaining("nested 10 deep, and maxRecursionDepth is 9");
        }
    }

    @Test
    void aSchemaThatIsNoneIsRefused(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, 1);
                Pipe pipe = new Pipe(allocator)) {
            ByteBuffer whole = schema(root);
            byte[] cut = new byte[whole.remaining() / 2];
            whole.get(cut);
            send(pipe, ByteBuffer.wrap(cut), NO_BYTES);
            pipe.writer.doneWriting();
            assertThatThrownBy(pipe.reader::schema)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("DoPut at fake:1");
        }
    }

    @Test
    void whatCameBeforeAFailureIsReadBeforeIt(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 5);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            pipe.server.close(GrpcCode.UNAVAILABLE.with("the connection was lost"), new Metadata());
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().getRowCount()).isEqualTo(5);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(pipe.reader::next)
                        .isInstanceOf(FlightUnavailableException.class)
                        .hasMessage("DoPut at fake:1 failed with UNAVAILABLE: the connection was lost");
            }
        }
    }

    @Test
    void anInterruptWhileWaitingCancelsTheCall(BufferAllocator allocator) throws Exception {
        try (Pipe pipe = new Pipe(allocator)) {
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            Thread reading = new Thread(() -> {
                try {
                    pipe.reader.next();
                } catch (FlightCancelledException e) {
                    flag.complete(Thread.currentThread().isInterrupted());
                }
            });
            reading.start();
            Parked.await(reading);
            reading.interrupt();
            assertThat(flag.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(pipe.server.cancels).extracting(GrpcStatus::code).containsExactly(GrpcCode.CANCELLED);
        }
    }

    @Test
    void cancelEndsTheWait(BufferAllocator allocator) throws Exception {
        try (Pipe pipe = new Pipe(allocator)) {
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Thread reading = new Thread(() -> {
                try {
                    pipe.reader.next();
                } catch (FlightCancelledException e) {
                    failure.complete(e);
                }
            });
            reading.start();
            Parked.await(reading);
            pipe.reader.cancel();
            assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("the reader cancelled the call");
        }
    }

    @Test
    void closingInMidStreamFreesWhatWaitsAndWhatStillComes(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 300_000);
                Pipe pipe = new Pipe(allocator)) {
            long before = allocator.getAllocatedMemory();
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            pipe.writer.write(root);
            pipe.reader.next();
            assertThat(allocator.getAllocatedMemory()).isGreaterThan(before);
            pipe.reader.close();
            pipe.reader.close();
            assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
            pipe.writer.write(root);
            assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
            assertThatThrownBy(pipe.reader::next).isInstanceOf(IllegalStateException.class);
            // The server's half may go on: only a client's reader ends its call.
            assertThat(pipe.server.cancels).isEmpty();
        }
    }

    @Test
    void aClientsReaderCancelsTheCallUnlessItHasReadTheEnd(BufferAllocator allocator) {
        for (boolean toTheEnd : new boolean[] {true, false}) {
            FlightDataDecoder decoder = new FlightDataDecoder(allocator);
            Inbox<FlightMessage> inbox = new Inbox<>(decoder);
            FakeCall.Client call = new FakeCall.Client(inbox, new FakeCall.Nobody());
            MessageStreamReader reader = new MessageStreamReader(call, inbox, decoder, Integer.MAX_VALUE, allocator);
            if (toTheEnd) {
                call.close(GrpcStatus.OK, new Metadata());
                assertThat(reader.next()).isFalse();
            }
            reader.close();
            assertThat(call.cancels).hasSize(toTheEnd ? 0 : 1);
        }
    }

    @Test
    void noMemoryToDecodeIsResourceExhausted() {
        try (RootAllocator small = new RootAllocator(1 << 16);
                RootAllocator large = new RootAllocator();
                VectorSchemaRoot root = SampleTypes.longs(large, 2, 300_000);
                Pipe pipe = new Pipe(small)) {
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            assertThat(pipe.reader.schema()).isEqualTo(root.getSchema());
            assertThatThrownBy(pipe.reader::next)
                    .isInstanceOf(FlightResourceExhaustedException.class)
                    .hasMessageContaining("raise the allocator's limit");
        }
    }

    @Test
    void everyByteIsGivenBackToTheWindow(BufferAllocator allocator) throws GrpcException {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 1000);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            pipe.reader.next();
            long schema = 5 + 3 + schema(root).remaining();
            ByteBuf batch = FlightDataEncoder.of(NO_BYTES, new OutgoingBatch().fill(root), NO_BYTES)
                    .encode();
            long body = batch.readableBytes();
            batch.release();
            assertThat(pipe.server.consumed).isEqualTo(schema + body);
        }
    }

    @Test
    void aSchemaOfCountlessFieldsInFewBytesIsRefused(BufferAllocator allocator) {
        // Each struct's two children are one and the same table: 2^40 fields in 2 KiB.
        byte[] bomb = SchemaBomb.bytes(40);
        try (Pipe pipe = new Pipe(allocator)) {
            send(pipe, ByteBuffer.wrap(bomb), NO_BYTES);
            assertThatThrownBy(pipe.reader::schema)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("schema");
        }
    }
}
