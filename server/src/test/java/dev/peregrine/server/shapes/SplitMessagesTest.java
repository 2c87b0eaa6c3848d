package dev.peregrine.server.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.peregrine.client.FlightClient;
import dev.peregrine.proto.FlightData;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A schema and a batch, written by protobuf and Arrow, in two DATA frames cut at every position: to our server, to our client. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class SplitMessagesTest {
    private static final String DO_PUT = "/arrow.flight.protocol.FlightService/DoPut";
    private static final byte[] METADATA = {4, 5, 6};
    private static final String EXPECTED = "[a, null, ccc] [4, 5, 6]";

    private static byte[] stream(BufferAllocator allocator) throws IOException {
        try (VarCharVector words = new VarCharVector("word", allocator);
                VectorSchemaRoot root = new VectorSchemaRoot(List.of(words))) {
            words.setSafe(0, "a".getBytes(StandardCharsets.UTF_8));
            words.setNull(1);
            words.setSafe(2, "ccc".getBytes(StandardCharsets.UTF_8));
            root.setRowCount(3);
            FlightData schema = FlightData.newBuilder()
                    .setDataHeader(ByteString.copyFrom(
                            MessageSerializer.serializeMetadata(root.getSchema(), IpcOption.DEFAULT)))
                    .setFlightDescriptor(dev.peregrine.proto.FlightDescriptor.parseFrom(
                            FlightDescriptor.path("x").serialize()))
                    .build();
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
                MessageSerializer.writeBatchBuffers(new WriteChannel(Channels.newChannel(body)), batch);
                FlightData rows = FlightData.newBuilder()
                        .setDataHeader(
                                ByteString.copyFrom(MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT)))
                        .setAppMetadata(ByteString.copyFrom(METADATA))
                        .setDataBody(ByteString.copyFrom(body.toByteArray()))
                        .build();
                return concat(prefixed(schema.toByteArray()), prefixed(rows.toByteArray()));
            }
        }
    }

    private static byte[] prefixed(byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static Frame[] frames(int stream, byte[] message, int cut, boolean ends) {
        return new Frame[] {
            Frame.data(stream, false, Arrays.copyOf(message, cut)),
            Frame.data(stream, ends, Arrays.copyOfRange(message, cut, message.length))
        };
    }

    private static String read(FlightStreamReader in) {
        StringBuilder seen = new StringBuilder();
        while (in.next()) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < in.root().getRowCount(); i++) {
                values.add(String.valueOf(in.root().getVector(0).getObject(i)));
            }
            seen.append(values).append(' ').append(Arrays.toString(in.metadata()));
        }
        return seen.toString();
    }

    private static final class Reading implements FlightService {
        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            acks.write(read(in).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void toOurServer(BufferAllocator allocator) throws Exception {
        byte[] message = stream(allocator);
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new Reading())
                        .allocator(allocator)
                        .start();
                ScriptedPeer peer = ScriptedPeer.connect(server.port())) {
            for (int cut = 1; cut < message.length; cut++) {
                int stream = 2 * cut - 1;
                Frame[] data = frames(stream, message, cut, true);
                peer.sends(peer.requestHeaders(stream, DO_PUT), data[0], data[1]);
                peer.receivesHeaders("the answer", stream, false);
                byte[] answer =
                        peer.receives("what was read", Http2FrameTypes.DATA).payload();
                PutResult ack = PutResult.deserialize(Arrays.copyOfRange(answer, 5, answer.length));
                assertThat(new String(ack.metadata(), StandardCharsets.UTF_8))
                        .as("cut at %d", cut)
                        .isEqualTo(EXPECTED);
                assertThat(peer.receivesHeaders("the status", stream, true).get("grpc-status"))
                        .hasToString("0");
            }
        }
    }

    @Test
    void toOurClient(BufferAllocator allocator) throws Exception {
        byte[] message = stream(allocator);
        try (ScriptedPeer.Port port = new ScriptedPeer.Port();
                FlightClient client = FlightClient.builder(new Location("grpc://localhost:" + port.number()))
                        .allocator(allocator)
                        .build()) {
            FlightStreamReader in = client.doGet(Ticket.of("t"));
            try (ScriptedPeer peer = port.accept()) {
                for (int cut = 1; cut < message.length; cut++) {
                    int stream = 2 * cut + 1;
                    peer.receivesHeaders("the call", stream, false);
                    peer.receives("the ticket", Http2FrameTypes.DATA);
                    Frame[] data = frames(stream, message, cut, false);
                    peer.sends(peer.responseHeaders(stream), data[0], data[1], peer.trailers(stream, "0"));
                    assertThat(read(in)).as("cut at %d", cut).isEqualTo(EXPECTED);
                    in.close();
                    in = client.doGet(Ticket.of("t"));
                }
            } finally {
                in.close();
            }
        }
    }
}
