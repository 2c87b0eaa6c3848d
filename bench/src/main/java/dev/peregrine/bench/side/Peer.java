package dev.peregrine.bench.side;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Who takes part.
 *
 * @param programs how server and client are started, of a program of others; empty otherwise
 */
public record Peer(String name, Kind kind, List<List<String>> programs) {
    /** How it is made. */
    public enum Kind {
        JAVA(EnumSet.allOf(Feature.class)),
        /** Its client knows no Unix sockets (arrow-java issue 1039), its writers no compression. */
        FLIGHT_CORE(EnumSet.complementOf(EnumSet.of(Feature.UNIX, Feature.COMPRESSION))),
        FLOOR(EnumSet.of(Feature.UNIX, Feature.INGEST, Feature.ONE_CALL, Feature.ARCHIVE)),
        PYARROW(EnumSet.complementOf(EnumSet.of(Feature.ARCHIVE))),
        /** Any program of the convention, which does not say more of itself. */
        PROGRAM(EnumSet.of(Feature.TLS, Feature.CALLS, Feature.ONE_CALL));

        private final Set<Feature> features;

        Kind(Set<Feature> features) {
            this.features = features;
        }
    }

    public static final String FLOOR = "floor";
    public static final String OURS = "peregrine";
    public static final String NON_BLOCKING = "peregrine-nonblocking";
    public static final String TCNATIVE = "peregrine-tcnative";
    public static final String FLIGHT_CORE = "flight-core";
    public static final String TUNED = "flight-core-tuned";
    public static final String PYARROW = "pyarrow";

    /** Programs that targets know, if they take part. */
    public static final String CPP = "cpp";

    public static final String RUST = "rust";

    /** Those that come with the benchmarks. */
    public static final List<Peer> ALL = List.of(
            new Peer(FLOOR, Kind.FLOOR),
            new Peer(OURS, Kind.JAVA),
            new Peer(NON_BLOCKING, Kind.JAVA),
            new Peer(TCNATIVE, Kind.JAVA),
            new Peer(FLIGHT_CORE, Kind.FLIGHT_CORE),
            new Peer(TUNED, Kind.FLIGHT_CORE),
            new Peer(PYARROW, Kind.PYARROW));

    private Peer(String name, Kind kind) {
        this(name, kind, List.of());
    }

    /** Of the text {@code NAME=SERVER,CLIENT}, two command lines. */
    static Peer program(String text) {
        int equals = text.indexOf('=');
        String[] lines = text.substring(equals + 1).split(",", -1);
        if (equals < 1 || lines.length != 2 || lines[0].isBlank() || lines[1].isBlank()) {
            throw new IllegalArgumentException(
                    "a program is NAME=SERVER,CLIENT, as in 'go=lab-go server,lab-go client', not '" + text + "'");
        }
        String name = text.substring(0, equals);
        if (!name.matches("[a-z][a-z0-9-]*") || ALL.stream().anyMatch(peer -> peer.name.equals(name))) {
            throw new IllegalArgumentException("'" + name + "' cannot be the name of a program: that is small letters,"
                    + " digits and hyphens, and no other peer's");
        }
        return new Peer(name, Kind.PROGRAM, List.of(words(lines[0]), words(lines[1])));
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split("\\s+"));
    }

    boolean can(Work work) {
        return kind.features.containsAll(work.needs());
    }

    /** Whether it has to be compiled while it runs. */
    boolean java() {
        return kind == Kind.JAVA || kind == Kind.FLIGHT_CORE || kind == Kind.FLOOR;
    }

    @Override
    public String toString() {
        return name;
    }
}
