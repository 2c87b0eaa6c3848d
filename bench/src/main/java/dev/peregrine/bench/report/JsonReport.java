package dev.peregrine.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peregrine.bench.side.Comparison;
import dev.peregrine.bench.side.Cost;
import dev.peregrine.bench.side.Peer;
import dev.peregrine.bench.side.Sample;
import dev.peregrine.bench.side.Settings;
import dev.peregrine.bench.side.Summary;
import dev.peregrine.bench.side.Unit;
import java.util.List;

/** The comparison for programs: what it ran on, the summaries, each sample. A figure that nobody knows is null. Pure function. */
public final class JsonReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonReport() {}

    public static String of(Comparison comparison) {
        ObjectNode json = MAPPER.createObjectNode();
        ObjectNode machine = json.putObject("machine");
        comparison.machine().forEach(machine::put);
        settings(json.putObject("settings"), comparison.settings());
        for (String work : comparison.settings().works()) {
            List<Summary> summaries = comparison.of(work);
            summaries.forEach(summary -> summary(json.withArray("/summaries").addObject(), summary, summaries));
        }
        comparison.samples().forEach(sample -> sample(json.withArray("/samples").addObject(), sample));
        Targets.of(comparison).stream()
                .filter(Target::known)
                .forEach(target -> target(json.withArray("/targets").addObject(), target));
        comparison.failures().forEach(json.withArray("/failures")::add);
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void settings(ObjectNode json, Settings settings) {
        json.put("rounds", settings.rounds());
        json.put("warm_up_s", settings.warmUp());
        json.put("repetitions", settings.repetitions());
        json.put("repetition_s", settings.repetitionSeconds());
        json.put("calls", settings.calls());
        json.put("starts", settings.starts());
        json.put("verify", settings.verify());
    }

    private static void summary(ObjectNode json, Summary summary, List<Summary> work) {
        json.put("work", summary.work());
        json.put("client", summary.pair().client().name());
        json.put("server", summary.pair().server().name());
        json.put("unit", summary.unit().member);
        json.put("rounds", summary.rounds());
        number(json, "median", summary.median());
        number(json, "min", summary.min());
        number(json, "max", summary.max());
        number(json, "p99_us", summary.p99());
        number(json, "to_floor", Comparison.ratio(summary, work, Peer.FLOOR));
        number(json, "to_flight_core", Comparison.ratio(summary, work, Peer.FLIGHT_CORE));
        cost(json, summary.cost(), summary.unit());
        number(json, "others_cpu_percent", summary.noise());
    }

    private static void sample(ObjectNode json, Sample sample) {
        json.put("work", sample.work());
        json.put("client", sample.pair().client().name());
        json.put("server", sample.pair().server().name());
        json.put("round", sample.round());
        json.put("unit", sample.unit().member);
        number(json, "median", sample.median());
        number(json, "min", sample.min());
        number(json, "max", sample.max());
        number(json, "p99_us", sample.p99());
        json.put(sample.unit() == Unit.GIB_PER_SECOND ? "rows" : "calls", sample.amount());
        cost(json, sample.cost(), sample.unit());
        number(json, "others_cpu_percent", sample.noise());
    }

    private static void target(ObjectNode json, Target target) {
        json.put("target", target.what());
        number(json, "ours", target.ours());
        json.put("of", target.to());
        number(json, "theirs", target.theirs());
        number(json, "ratio", target.ratio());
        json.put("asked", target.demand());
        json.put("met", target.met());
    }

    private static void cost(ObjectNode json, Cost cost, Unit unit) {
        number(json, "client_cpu_" + unit.cpuMember, cost.clientCpu());
        number(json, "server_cpu_" + unit.cpuMember, cost.serverCpu());
        number(json, "client_heap_b", cost.clientHeap());
        number(json, "server_heap_b", cost.serverHeap());
    }

    private static void number(ObjectNode json, String name, double value) {
        if (Double.isNaN(value)) {
            json.putNull(name);
        } else {
            json.put(name, Math.round(value * 1e4) / 1e4);
        }
    }
}
