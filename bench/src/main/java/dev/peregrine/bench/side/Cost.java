package dev.peregrine.bench.side;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a work used. A figure that nobody knows is NaN.
 *
 * @param clientCpu seconds a GiB, microseconds a call, or milliseconds a start
 * @param clientHeap bytes allocated for each batch or call
 */
public record Cost(double clientCpu, double serverCpu, double clientHeap, double serverHeap) {
    static Cost of(JsonNode json, Unit unit) {
        return new Cost(
                Sample.number(json, "client_cpu_" + unit.cpuMember),
                Sample.number(json, "server_cpu_" + unit.cpuMember),
                Sample.number(json, "client_heap_b"),
                Sample.number(json, "server_heap_b"));
    }

    /** Of client and server. */
    public double cpu() {
        return clientCpu + serverCpu;
    }
}
