package dev.peregrine.bench.side;

/** In what a work is measured. */
public enum Unit {
    GIB_PER_SECOND("gib_s", "GiB/s", true, "s_gib", "CPU s/GiB"),
    MICROSECONDS("p50_us", "µs, p50", false, "us", "CPU µs"),
    CALLS_PER_SECOND("calls_s", "calls/s", true, "us", "CPU µs"),
    ROWS_PER_SECOND("rows_s", "rows/s", true, "us", "CPU µs/batch"),
    MILLISECONDS("wall_ms", "ms", false, "ms", "CPU ms");

    /** The member of a client's JSON line. */
    public final String member;

    public final String text;
    public final boolean moreIsBetter;
    /** The end of the members for CPU time. */
    public final String cpuMember;

    public final String cpuText;

    Unit(String member, String text, boolean moreIsBetter, String cpuMember, String cpuText) {
        this.member = member;
        this.text = text;
        this.moreIsBetter = moreIsBetter;
        this.cpuMember = cpuMember;
        this.cpuText = cpuText;
    }
}
