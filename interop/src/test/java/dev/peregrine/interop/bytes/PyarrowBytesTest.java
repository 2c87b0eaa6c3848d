package dev.peregrine.interop.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.BasicAuth;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.SchemaResult;
import dev.peregrine.protocol.Ticket;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The bytes that pyarrow makes of Flight's words are those that we make of the same, and come to the same words. A schema is a
 * flatbuffer, which each library lays out as it likes: one that has come goes on as it came.
 */
@Tag("interop")
@WithPython
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PyarrowBytesTest {
    private Map<String, byte[]> theirs;

    @BeforeAll
    void serialize() {
        try (ChildProcess python = ChildProcess.python("serialized.py", List.of())) {
            theirs = python.finish(ChildProcess.PATIENCE).stream()
                    .map(line -> line.split(" ", 2))
                    .collect(Collectors.toMap(
                            words -> words[0], words -> HexFormat.of().parseHex(words[1])));
        }
    }

    private <T> void assertBothWays(String name, T word, byte[] ours, Function<byte[], T> deserialize) {
        assertThat(ours).as(name).isEqualTo(theirs.get(name));
        assertThat(deserialize.apply(theirs.get(name))).as(name).isEqualTo(word);
    }

    @Test
    void tickets() {
        for (Map.Entry<String, Ticket> each : Map.of(
                        "ticket", new Ticket(Words.TICKET), "ticket_empty", new Ticket(Words.NO_BYTES))
                .entrySet()) {
            Ticket ticket = each.getValue();
            assertBothWays(each.getKey(), ticket, ticket.serialize(), Ticket::deserialize);
        }
    }

    @Test
    void descriptors() {
        for (Map.Entry<String, FlightDescriptor> each : Map.of(
                        "path",
                        Words.PATH,
                        "path_empty",
                        FlightDescriptor.path(List.of()),
                        "command",
                        Words.COMMAND,
                        "command_empty",
                        FlightDescriptor.command(Words.NO_BYTES))
                .entrySet()) {
            FlightDescriptor descriptor = each.getValue();
            assertBothWays(each.getKey(), descriptor, descriptor.serialize(), FlightDescriptor::deserialize);
        }
    }

    @Test
    void endpoints() {
        for (Map.Entry<String, FlightEndpoint> each : Map.of(
                        "endpoint", Words.FULL, "endpoint_bare", Words.BARE, "endpoint_epoch", Words.EPOCH)
                .entrySet()) {
            FlightEndpoint endpoint = each.getValue();
            assertBothWays(each.getKey(), endpoint, endpoint.serialize(), FlightEndpoint::deserialize);
        }
    }

    @Test
    void actionsAndResults() {
        assertBothWays("action", Words.ACTION, Words.ACTION.serialize(), Action::deserialize);
        Action nothing = new Action("");
        assertBothWays("action_empty", nothing, nothing.serialize(), Action::deserialize);
        assertBothWays("result", Words.RESULT, Words.RESULT.serialize(), Result::deserialize);
        Result empty = new Result(Words.NO_BYTES);
        assertBothWays("result_empty", empty, empty.serialize(), Result::deserialize);
    }

    @Test
    void basicAuth() {
        BasicAuth auth = new BasicAuth("user", "secret");
        assertBothWays("basic_auth", auth, auth.serialize(), BasicAuth::deserialize);
    }

    @Test
    void infos() throws Exception {
        for (Map.Entry<String, FlightInfo> each : Map.of(
                        "info", Words.INFO,
                        "info_unknown_totals", Words.UNKNOWN_TOTALS,
                        "info_no_totals", Words.NO_TOTALS)
                .entrySet()) {
            byte[] bytes = theirs.get(each.getKey());
            FlightInfo came = FlightInfo.deserialize(bytes);
            assertThat(came).as(each.getKey()).isEqualTo(each.getValue());
            assertThat(came.serialize()).as(each.getKey()).isEqualTo(bytes);
            var schema = dev.peregrine.proto.FlightInfo.parseFrom(bytes).getSchema();
            byte[] ours = dev.peregrine.proto.FlightInfo.parseFrom(
                            each.getValue().serialize())
                    .toBuilder()
                    .setSchema(schema)
                    .build()
                    .toByteArray();
            assertThat(ours).as(each.getKey()).isEqualTo(bytes);
        }
    }

    @Test
    void schemas() {
        byte[] bytes = theirs.get("schema");
        assertThat(SchemaResult.deserialize(bytes)).isEqualTo(new SchemaResult(Words.SCHEMA));
        assertThat(SchemaResult.deserialize(new SchemaResult(Words.SCHEMA).serialize()))
                .isEqualTo(SchemaResult.deserialize(bytes));
    }
}
