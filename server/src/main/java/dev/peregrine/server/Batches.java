package dev.peregrine.server;

import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.protocol.wire.FlightDataDecoder;
import dev.peregrine.protocol.wire.FlightMessage;
import dev.peregrine.protocol.wire.MessageStreamReader;
import dev.peregrine.protocol.wire.MessageStreamWriter;
import dev.peregrine.transport.Inbox;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Any thread. How a server moves batches: what reads and writes those of a call.
 *
 * @param allocator lent: the memory of requests and what services ask for
 * @param decompressedLimit of a compressed batch, once it is not, bytes
 * @param writeOptions for services that do not say otherwise
 */
record Batches(BufferAllocator allocator, long decompressedLimit, IpcWriteOptions writeOptions) {
    FlightDataDecoder decoder() {
        return new FlightDataDecoder(allocator);
    }

    MessageStreamReader reader(ServiceCall call, Inbox<FlightMessage> inbox, FlightDataDecoder decoder) {
        return new MessageStreamReader(call.sender(), inbox, decoder, decompressedLimit, allocator);
    }

    MessageStreamWriter writer(ServiceCall call) {
        MessageStreamWriter writer = MessageStreamWriter.server(call.sender(), call.outcome(), allocator);
        writer.use(writeOptions);
        return writer;
    }
}
