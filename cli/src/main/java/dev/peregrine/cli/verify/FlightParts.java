package dev.peregrine.cli.verify;

import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightStreamReader;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One thread. What comes from the endpoints of a flight, one after another. */
final class FlightParts implements Messages {
    private final Iterator<FlightEndpoint> endpoints;
    private final Function<FlightEndpoint, FlightStreamReader> open;
    private FlightStreamReader reader;

    /** @param open gives a stream whose schema has come */
    FlightParts(List<FlightEndpoint> endpoints, Function<FlightEndpoint, FlightStreamReader> open) throws IOException {
        if (endpoints.isEmpty()) {
            throw new IOException("the flight has no endpoint to get it from");
        }
        this.endpoints = endpoints.iterator();
        this.open = open;
        this.reader = open.apply(this.endpoints.next());
    }

    @Override
    public Schema schema() {
        return reader.messageSchema();
    }

    @Override
    public @Nullable ArrowMessage next() throws IOException {
        while (true) {
            while (reader.nextMessage()) {
                ArrowMessage message = reader.message();
                if (message != null) {
                    return message;
                }
            }
            if (!endpoints.hasNext()) {
                return null;
            }
            Schema before = reader.messageSchema();
            reader.close();
            reader = open.apply(endpoints.next());
            String difference = SchemaComparison.difference(before, reader.messageSchema());
            if (difference != null) {
                throw new IOException("two endpoints of the flight do not agree: " + difference);
            }
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
