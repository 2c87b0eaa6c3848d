package dev.peregrine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records to protobuf and back, checked against the generated messages. */
final class ValuesTest {
    private static final Schema SCHEMA = new Schema(
            List.of(new Field("a", FieldType.nullable(new ArrowType.Int(32, true)), null)), Map.of("key", "value"));
    private static final Instant LATER = Instant.ofEpochSecond(2_000_000_000, 123_456_789);

    private static final FlightEndpoint ENDPOINT = new FlightEndpoint(
            Ticket.of("t"), List.of(Location.tcp("h", 1), Location.REUSE_CONNECTION), LATER, new byte[] {1});
    private static final FlightInfo INFO =
            new FlightInfo(SCHEMA, FlightDescriptor.command("c"), List.of(ENDPOINT), 5, -1, true, new byte[] {2});

    private static byte[] ipc(IpcOption option) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MessageSerializer.serialize(new WriteChannel(Channels.newChannel(out)), SCHEMA, option);
        return out.toByteArray();
    }

    @Test
    void everyValueComesBackAsItWas() {
        assertThat(FlightInfo.deserialize(INFO.serialize())).isEqualTo(INFO).hasSameHashCodeAs(INFO);
        assertThat(FlightEndpoint.deserialize(ENDPOINT.serialize())).isEqualTo(ENDPOINT);
        assertThat(Location.deserialize(Location.unix("/a").serialize())).isEqualTo(Location.unix("/a"));
        assertThat(Action.deserialize(new Action("a", "b").serialize())).isEqualTo(new Action("a", "b"));
        assertThat(ActionType.deserialize(new ActionType("a", "ä").serialize())).isEqualTo(new ActionType("a", "ä"));
        assertThat(BasicAuth.deserialize(new BasicAuth("u", "p").serialize())).isEqualTo(new BasicAuth("u", "p"));
        assertThat(SchemaResult.deserialize(new SchemaResult(SCHEMA).serialize())
                        .schema())
                .isEqualTo(SCHEMA);
        for (FlightDescriptor descriptor : List.of(
                FlightDescriptor.path("a", "", "ö/b"),
                FlightDescriptor.command(new byte[] {0, -1}),
                new FlightDescriptor(FlightDescriptor.Type.UNKNOWN, new byte[0], List.of()))) {
            assertThat(FlightDescriptor.deserialize(descriptor.serialize()))
                    .isEqualTo(descriptor)
                    .hasSameHashCodeAs(descriptor);
        }
        byte[] bytes = {1, 2, 3};
        assertThat(Ticket.deserialize(new Ticket(bytes).serialize())).isEqualTo(new Ticket(bytes.clone()));
        assertThat(Criteria.deserialize(new Criteria(bytes).serialize())).isEqualTo(new Criteria(bytes.clone()));
        assertThat(Result.deserialize(new Result(bytes).serialize())).isEqualTo(new Result(bytes.clone()));
        assertThat(PutResult.deserialize(new PutResult(bytes).serialize())).isEqualTo(new PutResult(bytes.clone()));
        for (PollInfo poll : List.of(
                new PollInfo(INFO, FlightDescriptor.path("p"), OptionalDouble.of(0), LATER),
                new PollInfo(null, null, OptionalDouble.empty(), null))) {
            assertThat(PollInfo.deserialize(poll.serialize())).isEqualTo(poll);
        }
        assertThat(Criteria.EMPTY.serialize()).isEmpty();
    }

    @Test
    void theGeneratedMessagesReadTheSame() throws InvalidProtocolBufferException {
        var info = dev.peregrine.proto.FlightInfo.parseFrom(INFO.serialize());
        assertThat(info.getFlightDescriptor().getType())
                .isEqualTo(dev.peregrine.proto.FlightDescriptor.DescriptorType.CMD);
        assertThat(info.getFlightDescriptor().getCmd().toStringUtf8()).isEqualTo("c");
        assertThat(info.getEndpoint(0).getLocation(1).getUri()).isEqualTo("arrow-flight-reuse-connection://?");
        assertThat(info.getEndpoint(0).getExpirationTime())
                .isEqualTo(Timestamp.newBuilder()
                        .setSeconds(2_000_000_000)
                        .setNanos(123_456_789)
                        .build());
        assertThat(info.getTotalRecords()).isEqualTo(5);
        assertThat(info.getTotalBytes()).isEqualTo(-1);
        assertThat(info.getOrdered()).isTrue();
        assertThat(info.getAppMetadata().toByteArray()).containsExactly(2);
    }

    @Test
    void theBodiesOfCancelAndRenewComeBackAsTheyWere() throws InvalidProtocolBufferException {
        CancelFlightInfoRequest cancel = new CancelFlightInfoRequest(INFO);
        assertThat(CancelFlightInfoRequest.deserialize(cancel.serialize())).isEqualTo(cancel);
        assertThat(dev.peregrine.proto.CancelFlightInfoRequest.parseFrom(cancel.serialize())
                        .getInfo()
                        .getTotalRecords())
                .isEqualTo(5);
        RenewFlightEndpointRequest renew = new RenewFlightEndpointRequest(ENDPOINT);
        assertThat(RenewFlightEndpointRequest.deserialize(renew.serialize())).isEqualTo(renew);
        assertThat(dev.peregrine.proto.RenewFlightEndpointRequest.parseFrom(renew.serialize())
                        .getEndpoint()
                        .getTicket()
                        .getTicket()
                        .toStringUtf8())
                .isEqualTo("t");
    }

    @ParameterizedTest
    @EnumSource
    void eachCancelStatusHasItsNumber(CancelStatus status) throws InvalidProtocolBufferException {
        CancelFlightInfoResult result = new CancelFlightInfoResult(status);
        assertThat(CancelFlightInfoResult.deserialize(result.serialize())).isEqualTo(result);
        assertThat(dev.peregrine.proto.CancelFlightInfoResult.parseFrom(result.serialize())
                        .getStatusValue())
                .isEqualTo(status.ordinal());
        byte[] later = dev.peregrine.proto.CancelFlightInfoResult.newBuilder()
                .setStatusValue(99)
                .build()
                .toByteArray();
        assertThat(CancelFlightInfoResult.deserialize(later).status()).isEqualTo(CancelStatus.UNSPECIFIED);
    }

    @Test
    void aSchemaTravelsAsAnEncapsulatedMessage() throws IOException {
        byte[] schema = dev.peregrine.proto.FlightInfo.parseFrom(INFO.serialize())
                .getSchema()
                .toByteArray();
        assertThat(schema).startsWith(0xFF, 0xFF, 0xFF, 0xFF).isEqualTo(ipc(IpcOption.DEFAULT));
        assertThat(schema.length % 8).isZero();
    }

    /** Before Arrow 0.15 there was no continuation marker; some writers add an end-of-stream marker. */
    @Test
    void aSchemaMayComeInOlderForms() throws IOException {
        byte[] current = ipc(IpcOption.DEFAULT);
        byte[] legacy = ipc(new IpcOption(true, MetadataVersion.V4));
        assertThat(legacy[0]).isNotEqualTo((byte) 0xff);
        byte[] withEnd = Arrays.copyOf(current, current.length + 8);
        Arrays.fill(withEnd, current.length, current.length + 4, (byte) 0xff);
        for (byte[] form : List.of(current, legacy, withEnd)) {
            assertThat(schemaResult(form).schema()).isEqualTo(SCHEMA);
        }
    }

    private static SchemaResult schemaResult(byte[] schema) {
        return SchemaResult.deserialize(dev.peregrine.proto.SchemaResult.newBuilder()
                .setSchema(ByteString.copyFrom(schema))
                .build()
                .toByteArray());
    }

    @Test
    void anInfoMayHaveNoSchema() {
        FlightInfo info = FlightInfo.of(null, FlightDescriptor.path("p"));
        assertThat(FlightInfo.deserialize(info.serialize())).isEqualTo(info);
        assertThat(FlightInfo.deserialize(info.serialize()).schema()).isNull();
        assertThatThrownBy(() -> schemaResult(new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without a schema");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 7, 8, 9, 20, 60, 100})
    void aSchemaThatIsCutOffIsRefused(int length) throws IOException {
        byte[] cut = Arrays.copyOf(ipc(IpcOption.DEFAULT), length);
        assertThatThrownBy(() -> schemaResult(cut)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 100_000})
    void aSchemaOfCountlessFieldsInFewBytesIsRefused(int depth) {
        byte[] flatbuffer = SchemaBomb.bytes(depth);
        ByteBuffer message = ByteBuffer.allocate(flatbuffer.length + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(-1)
                .putInt(flatbuffer.length)
                .put(flatbuffer);
        assertThatThrownBy(() -> schemaResult(message.array()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no schema in IPC form");
    }

    @Test
    void aSchemaOfAFlightIsReadWhenItIsAskedFor() {
        byte[] info = dev.peregrine.proto.FlightInfo.newBuilder()
                .setSchema(com.google.protobuf.ByteString.copyFromUtf8("no schema at all"))
                .setFlightDescriptor(FlightDescriptor.path("p").toProto())
                .setTotalRecords(7)
                .build()
                .toByteArray();
        FlightInfo flight = FlightInfo.deserialize(info);
        assertThat(flight.totalRecords()).isEqualTo(7);
        assertThat(flight.withOrdered(false).serialize()).as("as it came").isEqualTo(info);
        assertThatThrownBy(flight::schema)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a schema of");
    }

    @Test
    void rubbishIsRefused() {
        byte[] rubbish = {0x0A, 9};
        assertThatThrownBy(() -> Ticket.deserialize(rubbish))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 bytes are no Ticket");
        assertThatThrownBy(() -> FlightInfo.deserialize(rubbish)).isInstanceOf(IllegalArgumentException.class);
        byte[] farFuture = dev.peregrine.proto.FlightEndpoint.newBuilder()
                .setExpirationTime(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                .build()
                .toByteArray();
        assertThatThrownBy(() -> FlightEndpoint.deserialize(farFuture))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("out of range");
    }

    @Test
    void textForPeople() {
        assertThat(FlightDescriptor.path("a", "b")).hasToString("path a/b");
        assertThat(FlightDescriptor.command("select 1")).hasToString("command \"select 1\"");
        assertThat(new Ticket(new byte[] {1, -1})).hasToString("Ticket 2 bytes 01ff");
        assertThat(new BasicAuth("me", "secret")).hasToString("BasicAuth me");
        assertThat(Location.tls("::1", 2)).hasToString("grpc+tls://[::1]:2");
    }

    @Test
    void headersKeepOrderAndKind() {
        CallHeaders headers =
                new CallHeaders().add("B", "1").add("a-bin", new byte[] {1}).add("b", "2");
        assertThat(headers.names()).containsExactly("b", "a-bin");
        assertThat(headers.get("B")).isEqualTo("2");
        assertThat(headers.getAll("b")).containsExactly("1", "2");
        assertThat(headers.getBinary("a-bin")).containsExactly(1);
        assertThat(headers.get("c")).isNull();
        assertThat(headers).hasToString("CallHeaders[b, a-bin]");
        assertThatThrownBy(() -> headers.add("a-bin", "text")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> headers.add("a", new byte[1])).isInstanceOf(IllegalArgumentException.class);
    }
}
