package dev.peregrine.server;

import dev.peregrine.transport.Compression;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import org.jspecify.annotations.Nullable;

/** Any thread. The headers of one call's answer: collected until they go out, which is before its first message or status. */
final class ResponseHeaders {
    private final IncomingCall call;
    private final String method;

    /** Adds the last of them; null if the server has none. */
    private final @Nullable CallMiddleware middleware;

    /** Guards what happens before the headers go out, which is the first thing that does; taken before this. */
    private final Object first = new Object();

    /** Guarded by {@link #first}. */
    private boolean middlewareAsked;

    /** Written under both. */
    private volatile boolean gone;

    // Both guarded by this.
    private final Metadata headers = new Metadata();
    private @Nullable Compression compression;

    ResponseHeaders(IncomingCall call, String method, @Nullable CallMiddleware middleware) {
        this.call = call;
        this.method = method;
        this.middleware = middleware;
    }

    synchronized void add(String name, String value) {
        checkHere(name);
        headers.add(name, value);
    }

    synchronized void add(String name, byte[] value) {
        checkHere(name);
        headers.add(name, value);
    }

    synchronized void compression(Compression compression) {
        checkHere("grpc-encoding");
        this.compression = compression;
    }

    private void checkHere(String name) {
        if (gone) {
            throw new IllegalStateException("the headers of " + method + " have gone out with its first message, so "
                    + name + " cannot be added; add it earlier or as a trailer");
        }
    }

    /** What was collected goes out now, if anything, unless it has gone. */
    void send() {
        if (gone) {
            return;
        }
        synchronized (first) {
            if (middleware != null && !middlewareAsked) {
                middlewareAsked = true;
                Metadata more = middleware.headers();
                synchronized (this) {
                    headers.addAll(more);
                }
            }
            sendOnce();
        }
    }

    private synchronized void sendOnce() {
        if (gone) {
            return;
        }
        if (compression != null) {
            call.sendHeaders(headers, compression);
        } else if (!headers.isEmpty()) {
            call.sendHeaders(headers);
        }
        gone = true;
    }
}
