package dev.peregrine.transport.watch;

import dev.peregrine.transport.GrpcStatus;
import org.jspecify.annotations.Nullable;

/** Any thread; must not block. Hears of the calls and connections of one end, to count and time them. */
public interface Watcher {
    /** A call begins. Null if nobody wants to hear more of it. */
    @Nullable
    CallWatch callStarted(String path, String peer);

    /** A connection can be used. */
    void connectionOpened(String peer);

    /** A connection is gone that could be used for so long. */
    void connectionClosed(String peer, long nanos);

    /** Any thread; must not block. Hears of one call. */
    interface CallWatch {
        /** A message of so many bytes is queued, its prefix included, before compression. */
        void sent(long bytes);

        /** A message has come, of so many bytes with its prefix, after decompression. */
        void received(long bytes);

        /** A thread waited so long because the peer reads slowly. */
        void waited(long nanos);

        /** Client only: the call is made again. */
        void repeated();

        /** The call is over. Once, last. */
        void ended(GrpcStatus status);
    }
}
