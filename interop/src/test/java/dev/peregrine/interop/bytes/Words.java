package dev.peregrine.interop.bytes;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Any thread. Flight's words with all of their fields and with none, as {@code serialized.py} has them. */
final class Words {
    static final Schema SCHEMA = new Schema(
            List.of(
                    Field.notNullable("n", new ArrowType.Int(64, true)),
                    new Field(
                            "words",
                            new FieldType(
                                    true,
                                    ArrowType.Utf8.INSTANCE,
                                    new DictionaryEncoding(0, false, new ArrowType.Int(8, true))),
                            null)),
            Map.of("key", "value"));
    static final Instant EXPIRES = Instant.ofEpochSecond(1_700_000_000, 123_456_789);
    static final List<String> LOCATIONS =
            List.of("grpc+tcp://localhost:1", "grpc+tls://[::1]:2", "arrow-flight-reuse-connection://?");
    static final byte[] TICKET = {0, -1, 't', 'i', 'c', 'k', 'e', 't'};
    static final byte[] NO_BYTES = {};

    static final FlightDescriptor PATH = FlightDescriptor.path("a", "b/c", "\u00e9", "");
    static final FlightDescriptor COMMAND =
            FlightDescriptor.command(new byte[] {0, -1, 'c', 'o', 'm', 'm', 'a', 'n', 'd'});
    static final FlightEndpoint FULL = new FlightEndpoint(
            new Ticket(TICKET), LOCATIONS.stream().map(Location::of).toList(), EXPIRES, new byte[] {1, 2});
    static final FlightEndpoint BARE = new FlightEndpoint(new Ticket(NO_BYTES));
    static final FlightEndpoint EPOCH = new FlightEndpoint(Ticket.of("t"), List.of(), Instant.EPOCH, NO_BYTES);
    static final FlightInfo INFO = new FlightInfo(SCHEMA, PATH, List.of(FULL, BARE), 12, 480, true, new byte[] {3});
    static final FlightInfo UNKNOWN_TOTALS = FlightInfo.of(SCHEMA, COMMAND);
    static final FlightInfo NO_TOTALS =
            FlightInfo.of(new Schema(List.of()), COMMAND, BARE).withTotals(0, 0);
    static final Action ACTION = new Action("type", new byte[] {0, -1});
    static final Result RESULT = new Result(new byte[] {0, -1});

    private Words() {}
}
