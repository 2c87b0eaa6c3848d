package dev.peregrine.bench.side;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is measured, by the name that is typed. */
public record Work(String name, Link link, Set<Feature> needs) {
    /** What {@link #of} understands. */
    static final String NAMES =
            "get:ROWS, put:ROWS, get16:ROWS, get16x4:ROWS, each as get-tls:ROWS and get-unix:ROWS too,"
                    + " get-lz4:ROWS, get-zstd:ROWS, exchange, ping, info, ping32, ingest, ingest64, tail, coldstart, coldstart-cds";

    public static final String COLD = "coldstart";
    public static final String COLD_ARCHIVED = "coldstart-cds";

    private static final Pattern MOVING =
            Pattern.compile("(?:get|put)([1-9][0-9]{0,2}(?:x[1-9][0-9]?)?)?(-tls|-unix|-lz4|-zstd)?:[1-9][0-9]{0,8}");

    /** Throws IllegalArgumentException with the message for the user. */
    public static Work of(String name) {
        Matcher moving = MOVING.matcher(name);
        EnumSet<Feature> needs = EnumSet.noneOf(Feature.class);
        if (!moving.matches()) {
            needs.addAll(needs(name));
            return new Work(name, Link.TCP, needs);
        }
        if (moving.group(1) != null) {
            needs.add(Feature.STREAMS);
        }
        String how = moving.group(2) == null ? "" : moving.group(2);
        Link link =
                switch (how) {
                    case "-tls" -> {
                        needs.add(Feature.TLS);
                        yield Link.TLS;
                    }
                    case "-unix" -> {
                        needs.add(Feature.UNIX);
                        yield Link.UNIX;
                    }
                    case "" -> Link.TCP;
                    default -> {
                        needs.add(Feature.COMPRESSION);
                        yield Link.TCP;
                    }
                };
        return new Work(name, link, needs);
    }

    private static Set<Feature> needs(String name) {
        return switch (name) {
            case "exchange", "ping", "info" -> Set.of();
            case "ping32" -> Set.of(Feature.CALLS);
            case "ingest", "ingest64" -> Set.of(Feature.INGEST);
            case "tail" -> Set.of(Feature.STREAMS);
            case COLD -> Set.of(Feature.ONE_CALL);
            case COLD_ARCHIVED -> Set.of(Feature.ONE_CALL, Feature.ARCHIVE);
            default -> throw new IllegalArgumentException("there is no work '" + name + "'; works are " + NAMES);
        };
    }

    /** Whether what is measured is the start of the client, not what it does then. */
    boolean cold() {
        return needs.contains(Feature.ONE_CALL);
    }

    @Override
    public String toString() {
        return name;
    }
}
