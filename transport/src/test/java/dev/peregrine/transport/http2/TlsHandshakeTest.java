package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TlsHandshakeTest {
    /** A server that is connected and says nothing. */
    @RepeatedTest(20)
    void aClientThatIsClosedInTheHandshakeFreesWhatWaitedForIt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(30_000);
            ClientTransport client = ClientTransport.create(
                    new Address.Tcp("127.0.0.1", silent.getLocalPort()),
                    Loopback.OPTIONS.toBuilder()
                            .tls(new Tls.Client(null, null, null, null, false))
                            .build());
            Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
            client.start("/t/Any", new Metadata(), null, inbox);
            try (Socket accepted = silent.accept()) {
                accepted.setSoTimeout(30_000);
                assertThat(accepted.getInputStream().read())
                        .as("a TLS handshake record")
                        .isEqualTo(22);
                client.close();
                drain(accepted);
            }
            GrpcException failure = Assertions.catchThrowableOfType(GrpcException.class, inbox::take);
            assertThat(failure.status().code()).isEqualTo(GrpcCode.CANCELLED);
        }
    }

    private static void drain(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // Until the client closes.
        }
    }
}
