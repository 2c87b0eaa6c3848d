package dev.peregrine.protocol.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.peregrine.proto.HandshakeRequest;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.SchemaResult;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.transport.MessagePrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * Any thread. Flight's small messages, as the transport takes and gives them. The records know their own protobuf form
 * ({@code serialize}, {@code deserialize}); this adds the frame, and a decoder for each.
 */
public final class ProtoMessages {
    /** The body of ListActions' request: no fields. */
    public static final byte[] EMPTY = {};

    private ProtoMessages() {}

    /** One message for {@code Call.send}: the prefix, then {@code serialized}. The buffer is the caller's. */
    public static ByteBuf frame(byte[] serialized) {
        ByteBuf out =
                PooledByteBufAllocator.DEFAULT.directBuffer(Math.addExact(MessagePrefix.LENGTH, serialized.length));
        MessagePrefix.write(out, serialized.length);
        return out.writeBytes(serialized);
    }

    /** A handshake's payload as its message; the request and the response have the same form. */
    public static byte[] handshake(byte[] payload) {
        return HandshakeRequest.newBuilder()
                .setPayload(UnsafeByteOperations.unsafeWrap(payload))
                .build()
                .toByteArray();
    }

    /** Payloads of a handshake, from either end. */
    public static ProtoDecoder<byte[]> handshakes() {
        return ProtoDecoder.of("HandshakeRequest", bytes -> {
            try {
                return HandshakeRequest.parseFrom(bytes).getPayload().toByteArray();
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        });
    }

    public static ProtoDecoder<Criteria> criteria() {
        return ProtoDecoder.of("Criteria", Criteria::deserialize);
    }

    public static ProtoDecoder<FlightDescriptor> descriptors() {
        return ProtoDecoder.of("FlightDescriptor", FlightDescriptor::deserialize);
    }

    public static ProtoDecoder<FlightInfo> infos() {
        return ProtoDecoder.of("FlightInfo", FlightInfo::deserialize);
    }

    public static ProtoDecoder<PollInfo> pollInfos() {
        return ProtoDecoder.of("PollInfo", PollInfo::deserialize);
    }

    public static ProtoDecoder<SchemaResult> schemaResults() {
        return ProtoDecoder.of("SchemaResult", SchemaResult::deserialize);
    }

    public static ProtoDecoder<Ticket> tickets() {
        return ProtoDecoder.of("Ticket", Ticket::deserialize);
    }

    public static ProtoDecoder<Action> actions() {
        return ProtoDecoder.of("Action", Action::deserialize);
    }

    public static ProtoDecoder<Result> results() {
        return ProtoDecoder.of("Result", Result::deserialize);
    }

    public static ProtoDecoder<ActionType> actionTypes() {
        return ProtoDecoder.of("ActionType", ActionType::deserialize);
    }

    public static ProtoDecoder<PutResult> putResults() {
        return ProtoDecoder.of("PutResult", PutResult::deserialize);
    }

    /** ListActions' request: whatever fields it has are ignored. */
    public static ProtoDecoder<byte[]> empties() {
        return ProtoDecoder.of("Empty", bytes -> EMPTY);
    }
}
