package dev.peregrine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs small test classes that leak, each in its own way, and looks at how they fail. */
class LeakCheckTest {

    @Test
    void aLeakedArrowBufferFailsItsTest() {
        EngineExecutionResults run = run(selectMethod(Leaks.class, "arrow", BufferAllocator.class));

        assertThat(failures(run.testEvents()))
                .singleElement()
                .asString()
                .contains("leaked 64 bytes of Arrow memory", "RootAllocator");
    }

    @Test
    void theReportOfAnArrowLeakNamesTheLineThatAllocated() {
        EngineExecutionResults run = run(selectMethod(Leaks.class, "arrow", BufferAllocator.class));

        assertThat(failures(run.testEvents())).singleElement().asString().contains("LeakCheckTest$Leaks.arrow");
    }

    @Test
    void aLeakedBufferOfTheTestsNettyAllocatorFailsItsTest() {
        EngineExecutionResults run = run(selectMethod(Leaks.class, "netty", ByteBufAllocator.class));

        assertThat(failures(run.testEvents()))
                .singleElement()
                .asString()
                .contains("leaked 100 direct and 0 heap bytes of Netty memory");
    }

    @Test
    void aDroppedBufferOfAnyOtherAllocatorFailsItsClass() {
        EngineExecutionResults run = run(selectMethod(Leaks.class, "dropped"));

        assertThat(run.testEvents().succeeded().count()).isEqualTo(1);
        assertThat(failures(run.containerEvents()))
                .singleElement()
                .asString()
                .contains("1 Netty buffer(s) dropped without release()", "LeakCheckTest$Leaks.dropped");
    }

    @Test
    void aLeakInBeforeAllFailsTheClass() {
        EngineExecutionResults run = run(selectClass(LeakInBeforeAll.class));

        assertThat(run.testEvents().succeeded().count()).isEqualTo(1);
        assertThat(failures(run.containerEvents()))
                .singleElement()
                .asString()
                .contains("leaked 64 bytes of Arrow memory");
    }

    @Test
    void tidyTestsPass() {
        EngineExecutionResults run = run(selectClass(Tidy.class));

        assertThat(failures(run.allEvents())).isEmpty();
        assertThat(run.testEvents().succeeded().count()).isEqualTo(4);
    }

    private static EngineExecutionResults run(DiscoverySelector what) {
        return EngineTestKit.engine("junit-jupiter").selectors(what).execute();
    }

    private static List<Throwable> failures(Events events) {
        return events.failed().stream()
                .map(Event::getPayload)
                .map(payload -> (TestExecutionResult) payload.orElseThrow())
                .map(result -> result.getThrowable().orElseThrow())
                .toList();
    }

    @ExtendWith(LeakCheck.class)
    static class Leaks {

        @Test
        void arrow(BufferAllocator allocator) {
            allocator.buffer(64);
        }

        @Test
        void netty(ByteBufAllocator allocator) {
            kept = allocator.directBuffer(100);
        }

        @Test
        void dropped() {
            ByteBufAllocator.DEFAULT.directBuffer(100).writeInt(1);
        }

        /** Reachable, so that only the exact count can find it and not the search for dropped buffers. */
        private static ByteBuf kept;

        @AfterAll
        static void tidyUp() {
            if (kept != null) {
                kept.release();
            }
        }
    }

    @ExtendWith(LeakCheck.class)
    static class LeakInBeforeAll {

        @BeforeAll
        static void leak(BufferAllocator allocator) {
            allocator.buffer(64);
        }

        @Test
        void tidy(BufferAllocator allocator) {
            allocator.buffer(64).close();
        }
    }

    @ExtendWith(LeakCheck.class)
    static class Tidy {

        private final BufferAllocator ofTheConstructor;
        private ArrowBuf early;

        Tidy(BufferAllocator allocator) {
            ofTheConstructor = allocator;
        }

        @BeforeEach
        void allocate(BufferAllocator allocator) {
            assertThat(allocator).isSameAs(ofTheConstructor);
            early = allocator.buffer(10);
        }

        @AfterEach
        void free() {
            early.close();
        }

        @Test
        void oneAllocatorForAllParametersOfATest(BufferAllocator allocator) {
            assertThat(allocator).isSameAs(ofTheConstructor);
        }

        @Test
        void asksForNothing() {}

        @Test
        void releasesNetty(ByteBufAllocator allocator) {
            allocator.directBuffer(100).release();
            allocator.heapBuffer(100).release();
        }

        @Test
        void releasesOnAnotherThreadAMomentLater(BufferAllocator allocator) {
            ArrowBuf buffer = allocator.buffer(64);
            CompletableFuture.delayedExecutor(50, java.util.concurrent.TimeUnit.MILLISECONDS)
                    .execute(buffer::close);
        }
    }
}
