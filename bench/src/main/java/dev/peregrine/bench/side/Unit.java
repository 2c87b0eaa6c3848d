package dev.peregrine.bench.side;

/** In what a work is measured. */
enum Unit {
    GIB_PER_SECOND("gib_s", "GiB/s", true, "s_gib", "CPU s/GiB"),
    MICROSECONDS("p50_us", "µs, p50", false, "us", "CPU µs"),
    CALLS_PER_SECOND("calls_s", "calls/s", true, "us", "CPU µs");

    /** The member of a client's JSON line. */
    final String member;

    final String text;
    final boolean moreIsBetter;
    /** The end of the members for CPU time. */
    final String cpuMember;

    final String cpuText;

    Unit(String member, String text, boolean moreIsBetter, String cpuMember, String cpuText) {
        this.member = member;
        this.text = text;
        this.moreIsBetter = moreIsBetter;
        this.cpuMember = cpuMember;
        this.cpuText = cpuText;
    }
}
