package dev.peregrine.interop.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.CancelFlightInfoRequest;
import dev.peregrine.protocol.CancelFlightInfoResult;
import dev.peregrine.protocol.CancelStatus;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.RenewFlightEndpointRequest;
import dev.peregrine.protocol.Ticket;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apache.arrow.flight.Location;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bytes that flight-core makes of Flight's words are those that we make of the same, schemas included, both ways. */
@Tag("interop")
class FlightCoreBytesTest {
    private static final org.apache.arrow.flight.FlightDescriptor PATH =
            org.apache.arrow.flight.FlightDescriptor.path("a", "b/c", "\u00e9", "");
    private static final org.apache.arrow.flight.FlightDescriptor COMMAND =
            org.apache.arrow.flight.FlightDescriptor.command(Words.COMMAND.command());
    private static final org.apache.arrow.flight.FlightEndpoint BARE =
            new org.apache.arrow.flight.FlightEndpoint(new org.apache.arrow.flight.Ticket(Words.NO_BYTES));

    private static org.apache.arrow.flight.FlightEndpoint full() throws Exception {
        Location[] locations = new Location[Words.LOCATIONS.size()];
        for (int i = 0; i < locations.length; i++) {
            locations[i] = new Location(Words.LOCATIONS.get(i));
        }
        return org.apache.arrow.flight.FlightEndpoint.builder(
                        new org.apache.arrow.flight.Ticket(Words.TICKET), locations)
                .setExpirationTime(Words.EXPIRES)
                .setAppMetadata(new byte[] {1, 2})
                .build();
    }

    private static org.apache.arrow.flight.FlightInfo info() throws Exception {
        return new org.apache.arrow.flight.FlightInfo(
                Words.SCHEMA, PATH, List.of(full(), BARE), 480, 12, true, IpcOption.DEFAULT, new byte[] {3});
    }

    /** Since the bytes are the same, they read ours as they read their own. */
    private static <T> void assertBothWays(
            ByteBuffer made, T word, Function<T, byte[]> serialize, Function<byte[], T> deserialize) {
        byte[] bytes = bytes(made);
        assertThat(serialize.apply(word)).isEqualTo(bytes);
        T came = deserialize.apply(bytes);
        assertThat(came).isEqualTo(word);
        assertThat(serialize.apply(came)).isEqualTo(bytes);
    }

    /** What flight-core reads of an expiration time is as far after 1970 again. */
    @Test
    void theExpirationTimeIsReadTwiceAsLate() throws Exception {
        var theirs = org.apache.arrow.flight.FlightEndpoint.deserialize(ByteBuffer.wrap(Words.FULL.serialize()));
        assertThat(theirs.getExpirationTime()).hasValue(Instant.ofEpochSecond(3_400_000_000L, 123_456_789));
        assertThat(FlightEndpoint.deserialize(bytes(full().serialize())).expirationTime())
                .isEqualTo(Words.EXPIRES);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @Test
    void tickets() throws Exception {
        for (byte[] ticket : List.of(Words.TICKET, Words.NO_BYTES)) {
            assertBothWays(
                    new org.apache.arrow.flight.Ticket(ticket).serialize(),
                    new Ticket(ticket),
                    Ticket::serialize,
                    Ticket::deserialize);
        }
    }

    @Test
    void descriptors() throws Exception {
        assertBothWays(PATH.serialize(), Words.PATH, FlightDescriptor::serialize, FlightDescriptor::deserialize);
        assertBothWays(COMMAND.serialize(), Words.COMMAND, FlightDescriptor::serialize, FlightDescriptor::deserialize);
        assertBothWays(
                org.apache.arrow.flight.FlightDescriptor.command(Words.NO_BYTES).serialize(),
                FlightDescriptor.command(Words.NO_BYTES),
                FlightDescriptor::serialize,
                FlightDescriptor::deserialize);
    }

    @Test
    void endpoints() throws Exception {
        assertBothWays(full().serialize(), Words.FULL, FlightEndpoint::serialize, FlightEndpoint::deserialize);
        assertBothWays(BARE.serialize(), Words.BARE, FlightEndpoint::serialize, FlightEndpoint::deserialize);
        assertBothWays(
                new org.apache.arrow.flight.FlightEndpoint(
                                new org.apache.arrow.flight.Ticket(new byte[] {'t'}), Instant.EPOCH)
                        .serialize(),
                Words.EPOCH,
                FlightEndpoint::serialize,
                FlightEndpoint::deserialize);
    }

    @Test
    void infos() throws Exception {
        assertBothWays(info().serialize(), Words.INFO, FlightInfo::serialize, FlightInfo::deserialize);
        assertBothWays(
                new org.apache.arrow.flight.FlightInfo(Words.SCHEMA, COMMAND, List.of(), -1, -1).serialize(),
                Words.UNKNOWN_TOTALS,
                FlightInfo::serialize,
                FlightInfo::deserialize);
        assertBothWays(
                new org.apache.arrow.flight.FlightInfo(new Schema(List.of()), COMMAND, List.of(BARE), 0, 0).serialize(),
                Words.NO_TOTALS,
                FlightInfo::serialize,
                FlightInfo::deserialize);
        assertBothWays(
                new org.apache.arrow.flight.FlightInfo(null, COMMAND, List.of(BARE), -1, -1).serialize(),
                FlightInfo.of(null, Words.COMMAND, Words.BARE),
                FlightInfo::serialize,
                FlightInfo::deserialize);
    }

    @Test
    void polls() throws Exception {
        assertBothWays(
                new org.apache.arrow.flight.PollInfo(info(), COMMAND, 0.25, Words.EXPIRES).serialize(),
                new PollInfo(Words.INFO, Words.COMMAND, OptionalDouble.of(0.25), Words.EXPIRES),
                PollInfo::serialize,
                PollInfo::deserialize);
        assertBothWays(
                new org.apache.arrow.flight.PollInfo(info(), null, null, null).serialize(),
                new PollInfo(Words.INFO, null, OptionalDouble.empty(), null),
                PollInfo::serialize,
                PollInfo::deserialize);
    }

    @Test
    void bodiesOfTheStandardActions() throws Exception {
        assertBothWays(
                new org.apache.arrow.flight.CancelFlightInfoRequest(info()).serialize(),
                new CancelFlightInfoRequest(Words.INFO),
                CancelFlightInfoRequest::serialize,
                CancelFlightInfoRequest::deserialize);
        assertBothWays(
                new org.apache.arrow.flight.CancelFlightInfoResult(org.apache.arrow.flight.CancelStatus.CANCELLING)
                        .serialize(),
                new CancelFlightInfoResult(CancelStatus.CANCELLING),
                CancelFlightInfoResult::serialize,
                CancelFlightInfoResult::deserialize);
        assertBothWays(
                new org.apache.arrow.flight.RenewFlightEndpointRequest(full()).serialize(),
                new RenewFlightEndpointRequest(Words.FULL),
                RenewFlightEndpointRequest::serialize,
                RenewFlightEndpointRequest::deserialize);
    }
}
