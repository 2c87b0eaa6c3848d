package dev.peregrine.bench.side;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What one client measured of one work in one round. A figure that nobody knows is NaN.
 *
 * @param amount rows moved, calls or starts made
 * @param noise of others, percent of one core
 */
public record Sample(
        Pair pair,
        int round,
        String work,
        Unit unit,
        double median,
        double min,
        double max,
        double p99,
        long amount,
        Cost cost,
        double noise) {

    /** From the line that a client printed. */
    static Sample of(Pair pair, int round, String line, double noise) throws PeerFailure {
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(line);
        } catch (JsonProcessingException e) {
            throw new PeerFailure("printed what is no JSON: " + line);
        }
        for (Unit unit : Unit.values()) {
            if (json.has(unit.member)) {
                return new Sample(
                        pair,
                        round,
                        json.path("work").asText(),
                        unit,
                        number(json, unit.member),
                        number(json, "min"),
                        number(json, "max"),
                        number(json, "p99_us"),
                        json.path("rows").asLong(json.path("n").asLong()),
                        Cost.of(json, unit),
                        noise);
            }
        }
        throw new PeerFailure("printed a line without a figure: " + line);
    }

    static double number(JsonNode json, String member) {
        return json.path(member).asDouble(Double.NaN);
    }
}
