package dev.peregrine.transport.connect;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Notices that a connection has had no calls for a while. A call that comes and goes sets no timer: there is
 * one, which looks at the time when it is due.
 */
public final class IdleTimer {
    private final EventExecutor loop;
    private final long patience;
    private final Runnable whenIdle;
    private long since;
    private boolean busy;
    private boolean stopped;
    private @Nullable Future<?> timer;

    /**
     * The connection is idle now.
     *
     * @param patience nanoseconds
     * @param whenIdle told once
     */
    public IdleTimer(EventExecutor loop, long patience, Runnable whenIdle) {
        this.loop = loop;
        this.patience = patience;
        this.whenIdle = whenIdle;
        this.since = System.nanoTime();
        set(patience);
    }

    private void set(long nanos) {
        timer = loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether calls are open. */
    public void busy(boolean now) {
        if (busy && !now) {
            since = System.nanoTime();
            if (timer == null && !stopped) {
                set(patience);
            }
        }
        busy = now;
    }

    private void look() {
        timer = null;
        if (busy || stopped) {
            return;
        }
        long left = since + patience - System.nanoTime();
        if (left > 0) {
            set(left);
        } else {
            stopped = true;
            whenIdle.run();
        }
    }

    /** The connection is gone. */
    public void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
