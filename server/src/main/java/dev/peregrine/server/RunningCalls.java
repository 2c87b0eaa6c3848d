package dev.peregrine.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Any thread. The calls whose service methods run or wait for a thread; at most so many at once. */
final class RunningCalls {
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Set<ServiceCall> calls = new HashSet<>();

    RunningCalls(int limit) {
        this.limit = limit;
    }

    /** False if the limit is reached; else {@link #remove} must follow. */
    boolean add(ServiceCall call) {
        lock.lock();
        try {
            return calls.size() < limit && calls.add(call);
        } finally {
            lock.unlock();
        }
    }

    void remove(ServiceCall call) {
        lock.lock();
        try {
            calls.remove(call);
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int limit() {
        return limit;
    }

    /** The calls that run, but the one that this thread itself serves, which cannot end while it waits. */
    List<ServiceCall> others() {
        lock.lock();
        try {
            return calls.stream().filter(call -> !call.isServedHere()).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@link #others} is empty; false if it is not in time. */
    boolean awaitNone(Duration time) throws InterruptedException {
        long left = time.toNanos();
        lock.lockInterruptibly();
        try {
            while (!others().isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = ended.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
