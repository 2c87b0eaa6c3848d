package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightTimedOutException;
import dev.peregrine.protocol.error.FlightWriteSizeExceededException;
import dev.peregrine.protocol.options.BodyCompression;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.Parked;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose memory it is when, what limits and failed calls do, and the order of begin, write and done. */
@ExtendWith(LeakCheck.class)
@Timeout(30)
final class MessageStreamWriterTest {
    /** 2.4 MB: more than is copied. */
    private static final int LARGE = 100_000;

    private static final int SMALL = 100;

    /** Runs {@code action} on a thread of its own and gives what it threw, or null. */
    private static CompletableFuture<Throwable> start(AtomicReference<Thread> thread, Runnable action) {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread runner = new Thread(() -> {
            try {
                action.run();
                outcome.complete(null);
            } catch (Throwable e) {
                outcome.complete(e);
            }
        });
        thread.set(runner);
        runner.start();
        return outcome;
    }

    @Test
    void aSmallRootIsTheCallersAtOnceAlthoughNothingWasSentYet(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, SMALL);
                Pipe pipe = new Pipe(allocator)) {
            pipe.client.holding = true;
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            List<List<String>> before = Values.of(root);
            root.getFieldVectors().forEach(vector -> vector.getDataBuffer().setZero(0, SMALL * 8));
            pipe.client.letGo();
            assertThat(pipe.reader.next()).isTrue();
            assertThat(Values.of(pipe.reader.root())).isEqualTo(before);
        }
    }

    @Test
    void writeReturnsALargeRootOnlyWhenTheSocketHasTakenIt(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, LARGE);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            List<List<String>> before = Values.of(root);
            pipe.client.holding = true;
            AtomicBoolean returned = new AtomicBoolean();
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Throwable> writing = start(thread, () -> {
                pipe.writer.write(root);
                returned.set(true);
            });
            Parked.await(thread.get());
            assertThat(returned).isFalse();
            pipe.client.letGo();
            assertThat(writing.get(10, TimeUnit.SECONDS)).isNull();
            assertThat(pipe.reader.next()).isTrue();
            assertThat(Values.of(pipe.reader.root())).isEqualTo(before);
        }
    }

    @Test
    void anInterruptWhileMemoryIsLentCancelsTheCallAndGetsTheMemoryBack(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, LARGE);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.client.holding = true;
            int references = root.getVector(0).getDataBuffer().refCnt();
            AtomicReference<Thread> thread = new AtomicReference<>();
            AtomicBoolean flag = new AtomicBoolean();
            CompletableFuture<Throwable> writing = start(thread, () -> {
                try {
                    pipe.writer.write(root);
                } finally {
                    flag.set(Thread.currentThread().isInterrupted());
                }
            });
            Parked.await(thread.get());
            thread.get().interrupt();
            assertThat(writing.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(FlightCancelledException.class)
                    .hasMessageContaining("DoPut at fake:1")
                    .hasMessageContaining("interrupted");
            assertThat(flag).isTrue();
            assertThat(pipe.client.cancels).extracting(GrpcStatus::code).containsExactly(GrpcCode.CANCELLED);
            assertThat(root.getVector(0).getDataBuffer().refCnt()).isEqualTo(references);
        }
    }

    @Test
    void aCallThatEndsWhileMemoryIsLentThrowsItsFailure(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, LARGE);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.client.holding = true;
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Throwable> writing = start(thread, () -> pipe.writer.write(root));
            Parked.await(thread.get());
            pipe.client.close(GrpcCode.DEADLINE_EXCEEDED.with("too late"), new Metadata());
            assertThat(writing.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(FlightTimedOutException.class)
                    .hasMessageContaining("too late");
        }
    }

    @Test
    void anInterruptWhileThereIsNoRoomCancelsTheCall(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, SMALL);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.client.room(false);
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Throwable> writing = start(thread, () -> pipe.writer.write(root));
            Parked.await(thread.get());
            thread.get().interrupt();
            assertThat(writing.get(10, TimeUnit.SECONDS)).isInstanceOf(FlightCancelledException.class);
            assertThat(pipe.client.isClosed()).isTrue();
        }
    }

    @Test
    void aBatchIsKeptAndPipelined(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, LARGE);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.client.holding = true;
            for (int i = 0; i < 3; i++) {
                try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
                    pipe.writer.write(batch, new byte[] {(byte) i});
                }
            }
            assertThat(pipe.client.held).hasSize(3);
            pipe.client.letGo();
            for (int i = 0; i < 3; i++) {
                assertThat(pipe.reader.next()).isTrue();
                assertThat(pipe.reader.metadata()).containsExactly(i);
                assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
            }
        }
    }

    @Test
    void aBatchWhoseBuffersAreNotAlignedIsAlignedOnTheWire(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, 13);
                ArrowRecordBatch batch = new VectorUnloader(root, true, false).getRecordBatch();
                Pipe pipe = new Pipe(allocator)) {
            assertThat(batch.getBuffersLayout()).anyMatch(buffer -> buffer.getOffset() % 8 != 0);
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(batch);
            pipe.take().release();
            FlightMessage message = pipe.take();
            assertAligned(message);
            assertThat(message.metadata()).isEmpty();
            message.release();
        }
    }

    private static void assertAligned(FlightMessage message) {
        var batch = (RecordBatch) message.header().message().header(new RecordBatch());
        for (int i = 0; i < batch.buffersLength(); i++) {
            assertThat(batch.buffers(i).offset() % 8).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void aLoanIsDoneWhenTheMemoryIsBack(int rows, BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, rows);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.client.holding = true;
            CompletableFuture<Void> loan = pipe.writer.lend(root, new byte[] {3});
            // What is copied is back at once.
            assertThat(loan.isDone()).isEqualTo(rows == SMALL);
            pipe.client.letGo();
            assertThat(loan).isCompleted();
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.metadata()).containsExactly(3);
            assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
        }
    }

    @Test
    void aLoanThatWasNotSentEndsWithTheCallsFailure(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, LARGE);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.client.holding = true;
            CompletableFuture<Void> loan = pipe.writer.lend(root);
            pipe.client.close(GrpcCode.NOT_FOUND.with("no such flight"), new Metadata());
            assertThat(loan).isCompletedExceptionally();
            assertThatThrownBy(loan::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(FlightNotFoundException.class)
                    .hasMessageContaining("no such flight");
        }
    }

    @Test
    void aFailedCallsErrorIsThrownByEveryWrite(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, SMALL);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            Metadata trailers = new Metadata().add("grpc-status-details-bin", new byte[] {1, 2});
            pipe.client.close(GrpcCode.NOT_FOUND.with("no such flight"), trailers);
            for (Runnable write : List.<Runnable>of(
                    () -> pipe.writer.write(root),
                    () -> pipe.writer.write(batch),
                    () -> pipe.writer.lend(root),
                    () -> pipe.writer.writeMetadata(new byte[1]))) {
                FlightNotFoundException failure = catchThrowableOfType(FlightNotFoundException.class, write::run);
                assertThat(failure).hasMessage("DoPut at fake:1 failed with NOT_FOUND: no such flight");
                assertThat(failure.description()).isEqualTo("no such flight");
                assertThat(failure.extraInfo()).containsExactly(1, 2);
            }
            pipe.writer.doneWriting();
        }
    }

    @Test
    void aPeerThatHasEnoughEndsTheWriting(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, SMALL);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.client.close(GrpcStatus.OK, new Metadata());
            assertThatThrownBy(() -> pipe.writer.write(root))
                    .isInstanceOf(FlightCancelledException.class)
                    .hasMessageContaining("ended by the peer, with OK");
        }
    }

    @Test
    void tooLargeABatchIsRefusedAndTheWriterGoesOn(BufferAllocator allocator) {
        FlightDescriptor descriptor = FlightDescriptor.path("p");
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 1000);
                Pipe pipe = new Pipe(allocator, descriptor, 1000)) {
            pipe.writer.begin(root.getSchema());
            FlightWriteSizeExceededException refusal = catchThrowableOfType(
                    FlightWriteSizeExceededException.class, () -> pipe.writer.write(root, new byte[10]));
            assertThat(refusal.limit()).isEqualTo(1000);
            // The body, the header and the metadata; the descriptor went with the schema.
            assertThat(refusal.actual())
                    .isEqualTo(FlightDataBytes.body(root).length
                            + BatchHeader.length(new OutgoingBatch().fill(root))
                            + 10);
            SampleTypes.refill(root, 10, 0);
            pipe.writer.write(root, new byte[10]);
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().getRowCount()).isEqualTo(10);
        }
    }

    private static int[] rowsOfParts(Pipe pipe, int total) {
        List<Integer> counts = new ArrayList<>();
        int rows = 0;
        while (rows < total) {
            assertThat(pipe.reader.next()).isTrue();
            VectorSchemaRoot part = pipe.reader.root();
            BigIntVector numbers = (BigIntVector) part.getVector(0);
            for (int i = 0; i < part.getRowCount(); i++) {
                assertThat(numbers.get(i)).as("row %d", rows + i).isEqualTo(rows + i);
            }
            assertThat(pipe.reader.metadata()).hasSize(rows == 0 ? 10 : 0);
            counts.add(part.getRowCount());
            rows += part.getRowCount();
        }
        return counts.stream().mapToInt(Integer::intValue).toArray();
    }

    private static VectorSchemaRoot numbered(BufferAllocator allocator, int rows) {
        VectorSchemaRoot root = SampleTypes.longs(allocator, 1, rows);
        BigIntVector numbers = (BigIntVector) root.getVector(0);
        for (int i = 0; i < rows; i++) {
            numbers.setSafe(i, i);
        }
        root.setRowCount(rows);
        return root;
    }

    @Test
    void tooLargeABatchGoesOutInPartsIfThatIsAskedFor(BufferAllocator allocator) {
        try (VectorSchemaRoot root = numbered(allocator, 1000);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
                Pipe pipe = new Pipe(allocator, FlightDescriptor.path("p"), 2000)) {
            pipe.writer.splitLargeBatches(true);
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root, new byte[10]);
            assertThat(rowsOfParts(pipe, 1000)).hasSizeBetween(4, 12);
            pipe.writer.write(batch, new byte[10]);
            assertThat(rowsOfParts(pipe, 1000)).hasSizeBetween(4, 12);
            assertThat(pipe.writer.lend(root, new byte[10])).isCompleted();
            assertThat(rowsOfParts(pipe, 1000)).hasSizeBetween(4, 12);
            assertThat(root.getRowCount()).isEqualTo(1000);
            SampleTypes.refill(root, 100, 0);
            pipe.writer.write(root, new byte[10]);
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().getRowCount())
                    .as("one that fits is not cut")
                    .isEqualTo(100);
        }
    }

    @Test
    void compressedPartsFitToo(BufferAllocator allocator) {
        try (VectorSchemaRoot root = numbered(allocator, 1000);
                Pipe pipe = new Pipe(allocator, FlightDescriptor.path("p"), 2000)) {
            pipe.writer.splitLargeBatches(true);
            pipe.writer.use(IpcWriteOptions.DEFAULT.compression(BodyCompression.LZ4_FRAME));
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root, new byte[10]);
            assertThat(rowsOfParts(pipe, 1000)).hasSizeBetween(4, 12);
        }
    }

    @Test
    void aRowThatDoesNotFitIsRefusedAndNothingIsSent(BufferAllocator allocator) {
        try (VarBinaryVector texts = new VarBinaryVector("t", allocator)) {
            texts.setSafe(0, new byte[10]);
            texts.setSafe(1, new byte[10]);
            texts.setSafe(2, new byte[3000]);
            texts.setValueCount(3);
            try (VectorSchemaRoot root = VectorSchemaRoot.of(texts);
                    Pipe pipe = new Pipe(allocator, FlightDescriptor.path("p"), 2000)) {
                pipe.writer.splitLargeBatches(true);
                pipe.writer.begin(root.getSchema());
                FlightWriteSizeExceededException refusal =
                        catchThrowableOfType(FlightWriteSizeExceededException.class, () -> pipe.writer.write(root));
                assertThat(refusal.actual()).isGreaterThan(3000);
                texts.setSafe(2, new byte[7]);
                texts.setValueCount(3);
                pipe.writer.write(root);
                assertThat(pipe.reader.next()).isTrue();
                assertThat(pipe.reader.root().getRowCount())
                        .as("the first that was sent")
                        .isEqualTo(3);
                assertThat(((VarBinaryVector) pipe.reader.root().getVector(0)).get(2))
                        .hasSize(7);
            }
        }
    }

    @Test
    void aSchemaOverTheLimitCountsTheDescriptorAndMayBeTriedAgain(BufferAllocator allocator) {
        FlightDescriptor descriptor = FlightDescriptor.command(new byte[600]);
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 1);
                Pipe pipe = new Pipe(allocator, descriptor, 1000)) {
            assertThatThrownBy(() -> pipe.writer.begin(
                            root.getSchema(), new DictionaryProvider.MapDictionaryProvider(), new byte[400]))
                    .isInstanceOf(FlightWriteSizeExceededException.class);
            pipe.writer.begin(root.getSchema());
            assertThat(pipe.reader.descriptor()).isEqualTo(descriptor);
        }
    }

    @Test
    void theOrderOfCalls(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 1);
                VectorSchemaRoot other = SampleTypes.longs(allocator, 2, 1);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
                Pipe pipe = new Pipe(allocator)) {
            assertThatThrownBy(() -> pipe.writer.write(root))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("begin has to be called");
            assertThatThrownBy(() -> pipe.writer.write(batch)).isInstanceOf(IllegalStateException.class);
            pipe.writer.begin(root.getSchema());
            assertThatThrownBy(() -> pipe.writer.begin(root.getSchema()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("begin was called before");
            assertThatThrownBy(() -> pipe.writer.write(other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("schema is not the one the stream began with");
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            pipe.writer.doneWriting();
            assertThat(pipe.client.halfCloses).isOne();
            assertThatThrownBy(() -> pipe.writer.write(root))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("doneWriting was called");
            assertThatThrownBy(() -> pipe.writer.writeMetadata(new byte[1])).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void theDescriptorGoesWithTheFirstMessageOnly(BufferAllocator allocator) {
        FlightDescriptor descriptor = FlightDescriptor.path("a", "b");
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 1);
                Pipe pipe = new Pipe(allocator, descriptor, 0)) {
            pipe.writer.begin(root.getSchema());
            pipe.writer.sendDescriptor();
            pipe.writer.write(root);
            FlightMessage schema = pipe.take();
            FlightMessage batch = pipe.take();
            assertThat(schema.descriptor()).isEqualTo(descriptor);
            assertThat(batch.descriptor()).isNull();
            batch.release();
        }
    }

    @Test
    void theDescriptorGoesAloneIfNothingElseDoes(BufferAllocator allocator) {
        FlightDescriptor descriptor = FlightDescriptor.command("c");
        try (Pipe pipe = new Pipe(allocator, descriptor, 0)) {
            pipe.writer.doneWriting();
            assertThat(pipe.reader.descriptor()).isEqualTo(descriptor);
            assertThat(pipe.reader.next()).isFalse();
        }
    }

    @Test
    void aServersDoneIsOnlyAMark(BufferAllocator allocator) {
        FakeCall.Server server = new FakeCall.Server(new FakeCall.Nobody(), new FakeCall.Nobody());
        CallOutcome outcome = new CallOutcome(new FakeCall.Nobody());
        MessageStreamWriter writer = MessageStreamWriter.server(server, outcome, allocator);
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 1)) {
            writer.begin(root.getSchema());
            writer.doneWriting();
            assertThat(server.isClosed()).isFalse();
            assertThatThrownBy(() -> writer.write(root)).isInstanceOf(IllegalStateException.class);
        }
    }
}
