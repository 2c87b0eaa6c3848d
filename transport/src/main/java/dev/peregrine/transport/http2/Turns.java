package dev.peregrine.transport.http2;

import dev.peregrine.transport.connect.SharedLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Any thread asks, the event loop gives. Calls that want a turn on one event loop, because other threads sent or consumed
 * something: the loop is woken once for all that ask together, and each connection is flushed once after them.
 */
final class Turns {
    /** Who can ask. */
    abstract static class Member {
        private final AtomicBoolean asked = new AtomicBoolean();

        /** Event loop only. Its turn. */
        abstract void turn();

        /** The event loop has ended: the turn will not come. The asking thread. */
        abstract void refused();
    }

    /** After so many turns the connections are flushed, and the sockets have theirs. */
    private static final int MOST_AT_ONCE = 64;

    private final SharedLoop loop;
    private final Queue<Member> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final List<Connection> unflushed = new ArrayList<>();
    private final AtomicLong queued = new AtomicLong();
    private boolean running;

    Turns(SharedLoop loop) {
        this.loop = loop;
    }

    SharedLoop loop() {
        return loop;
    }

    /** Bytes that all these calls have queued. */
    AtomicLong queued() {
        return queued;
    }

    /** Asks for a turn; once, however often it is asked before the turn comes. */
    void ask(Member member) {
        if (!member.asked.compareAndSet(false, true)) {
            return;
        }
        waiting.add(member);
        if (!woken.compareAndSet(false, true)) {
            return;
        }
        try {
            loop.execute(this::run);
        } catch (RejectedExecutionException e) {
            woken.set(false);
            for (Member refused; (refused = waiting.poll()) != null; ) {
                refused.asked.set(false);
                refused.refused();
            }
        }
    }

    /** Event loop only. Gives all who asked their turn, now. */
    void run() {
        if (running) {
            return;
        }
        woken.set(false);
        running = true;
        try {
            for (int i = 0; i < MOST_AT_ONCE; i++) {
                Member member = waiting.poll();
                if (member == null) {
                    break;
                }
                member.asked.set(false);
                member.turn();
            }
        } finally {
            running = false;
            flush();
            if (!waiting.isEmpty() && woken.compareAndSet(false, true)) {
                loop.execute(this::run);
            }
        }
    }

    private void flush() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flushNow();
        }
        unflushed.clear();
    }

    /** Event loop only. Flushes the connection: after the turns, if they are being given, else now. */
    void flush(Connection connection) {
        if (!running) {
            connection.flushNow();
        } else if (!unflushed.contains(connection)) {
            unflushed.add(connection);
        }
    }
}
