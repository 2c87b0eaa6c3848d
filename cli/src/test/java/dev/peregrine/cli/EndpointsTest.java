package dev.peregrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A flight whose parts are in several places, each with a dictionary of its own. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class EndpointsTest {
    private static final DictionaryEncoding ENCODING = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));

    /** Has one row of its own for every ticket: its name and the ticket. */
    private record Shard(String name, List<FlightEndpoint> endpoints) implements FlightService {
        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            return FlightInfo.of(
                    new Schema(List.of(new Field("who", new FieldType(true, new ArrowType.Utf8(), ENCODING), null))),
                    descriptor,
                    endpoints.toArray(FlightEndpoint[]::new));
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            try (VarCharVector words = new VarCharVector("words", call.allocator());
                    IntVector index = new IntVector(
                            "who", new FieldType(true, ENCODING.getIndexType(), ENCODING), call.allocator());
                    VectorSchemaRoot root = VectorSchemaRoot.of(index)) {
                String text = name + " " + new String(ticket.ticket(), StandardCharsets.UTF_8);
                words.setSafe(0, text.getBytes(StandardCharsets.UTF_8));
                words.setValueCount(1);
                index.setSafe(0, 0);
                root.setRowCount(1);
                out.begin(root.getSchema(), new MapDictionaryProvider(new Dictionary(words, ENCODING)));
                out.write(root);
            }
        }
    }

    private static FlightServer serve(String name, FlightEndpoint... endpoints) {
        return FlightServer.builder("grpc://localhost:0", new Shard(name, List.of(endpoints)))
                .start();
    }

    @Test
    void partsAreReadInOrderFromWhereverTheyAre() throws IOException {
        Location nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = Location.tcp("localhost", socket.getLocalPort());
        }
        try (FlightServer other = serve("other");
                FlightServer first = serve(
                        "first",
                        new FlightEndpoint(Ticket.of("a")),
                        new FlightEndpoint(Ticket.of("b"), other.location()),
                        new FlightEndpoint(Ticket.of("c"), Location.REUSE_CONNECTION),
                        new FlightEndpoint(
                                Ticket.of("d"), Location.of("https://example.org/d"), nobody, other.location()))) {
            String uri = first.location().uri();
            String wanted = "who\nfirst a\nother b\nfirst c\nother d\n";
            assertThat(Typed.command("get", uri, "x", "-f", "csv").out()).isEqualTo(wanted);
            byte[] stream = Typed.command("get", uri, "x").bytes();
            Typed back = new Typed.Typist().in(stream).type("exchange", uri, "nothing", "-f", "csv");
            assertThat(back.code()).isEqualTo(1); // this service exchanges nothing; the stream itself is read below
            assertThat(StreamText.of(stream)).isEqualTo(wanted);
            assertThat(Typed.command("get", uri, "x", "-f", "csv", "--head", "2")
                            .out())
                    .isEqualTo("who\nfirst a\nother b\n");
            assertThat(Typed.command("info", uri, "x").out())
                    .contains("ticket \"d\" at https://example.org/d or " + nobody + " or " + other.location());
        }
    }

    @Test
    void aPartThatNobodyHasFailsWithTheFirstReason() throws IOException {
        Location nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = Location.tcp("localhost", socket.getLocalPort());
        }
        try (FlightServer first =
                serve("first", new FlightEndpoint(Ticket.of("a"), nobody, Location.of("s3://bucket")))) {
            Typed failed = Typed.command("get", first.location().uri(), "x", "-f", "csv");
            assertThat(failed.code()).isEqualTo(3);
            assertThat(failed.err()).contains("localhost").hasLineCount(1);
        }
    }

    @Test
    void aFlightWithoutPartsIsItsSchema() {
        try (FlightServer first = serve("first")) {
            String uri = first.location().uri();
            assertThat(Typed.command("get", uri, "x", "-f", "csv").out()).isEqualTo("who\n");
            assertThat(Typed.command("get", uri, "x", "-f", "stream").bytes()).isNotEmpty();
            assertThat(Typed.command("info", uri, "x").out()).contains("who  dictionary<utf8>");
        }
    }
}
