package dev.peregrine.protocol.wire.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.testing.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is allocated for a body that has been announced and has not come. */
@ExtendWith(LeakCheck.class)
final class ArrivingBodyTest {
    private static final int MIB = 1 << 20;

    private final Placements placements = new Placements();

    private static byte[] mebibyte(int i) {
        byte[] bytes = new byte[MIB];
        for (int at = 0; at < MIB; at++) {
            bytes[at] = (byte) (i * 31 + at * 7 + (at >> 8));
        }
        return bytes;
    }

    private static void add(ArrivingBody body, byte[] bytes, int n) {
        ByteBuf piece = Unpooled.wrappedBuffer(bytes);
        body.add(piece, n);
        assertThat(piece.readerIndex()).isEqualTo(n);
    }

    /** Puts the next {@code n} bytes where the body wants them, as the transport does, and hands them on. */
    private static void place(ArrivingBody body, byte[] bytes, int n) {
        ByteBuf place = body.placement(n);
        assertThat(place).isNotNull();
        assertThat(place.isReadable()).isFalse();
        assertThat(place.writableBytes()).isEqualTo(n);
        place.writeBytes(bytes, 0, n);
        body.add(place, n);
        place.release();
    }

    @Test
    void whatIsReadToItsPlaceIsNotCopied(BufferAllocator allocator) {
        ArrivingBody body = new ArrivingBody(allocator, placements, 3 * MIB, null);
        add(body, mebibyte(0), MIB);
        ByteBuf place = body.placement(MIB);
        long address = place.memoryAddress() + place.writerIndex();
        place.writeBytes(mebibyte(1));
        body.add(place, MIB);
        place.release();
        ByteBuf unused = body.placement(Integer.MAX_VALUE);
        assertThat(unused.writableBytes()).isEqualTo(MIB);
        unused.release();
        add(body, mebibyte(2), MIB);
        assertThat(body.placement(MIB)).as("nothing is missing").isNull();
        try (ArrowBuf all = body.take().get(0)) {
            assertThat(address).isEqualTo(all.memoryAddress() + MIB);
            for (int i = 0; i < 3; i++) {
                byte[] got = new byte[MIB];
                all.getBytes((long) i * MIB, got);
                assertThat(got).isEqualTo(mebibyte(i));
            }
        }
    }

    @Test
    void memoryThatComesAgainHasTheSamePlace(BufferAllocator allocator) {
        try (ArrowBuf memory = allocator.buffer(MIB)) {
            Placement place = placements.of(memory, MIB);
            assertThat(placements.of(memory, MIB)).isSameAs(place);
            assertThat(placements.of(memory, MIB / 2)).isNotSameAs(place);
            ByteBuf part = place.part(0, MIB);
            assertThat(placements.of(memory, MIB)).as("somebody holds it").isNotSameAs(place);
            part.release();
            assertThat(memory.refCnt()).isOne();
        }
    }

    @Test
    void whoHasTheBodyCanFreeItAtOnce(BufferAllocator allocator) {
        ArrivingBody body = new ArrivingBody(allocator, placements, MIB, null);
        ByteBuf place = body.placement(MIB);
        place.writeBytes(mebibyte(0));
        body.add(place, MIB);
        body.take().forEach(ArrowBuf::close);
        assertThat(allocator.getAllocatedMemory())
                .as("while the transport still holds the piece")
                .isZero();
        place.release();
    }

    @Test
    void withoutRoomThereIsNoPlaceAndTheBytesSayWhy(BufferAllocator allocator) {
        allocator.setLimit(MIB / 2);
        ArrivingBody body = new ArrivingBody(allocator, placements, MIB, null);
        assertThat(body.placement(MIB)).isNull();
        assertThat(body.placement(MIB)).as("asked again").isNull();
        assertThatThrownBy(() -> add(body, mebibyte(0), MIB)).isInstanceOf(OutOfMemoryException.class);
        body.release();
    }

    @Test
    void aClaimOfTwoGibibytesCostsLittle(BufferAllocator allocator) {
        ArrivingBody body = new ArrivingBody(allocator, placements, Integer.MAX_VALUE, null);
        assertThat(allocator.getAllocatedMemory()).as("nothing has come").isZero();
        add(body, new byte[1], 1);
        assertThat(allocator.getAllocatedMemory()).isEqualTo(ArrivingBody.TRUSTED);
        body.release();
    }

    /** Arrow memory is what this is about; the pool's own is counted by nobody here. */
    @Test
    void whatIsTrustedIsAllocatedOnce(BufferAllocator allocator) {
        ArrivingBody body = new ArrivingBody(allocator, placements, ArrivingBody.TRUSTED, null);
        for (int i = 0; body.missing() > 0; i++) {
            add(body, mebibyte(i), MIB);
            assertThat(allocator.getAllocatedMemory()).isEqualTo(ArrivingBody.TRUSTED);
        }
        body.take().forEach(ArrowBuf::close);
        assertThat(allocator.getPeakMemoryAllocation()).isEqualTo(ArrivingBody.TRUSTED);
    }

    @Test
    void moreIsAllocatedWhenThatHasCome(BufferAllocator allocator) {
        int length = ArrivingBody.TRUSTED + 3 * MIB + 5;
        ArrivingBody body = new ArrivingBody(allocator, placements, length, null);
        int i = 0;
        for (; i < 16; i++) {
            add(body, mebibyte(i), MIB);
        }
        assertThat(allocator.getAllocatedMemory()).isEqualTo(ArrivingBody.TRUSTED);
        for (; body.missing() > 0; i++) {
            add(body, mebibyte(i), Math.min(MIB, body.missing()));
        }
        List<ArrowBuf> buffers = body.take();
        assertThat(buffers).hasSize(1);
        try (ArrowBuf all = buffers.get(0)) {
            assertThat(all.writerIndex()).isEqualTo(length);
            for (int j = 0; j < i; j++) {
                byte[] expected = mebibyte(j);
                byte[] got = new byte[Math.min(MIB, length - j * MIB)];
                all.getBytes((long) j * MIB, got);
                assertThat(got).isEqualTo(Arrays.copyOf(expected, got.length));
            }
        }
    }

    @Test
    void noRoomToGrowFreesWhatCame(BufferAllocator allocator) {
        allocator.setLimit(20 * MIB);
        ArrivingBody body = new ArrivingBody(allocator, placements, 64 * MIB, null);
        for (int i = 0; i < 16; i++) {
            add(body, new byte[MIB], MIB);
        }
        assertThatThrownBy(() -> add(body, new byte[1], 1)).isInstanceOf(OutOfMemoryException.class);
        body.release();
        assertThat(allocator.getAllocatedMemory()).isZero();
    }
}
