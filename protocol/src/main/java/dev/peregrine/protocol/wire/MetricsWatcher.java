package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.metrics.CallMetrics;
import dev.peregrine.protocol.metrics.FlightMetrics;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Logs;
import dev.peregrine.transport.watch.Watcher;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Any thread. Tells a user's metrics, in Flight's words, what the transport tells. What they throw goes to the log. */
public final class MetricsWatcher implements Watcher {
    private final FlightMetrics.Side side;
    private final FlightMetrics metrics;

    private MetricsWatcher(FlightMetrics.Side side, FlightMetrics metrics) {
        this.side = side;
        this.metrics = metrics;
    }

    /** Null if {@code metrics} is. */
    public static @Nullable Watcher of(FlightMetrics.Side side, @Nullable FlightMetrics metrics) {
        return metrics == null ? null : new MetricsWatcher(side, metrics);
    }

    private static void guarded(Runnable tell) {
        try {
            tell.run();
        } catch (RuntimeException e) {
            Logs.CALLS.warn("Metrics failed", e);
        }
    }

    @Override
    public @Nullable CallWatch callStarted(String path, String peer) {
        try {
            CallMetrics call = metrics.callStarted(side, FlightMethods.name(path), peer);
            return call == null ? null : new Call(call);
        } catch (RuntimeException e) {
            Logs.CALLS.warn("Metrics failed", e);
            return null;
        }
    }

    @Override
    public void connectionOpened(String peer) {
        guarded(() -> metrics.connectionOpened(side, peer));
    }

    @Override
    public void connectionClosed(String peer, long nanos) {
        guarded(() -> metrics.connectionClosed(side, peer, Duration.ofNanos(nanos)));
    }

    private static final class Call implements CallWatch {
        private final CallMetrics call;
        private final long started = System.nanoTime();

        Call(CallMetrics call) {
            this.call = call;
        }

        @Override
        public void sent(long bytes) {
            guarded(() -> call.messageSent(bytes));
        }

        @Override
        public void received(long bytes) {
            guarded(() -> call.messageReceived(bytes));
        }

        @Override
        public void waited(long nanos) {
            guarded(() -> call.waitedToSend(Duration.ofNanos(nanos)));
        }

        @Override
        public void repeated() {
            guarded(call::repeated);
        }

        @Override
        public void ended(GrpcStatus status) {
            FlightStatusCode failure =
                    status.isOk() ? null : FlightStatusCode.ofGrpc(status.code().number());
            guarded(() -> call.ended(failure, Duration.ofNanos(System.nanoTime() - started)));
        }
    }
}
