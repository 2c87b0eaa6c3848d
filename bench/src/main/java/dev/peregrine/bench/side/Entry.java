package dev.peregrine.bench.side;

import java.util.List;

/** What a pair is to do in each round. */
public record Entry(Pair pair, List<Work> works) {
    /** Those over one kind of connection, without those that measure a start. */
    List<Work> over(Link link) {
        return works.stream()
                .filter(work -> work.link() == link && !work.cold())
                .toList();
    }

    List<Work> cold() {
        return works.stream().filter(Work::cold).toList();
    }
}
