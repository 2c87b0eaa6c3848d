package dev.peregrine.server.folder;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.MessageCompression;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.ServerMiddleware;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** A call that nobody made. Any thread. */
final class FakeCall implements ServerCall {

    private final BufferAllocator allocator;
    private volatile boolean cancelled;

    FakeCall(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    void cancel() {
        cancelled = true;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public BufferAllocator allocator() {
        return allocator;
    }

    @Override
    public String method() {
        return "Test";
    }

    @Override
    public String peer() {
        return "test";
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return List.of();
    }

    @Override
    public CallHeaders headers() {
        return new CallHeaders();
    }

    @Override
    public <T extends ServerMiddleware> @Nullable T middleware(ServerMiddleware.Key<T> key) {
        return null;
    }

    @Override
    public void onCancel(Runnable action) {}

    @Override
    public @Nullable Duration timeRemaining() {
        return null;
    }

    @Override
    public void addHeader(String name, String value) {}

    @Override
    public void addHeader(String name, byte[] value) {}

    @Override
    public void compression(MessageCompression compression) {}

    @Override
    public void addTrailer(String name, String value) {}

    @Override
    public void addTrailer(String name, byte[] value) {}

    @Override
    public void endsWith(CompletionStage<?> end) {
        throw new AssertionError("nobody asks for this");
    }
}
