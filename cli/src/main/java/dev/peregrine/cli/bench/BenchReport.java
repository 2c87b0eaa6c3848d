package dev.peregrine.cli.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.peregrine.cli.Sizes;
import dev.peregrine.cli.bench.Measured.Spread;
import dev.peregrine.cli.format.TableLayout;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** What was measured, for people and for programs. Pure functions. */
public final class BenchReport {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};
    private static final String[] PERCENTILE_NAMES = {"p50", "p90", "p99", "p99.9", "max"};

    private BenchReport() {}

    /** Tables: what was moved, what was called, how long it took, what failed. */
    public static List<String> text(String uri, Plan plan, List<Measured> all, boolean unicode) {
        List<String> lines = new ArrayList<>();
        lines.add(head(uri, plan));
        List<Measured> moving =
                all.stream().filter(measured -> measured.work().movesBatches()).toList();
        if (!moving.isEmpty()) {
            lines.add("");
            lines.addAll(throughput(moving, unicode));
        }
        List<Measured> small =
                all.stream().filter(measured -> !measured.work().movesBatches()).toList();
        if (!small.isEmpty()) {
            lines.add("");
            lines.addAll(calls(small, unicode));
        }
        lines.add("");
        lines.addAll(latencies(all, unicode));
        all.forEach(measured -> measured.errors()
                .forEach((message, count) ->
                        lines.add(measured.work().text() + ": " + Sizes.count(count, "failure") + ": " + message)));
        return lines;
    }

    private static String head(String uri, Plan plan) {
        return uri + ": " + Sizes.count(plan.streams(), "stream") + " over "
                + Sizes.count(plan.connections(), "connection") + ", "
                + Sizes.seconds(plan.duration().toNanos() / 1e9) + " each after "
                + Sizes.seconds(plan.warmUp().toNanos() / 1e9) + " of warm-up"
                + (plan.verify() ? ", values verified" : "");
    }

    private static List<String> throughput(List<Measured> all, boolean unicode) {
        Table table = new Table(unicode, all);
        table.left("work", measured -> measured.work().text());
        table.right("GiB/s", measured -> two(measured.gibibytes().median()));
        table.right("min", measured -> two(measured.gibibytes().min()));
        table.right("max", measured -> two(measured.gibibytes().max()));
        table.right("rows/s", measured -> whole(measured.rows().median()));
        table.right("min", measured -> whole(measured.rows().min()));
        table.right("max", measured -> whole(measured.rows().max()));
        table.right("calls", measured -> Sizes.count(measured.totalCalls()));
        table.right("failed", measured -> Sizes.count(measured.failed()));
        return table.lines();
    }

    private static List<String> calls(List<Measured> all, boolean unicode) {
        Table table = new Table(unicode, all);
        table.left("work", measured -> measured.work().text());
        table.right("calls/s", measured -> whole(measured.callsPerSecond().median()));
        table.right("min", measured -> whole(measured.callsPerSecond().min()));
        table.right("max", measured -> whole(measured.callsPerSecond().max()));
        table.right("calls", measured -> Sizes.count(measured.totalCalls()));
        table.right("failed", measured -> Sizes.count(measured.failed()));
        return table.lines();
    }

    private static List<String> latencies(List<Measured> all, boolean unicode) {
        Table table = new Table(unicode, all);
        table.left(
                unicode ? "µs" : "us",
                measured -> measured.work().text() + ": " + measured.work().latency());
        for (int i = 0; i < PERCENTILES.length; i++) {
            double percentile = PERCENTILES[i];
            table.right(
                    PERCENTILE_NAMES[i], measured -> String.format(Locale.ROOT, "%,.1f", measured.micros(percentile)));
        }
        table.right("times", measured -> Sizes.count(measured.latencies().getTotalCount()));
        return table.lines();
    }

    private static String two(double number) {
        return String.format(Locale.ROOT, number < 0.1 ? "%.4f" : "%.2f", number);
    }

    private static String whole(double number) {
        return Sizes.count(Math.round(number));
    }

    /** A row for each work. */
    private static final class Table {
        private final boolean unicode;
        private final List<Measured> rows;
        private final List<TableLayout.Column> columns = new ArrayList<>();

        Table(boolean unicode, List<Measured> rows) {
            this.unicode = unicode;
            this.rows = rows;
        }

        void left(String name, Function<Measured, String> text) {
            add(new TableLayout.Column(name, ""), text);
        }

        void right(String name, Function<Measured, String> text) {
            add(new TableLayout.Column(name, "").alignRight(true), text);
        }

        private void add(TableLayout.Column column, Function<Measured, String> text) {
            rows.forEach(row -> column.add(text.apply(row)));
            columns.add(column);
        }

        List<String> lines() {
            return new TableLayout(columns, rows.size(), 0, 60, unicode).lines();
        }
    }

    /** One JSON object: how it was measured, and an entry for each work. */
    public static String json(String uri, Plan plan, List<Measured> all) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("against", uri);
            json.writeNumberField("streams", plan.streams());
            json.writeNumberField("connections", plan.connections());
            json.writeNumberField("rows", plan.rows());
            json.writeNumberField("batches", plan.batches());
            json.writeNumberField("duration_s", plan.duration().toNanos() / 1e9);
            json.writeNumberField("warm_up_s", plan.warmUp().toNanos() / 1e9);
            json.writeBooleanField("verified", plan.verify());
            json.writeArrayFieldStart("works");
            for (Measured measured : all) {
                write(json, measured);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Measured measured) throws IOException {
        json.writeStartObject();
        json.writeStringField("work", measured.work().text());
        json.writeNumberField("windows", measured.windows().size());
        if (measured.work().movesBatches()) {
            write(json, "gib_s", measured.gibibytes());
            write(json, "rows_s", measured.rows());
            json.writeNumberField("total_rows", measured.totalRows());
        }
        write(json, "calls_s", measured.callsPerSecond());
        json.writeNumberField("total_calls", measured.totalCalls());
        json.writeStringField("latency_of", measured.work().latency());
        Histogram latencies = measured.latencies();
        json.writeObjectFieldStart("latency_us");
        json.writeNumberField("count", latencies.getTotalCount());
        json.writeNumberField("mean", round(latencies.getTotalCount() == 0 ? 0 : latencies.getMean() / 1e3));
        for (int i = 0; i < PERCENTILES.length; i++) {
            json.writeNumberField(PERCENTILE_NAMES[i], round(measured.micros(PERCENTILES[i])));
        }
        json.writeEndObject();
        json.writeNumberField("failed", measured.failed());
        json.writeObjectFieldStart("failures");
        for (var failure : measured.errors().entrySet()) {
            json.writeNumberField(failure.getKey(), failure.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Spread spread) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("median", round(spread.median()));
        json.writeNumberField("min", round(spread.min()));
        json.writeNumberField("max", round(spread.max()));
        json.writeEndObject();
    }

    /** Four digits behind the point say more than the measurement does. */
    private static double round(double number) {
        return Math.round(number * 1e4) / 1e4;
    }
}
