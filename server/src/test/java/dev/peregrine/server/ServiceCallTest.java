package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ServiceCallTest {
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger cancelActions = new AtomicInteger();

    /** A call of the transport that is over when {@link #over} says so, and counts how often it was finished. */
    private final IncomingCall call = (IncomingCall) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {IncomingCall.class}, (proxy, method, arguments) -> {
                return switch (method.getName()) {
                    case "path" -> "/arrow.flight.protocol.FlightService/DoGet";
                    case "peer" -> "peer";
                    case "headers" -> new Metadata();
                    case "isClosed" -> over.get();
                    case "finish" -> {
                        finished.incrementAndGet();
                        yield null;
                    }
                    default -> throw new AssertionError("not expected: " + method);
                };
            });

    /** Passed on to by {@link ServiceCall#listen}; hears nothing of interest. */
    private final CallListener nobody = (CallListener) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {CallListener.class}, (proxy, method, arguments) -> null);

    @Test
    void cancelActionsRunAlthoughTheMethodSawTheCancellationFirst(BufferAllocator allocator) {
        ServiceCall served = new ServiceCall(call, allocator, Runnable::run, false, null, List.of());
        CallListener transport = served.listen(nobody);
        served.onCancel(cancelActions::incrementAndGet);

        over.set(true); // as the transport does before it tells
        assertThat(served.isCancelled()).isTrue();
        served.end(null); // the method returned because of that
        transport.closed(GrpcCode.CANCELLED.with("the peer cancelled"), new Metadata());

        assertThat(cancelActions).hasValue(1);
        assertThat(finished).hasValue(0);
    }

    @Test
    void cancelActionsDoNotRunAfterTheMethodHasReturned(BufferAllocator allocator) {
        ServiceCall served = new ServiceCall(call, allocator, Runnable::run, false, null, List.of());
        CallListener transport = served.listen(nobody);
        served.onCancel(cancelActions::incrementAndGet);

        served.end(null);
        transport.closed(GrpcCode.CANCELLED.with("the peer cancelled"), new Metadata());

        assertThat(cancelActions).hasValue(0);
        assertThat(finished).hasValue(1);
    }
}
