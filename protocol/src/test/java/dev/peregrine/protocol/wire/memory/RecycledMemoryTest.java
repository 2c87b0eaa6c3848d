package dev.peregrine.protocol.wire.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.testing.LeakCheck;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.util.LargeMemoryUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
final class RecycledMemoryTest {
    private static final int MIB = 1 << 20;

    private final RecycledMemory memory = new RecycledMemory(4 * MIB);

    @ParameterizedTest
    @CsvSource({
        "65536, 65536",
        "65537, 73728",
        "73728, 73728",
        "73729, 81920",
        "131072, 131072",
        "131073, 147456",
        "2129920, 2359296",
        "14680065, 15728640",
        "16777216, 16777216"
    })
    void anEighthIsWastedAtMostAndCounted(int size, int length, BufferAllocator allocator) {
        try (ArrowBuf buffer = memory.buffer(allocator, size)) {
            assertThat(buffer.capacity()).isEqualTo(length);
            assertThat(buffer.writerIndex()).isZero();
            assertThat(allocator.getAllocatedMemory()).isEqualTo(length);
            buffer.setByte(0, 1);
            buffer.setByte(length - 1, 2);
        }
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1", "65535", "16777217"})
    void othersAreArrowsOwn(int size, BufferAllocator allocator) {
        memory.buffer(allocator, size).close();
        assertThat(memory.idleBytes()).isZero();
    }

    @Test
    void whatCameBackLastGoesOutFirst(BufferAllocator allocator) {
        ArrowBuf first = memory.buffer(allocator, MIB);
        ArrowBuf second = memory.buffer(allocator, MIB);
        long address = first.memoryAddress();
        second.close();
        first.close();
        assertThat(memory.idleBytes()).isEqualTo(2 * MIB);
        try (ArrowBuf shorter = memory.buffer(allocator, MIB - 1000)) {
            assertThat(shorter.memoryAddress()).isEqualTo(address);
            assertThat(memory.idleBytes()).isEqualTo(MIB);
        }
        memory.buffer(allocator, 2 * MIB).close();
        assertThat(memory.idleBytes()).as("of another length").isEqualTo(4 * MIB);
    }

    @Test
    void theRestIsFreed(BufferAllocator allocator) {
        ArrowBuf[] held = new ArrowBuf[6];
        for (int i = 0; i < held.length; i++) {
            held[i] = memory.buffer(allocator, MIB);
        }
        for (ArrowBuf buffer : held) {
            buffer.close();
        }
        assertThat(memory.idleBytes()).isEqualTo(4 * MIB);
    }

    @Test
    void comesBackWhenTheLastReferenceIsGone(BufferAllocator allocator) {
        try (BufferAllocator child = allocator.newChildAllocator("child", 0, 2 * MIB)) {
            ArrowBuf buffer = memory.buffer(child, MIB);
            ArrowBuf slice = buffer.slice(64, LargeMemoryUtil.checkedCastToInt(buffer.capacity()) - 64);
            ArrowBuf moved = slice.getReferenceManager()
                    .transferOwnership(slice, allocator)
                    .getTransferredBuffer();
            buffer.close();
            assertThat(child.getAllocatedMemory()).isZero();
            assertThat(memory.idleBytes())
                    .as("the allocator that it was moved to has it")
                    .isZero();
            moved.close();
        }
        assertThat(memory.idleBytes()).isEqualTo(MIB);
    }

    @Test
    void theAllocatorsLimitHolds(BufferAllocator allocator) {
        allocator.setLimit(MIB);
        assertThatThrownBy(() -> memory.buffer(allocator, MIB + 1)).isInstanceOf(OutOfMemoryException.class);
        assertThat(allocator.getAllocatedMemory()).isZero();
        assertThat(memory.idleBytes()).as("what could not be counted").isEqualTo(MIB + MIB / 8);
    }
}
