package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoalescingChannelTest {

    @TempDir
    Path folder;

    @Test
    void keepsTheOrderOfSmallAndLargeWrites() throws IOException {
        Path path = folder.resolve("a");
        Random random = new Random(5);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            CoalescingChannel channel = new CoalescingChannel(file);
            for (int i = 0; i < 500; i++) {
                byte[] bytes = new byte[random.nextInt(i % 10 == 0 ? 100_000 : 3_000)];
                random.nextBytes(bytes);
                assertThat(channel.write(ByteBuffer.wrap(bytes))).isEqualTo(bytes.length);
                expected.write(bytes);
            }
            channel.flush();
        }

        assertThat(Files.readAllBytes(path)).isEqualTo(expected.toByteArray());
    }

    @Test
    void collectsSmallWrites() throws IOException {
        try (FileChannel file =
                FileChannel.open(folder.resolve("a"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            CoalescingChannel channel = new CoalescingChannel(file);
            for (int i = 0; i < 64; i++) {
                channel.write(ByteBuffer.allocate(1024));
            }
            assertThat(file.size()).isZero();
            channel.write(ByteBuffer.allocate(1));
            assertThat(file.size()).isEqualTo(64 << 10);
            channel.flush();
            assertThat(file.size()).isEqualTo((64 << 10) + 1);
        }
    }
}
