package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.MessagePrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Small messages, in pieces, with lengths that lie. */
@ExtendWith(LeakCheck.class)
final class ProtoDecoderTest {
    @Test
    void aMessageCutInTwoAtEveryByte() throws GrpcException {
        Action action = new Action("type", new byte[300]);
        byte[] bytes = action.serialize();
        ProtoDecoder<Action> decoder = ProtoMessages.actions();
        for (int cut = 0; cut <= bytes.length; cut++) {
            decoder.begin(bytes.length);
            decoder.bytes(Unpooled.wrappedBuffer(bytes, 0, cut));
            decoder.bytes(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));
            assertThat(decoder.end()).isEqualTo(action);
        }
    }

    @Test
    void aLongMessageInManyPieces() throws GrpcException {
        byte[] ticket = new byte[1_000_000];
        ticket[999_999] = 5;
        byte[] bytes = new Ticket(ticket).serialize();
        ProtoDecoder<Ticket> decoder = ProtoMessages.tickets();
        decoder.begin(bytes.length);
        for (int i = 0; i < bytes.length; i += 1000) {
            decoder.bytes(Unpooled.wrappedBuffer(bytes, i, Math.min(1000, bytes.length - i)));
        }
        assertThat(decoder.end().ticket()).isEqualTo(ticket);
    }

    @Test
    void aHugeLengthIsNotBelieved() throws GrpcException {
        ProtoDecoder<Ticket> decoder = ProtoMessages.tickets();
        decoder.begin(Integer.MAX_VALUE);
        decoder.bytes(Unpooled.wrappedBuffer(new byte[10]));
        assertThatThrownBy(decoder::end).isInstanceOf(GrpcException.class).hasMessageContaining("before the length");
        decoder.abandon();
    }

    @Test
    void limitsAndRubbish() throws GrpcException {
        ProtoDecoder<Ticket> limited = new ProtoDecoder<>("Ticket", 100, Ticket::deserialize);
        limited.begin(100);
        GrpcException tooLong = catchThrowableOfType(GrpcException.class, () -> limited.begin(101));
        assertThat(tooLong.status().code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
        ProtoDecoder<Ticket> decoder = ProtoMessages.tickets();
        decoder.begin(2);
        assertThatThrownBy(() -> decoder.bytes(Unpooled.wrappedBuffer(new byte[3])))
                .isInstanceOf(GrpcException.class);
        decoder.begin(2);
        decoder.bytes(Unpooled.wrappedBuffer(new byte[] {0x0A, 9}));
        GrpcException rubbish = catchThrowableOfType(GrpcException.class, decoder::end);
        assertThat(rubbish.status().code()).isEqualTo(GrpcCode.INTERNAL);
        assertThat(rubbish.status().message()).contains("no Ticket");
        decoder.begin(0);
        assertThat(decoder.end()).isEqualTo(new Ticket(new byte[0]));
    }

    @Test
    void aFrameIsThePrefixAndTheMessage() throws GrpcException {
        ByteBuf frame = ProtoMessages.frame(ProtoMessages.handshake(new byte[] {1, 2}));
        try {
            byte[] bytes = ByteBufUtil.getBytes(frame);
            assertThat(bytes).containsExactly(0, 0, 0, 0, 4, 0x12, 2, 1, 2);
            ProtoDecoder<byte[]> decoder = ProtoMessages.handshakes();
            decoder.begin(4);
            decoder.bytes(frame.skipBytes(MessagePrefix.LENGTH));
            assertThat(decoder.end()).containsExactly(1, 2);
        } finally {
            frame.release();
        }
    }
}
