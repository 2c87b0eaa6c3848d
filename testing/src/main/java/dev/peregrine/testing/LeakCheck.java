package dev.peregrine.testing;

import io.netty.buffer.ByteBufAllocator;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Fails tests that leak Arrow or Netty memory. Any thread; tests of one JVM run one after another.
 *
 * <p>A test asks for memory with a parameter (of the test, of {@code @BeforeEach} or of the constructor):
 *
 * <ul>
 *   <li>a {@link BufferAllocator}: a fresh Arrow root of at most {@value ArrowMemory#LIMIT} bytes;
 *   <li>a {@link ByteBufAllocator}: a fresh, exactly counting Netty allocator.
 * </ul>
 *
 * <p>All parameters of one type in one test are the same allocator. After the test and its {@code @AfterEach} methods
 * both must be empty; a moment is left for event loops that are still letting go. A parameter of {@code @BeforeAll} lives
 * until the class is done and is checked then.
 *
 * <p>Buffers of any other Netty allocator are found by Netty's leak detector once they are unreachable: after each
 * class the garbage collector runs, and what was dropped without a release fails the class.
 */
public final class LeakCheck implements ParameterResolver, AfterEachCallback, AfterAllCallback {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeakCheck.class);

    static {
        RecordingLeakDetector.install();
    }

    /** Creates the extension; JUnit does this. */
    public LeakCheck() {}

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == BufferAllocator.class || type == ByteBufAllocator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Memory memory = memoryOf(context);
        return parameter.getParameter().getType() == BufferAllocator.class
                ? memory.arrow.allocator()
                : memory.netty.allocator();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        memoryOf(context).check();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        memoryOf(context).check();
        NettyMemory.checkDropped(context.getDisplayName());
    }

    /** The memory of this very test or class; the id keeps a test from finding the memory of its class. */
    private static Memory memoryOf(ExtensionContext context) {
        return context.getStore(NAMESPACE).computeIfAbsent(context.getUniqueId(), id -> new Memory(), Memory.class);
    }

    private static final class Memory {

        private final ArrowMemory arrow = new ArrowMemory();
        private final NettyMemory netty = new NettyMemory();

        void check() {
            try {
                arrow.check();
            } finally {
                netty.check();
            }
        }
    }
}
