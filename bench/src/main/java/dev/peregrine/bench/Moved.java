package dev.peregrine.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reports bytes and batches beside operations; JMH divides by the time. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Moved {
    /** Of values. */
    public double mebibytes;

    public long batches;

    void add(long number, double bytes) {
        batches += number;
        mebibytes += bytes / (1 << 20);
    }
}
