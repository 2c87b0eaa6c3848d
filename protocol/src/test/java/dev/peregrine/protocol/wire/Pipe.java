package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.MessagePrefix;
import dev.peregrine.transport.Metadata;
import io.netty.buffer.Unpooled;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** One thread at a time. A client's writer whose stream a server's reader reads, in one process. */
final class Pipe implements AutoCloseable {
    final Inbox<FlightMessage> inbox;
    final FakeCall.Server server;
    final FakeCall.Client client;
    final CallOutcome outcome = new CallOutcome(new FakeCall.Nobody());
    final MessageStreamWriter writer;
    final MessageStreamReader reader;

    Pipe(BufferAllocator allocator) {
        this(allocator, null, 0);
    }

    Pipe(BufferAllocator allocator, @Nullable FlightDescriptor descriptor, long sizeLimit) {
        FlightDataDecoder decoder = new FlightDataDecoder(allocator);
        inbox = new Inbox<>(decoder);
        server = new FakeCall.Server(inbox, new FakeCall.Nobody());
        inbox.attach(server);
        client = new FakeCall.Client(outcome, inbox);
        writer = MessageStreamWriter.client(client, outcome, allocator, descriptor, sizeLimit);
        reader = new MessageStreamReader(server, inbox, decoder, Integer.MAX_VALUE, allocator);
    }

    /** Has the reader get a message that the writer has not written. */
    void receive(byte[] flightData) {
        client.send(Unpooled.buffer(MessagePrefix.LENGTH + flightData.length)
                .writeByte(0)
                .writeInt(flightData.length)
                .writeBytes(flightData));
    }

    /** Takes what the peer decoded off its inbox without a reader. */
    FlightMessage take() {
        try {
            FlightMessage message = inbox.take();
            if (message == null) {
                throw new AssertionError("the stream is over");
            }
            return message;
        } catch (GrpcException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
        client.close(GrpcStatus.OK, new Metadata());
    }
}
