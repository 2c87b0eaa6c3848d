package dev.peregrine.bench.side;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The comparison for programs: what it ran on, the summaries, each sample. A figure that nobody knows is null. Pure function. */
final class JsonReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonReport() {}

    static String of(Comparison comparison) {
        ObjectNode json = MAPPER.createObjectNode();
        ObjectNode machine = json.putObject("machine");
        comparison.machine().forEach(machine::put);
        settings(json.putObject("settings"), comparison.settings());
        for (String work : comparison.settings().works()) {
            List<Summary> summaries = comparison.of(work);
            summaries.forEach(summary -> summary(json.withArray("/summaries").addObject(), summary, summaries));
        }
        comparison.samples().forEach(sample -> sample(json.withArray("/samples").addObject(), sample));
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
    }

    private static void summary(ObjectNode json, Summary summary, List<Summary> work) {
        json.put("work", summary.work());
        json.put("client", summary.pair().client());
        json.put("server", summary.pair().server());
        json.put("unit", summary.unit().member);
        json.put("rounds", summary.rounds());
        number(json, "median", summary.median());
        number(json, "min", summary.min());
        number(json, "max", summary.max());
        number(json, "p99_us", summary.p99());
        number(json, "to_floor", Comparison.ratio(summary, work, Pair.FLOOR));
        number(json, "to_flight_core", Comparison.ratio(summary, work, Pair.FLIGHT_CORE));
        number(json, "client_cpu_" + summary.unit().cpuMember, summary.clientCpu());
        number(json, "server_cpu_" + summary.unit().cpuMember, summary.serverCpu());
        number(json, "others_cpu_percent", summary.noise());
    }

    private static void sample(ObjectNode json, Sample sample) {
        json.put("work", sample.work());
        json.put("client", sample.pair().client());
        json.put("server", sample.pair().server());
        json.put("round", sample.round());
        json.put("unit", sample.unit().member);
        number(json, "median", sample.median());
        number(json, "min", sample.min());
        number(json, "max", sample.max());
        number(json, "p99_us", sample.p99());
        json.put(sample.unit() == Unit.GIB_PER_SECOND ? "rows" : "calls", sample.amount());
        number(json, "client_cpu_" + sample.unit().cpuMember, sample.clientCpu());
        number(json, "server_cpu_" + sample.unit().cpuMember, sample.serverCpu());
        number(json, "others_cpu_percent", sample.noise());
    }

    private static void number(ObjectNode json, String name, double value) {
        if (Double.isNaN(value)) {
            json.putNull(name);
        } else {
            json.put(name, Math.round(value * 1e4) / 1e4);
        }
    }
}
