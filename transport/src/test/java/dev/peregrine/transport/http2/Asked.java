package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.transport.CallSettings;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call of our client, whose server a test plays. */
record Asked(OutgoingCall call, Inbox<byte[]> inbox) {
    static Asked start(ClientTransport client, String path) {
        return start(client, path, new Metadata(), null);
    }

    static Asked start(ClientTransport client, String path, Metadata headers, @Nullable Duration timeout) {
        Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
        OutgoingCall call = client.start(path, headers, timeout, inbox);
        inbox.attach(call);
        return new Asked(call, inbox);
    }

    /** A call of any method with these settings. */
    static Asked start(ClientTransport client, CallSettings settings) {
        Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
        OutgoingCall call = client.start("/t/Any", settings, new Metadata(), inbox);
        inbox.attach(call);
        return new Asked(call, inbox);
    }

    /** The next message, or "the end". */
    String text() throws GrpcException, InterruptedException {
        byte[] message = inbox.take();
        return message == null ? "the end" : new String(message, StandardCharsets.US_ASCII);
    }

    /** How the call ended, well or not; what came before is of no interest. */
    GrpcStatus end() {
        GrpcException e = thrown();
        return e == null ? GrpcStatus.OK : e.status();
    }

    /** The call fails, after whatever came before. */
    GrpcException exception() {
        GrpcException e = thrown();
        assertThat(e).as("the call should have failed").isNotNull();
        return e;
    }

    GrpcStatus failure() {
        return exception().status();
    }

    private @Nullable GrpcException thrown() {
        return catchThrowableOfType(GrpcException.class, () -> {
            while (inbox.take() != null) {
                // What came before the end.
            }
        });
    }
}
