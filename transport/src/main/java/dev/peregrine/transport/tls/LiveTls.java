package dev.peregrine.transport.tls;

import dev.peregrine.transport.Logs;
import dev.peregrine.transport.Tls;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. One end's TLS as it is now. What it is made of can be read again, so that certificates are renewed without a
 * restart: connections made from then on have the new ones, those that exist keep what they have.
 *
 * <p>Files are read by the thread that makes or reloads this, or by one of its own that looks for changes; not by event
 * loops.
 */
public final class LiveTls implements AutoCloseable {
    private final Tls settings;
    private final SslProvider provider;
    private final @Nullable ScheduledThreadPoolExecutor watch;
    private final Object lock = new Object();
    private volatile SslContext context;

    /** Under {@link #lock}: what {@link #context} was made of. */
    private Inputs inputs;

    /**
     * Reads what the settings name.
     *
     * @throws IllegalArgumentException something in it is not what it should be
     * @throws java.io.UncheckedIOException a file cannot be read
     */
    public LiveTls(Tls settings) {
        this(settings, TlsContexts.PROVIDER);
    }

    /** The same with this of Netty's providers: for tests. */
    LiveTls(Tls settings, SslProvider provider) {
        this.settings = settings;
        this.provider = provider;
        this.inputs = new Inputs();
        this.context = make(inputs);
        Duration interval = interval(settings);
        this.watch = interval == null ? null : watch(interval);
    }

    private static @Nullable Duration interval(Tls settings) {
        return settings instanceof Tls.Client client
                ? client.reloadInterval()
                : ((Tls.Server) settings).reloadInterval();
    }

    private ScheduledThreadPoolExecutor watch(Duration interval) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, look -> {
            Thread thread = new Thread(look, "peregrine-certificates");
            thread.setDaemon(true);
            return thread;
        });
        long nanos = interval.toNanos();
        var ignored = timer.scheduleWithFixedDelay(this::reloadIfChanged, nanos, nanos, TimeUnit.NANOSECONDS);
        return timer;
    }

    private SslContext make(Inputs from) {
        return settings instanceof Tls.Client client
                ? TlsContexts.client(client, provider, from)
                : TlsContexts.server((Tls.Server) settings, provider, from);
    }

    /** What a connection that is made now is to use. Never blocks. */
    public SslContext context() {
        return context;
    }

    /**
     * Reads everything again. Blocks for the time it takes to read the files.
     *
     * @throws IllegalArgumentException something in it is not what it should be; the old certificates stay in use
     * @throws java.io.UncheckedIOException a file cannot be read; the old certificates stay in use
     */
    public void reload() {
        synchronized (lock) {
            Inputs fresh = new Inputs();
            context = make(fresh);
            inputs = fresh;
        }
    }

    private void reloadIfChanged() {
        try {
            synchronized (lock) {
                if (!inputs.haveChanged()) {
                    return;
                }
                reload();
            }
            Logs.CONNECTION.info("The TLS certificates have changed; new connections use them");
        } catch (RuntimeException e) {
            // In the middle of a change, or a bad one: it is looked at again.
            Logs.CONNECTION.warn(
                    "The TLS certificates have changed, but cannot be used; the old ones stay: {}", e.getMessage());
        }
    }

    /** Looks for changes no more. Idempotent. */
    @Override
    public void close() {
        if (watch != null) {
            watch.shutdownNow();
        }
    }
}
