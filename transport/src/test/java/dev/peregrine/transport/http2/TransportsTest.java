package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Calls over what carries them: TLS and Unix sockets. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class TransportsTest {
    private static final byte[] LARGE = new byte[2 << 20];

    private static Tls.Server serverTls = new Tls.Server(new byte[0], new byte[0], null);
    private static byte[] roots = new byte[0];

    @BeforeAll
    static void certificates() throws Exception {
        X509Bundle identity = new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        roots = identity.getCertificatePEM().getBytes(StandardCharsets.US_ASCII);
        serverTls = new Tls.Server(roots, identity.getPrivateKeyPEM().getBytes(StandardCharsets.US_ASCII), null);
        for (int i = 0; i < LARGE.length; i++) {
            LARGE[i] = (byte) (i * 7 + (i >> 10));
        }
    }

    private static TransportOptions with(@Nullable Tls tls) {
        return Loopback.OPTIONS.toBuilder().tls(tls).build();
    }

    private static void callsWork(Loopback loopback) throws Exception {
        loopback.on("/t/Echo", LoopbackTest.ECHO).on("/t/Flood", served -> {
            while (served.write(LARGE)) {
                assertThat(served).isNotNull();
            }
        });
        assertThat(loopback.unary("/t/Echo", LARGE)).isEqualTo(LARGE);
        for (int i = 0; i < 20; i++) {
            assertThat(loopback.unary("/t/Echo", new byte[i])).hasSize(i);
        }
        Loopback.Started flood = loopback.start("/t/Flood");
        for (int i = 0; i < 5; i++) {
            assertThat(flood.read()).isEqualTo(LARGE);
            assertThat(loopback.unary("/t/Echo", new byte[i])).hasSize(i);
        }
        flood.call().cancel(GrpcCode.CANCELLED.with("enough"));
        assertThat(loopback.unary("/t/Echo", new byte[3])).hasSize(3);
    }

    @Test
    void tls() throws Exception {
        Tls.Client trusting = new Tls.Client(roots, null, null, "localhost", true);
        try (Loopback loopback = new Loopback(new Address.Tcp("127.0.0.1", 0), with(trusting), with(serverTls))) {
            callsWork(loopback);
        }
    }

    @Test
    void aUnixSocket(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("s");
        try (Loopback loopback = new Loopback(new Address.Unix(file.toString()), with(null), with(null))) {
            callsWork(loopback);
            loopback.on("/t/Peer", served -> {
                served.write(served.call().peer().getBytes(StandardCharsets.UTF_8));
                served.finish(GrpcStatus.OK);
            });
            assertThat(loopback.unary("/t/Peer", new byte[0]))
                    .isEqualTo(("unix:" + file).getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Files.exists(file)).as("the file is removed").isFalse();
    }

    @Test
    void aCertificateThatIsNotTrusted() throws Exception {
        Tls.Client mistrusting = new Tls.Client(null, null, null, "localhost", true);
        try (Loopback loopback = new Loopback(new Address.Tcp("127.0.0.1", 0), with(mistrusting), with(serverTls))) {
            GrpcException e = catchThrowableOfType(GrpcException.class, () -> loopback.unary("/t/Echo", new byte[1]));
            assertThat(e.status())
                    .isEqualTo(GrpcCode.UNAVAILABLE.with("TLS handshake with " + loopback.server.address()
                            + " failed: the server's certificate is not signed by a trusted authority;"
                            + " give the root certificate that signed it"));
        }
    }

    @Test
    void plaintextToATlsServer() throws Exception {
        try (Loopback loopback = new Loopback(new Address.Tcp("127.0.0.1", 0), with(null), with(serverTls))) {
            GrpcException e = catchThrowableOfType(GrpcException.class, () -> loopback.unary("/t/Echo", new byte[1]));
            assertThat(e.status().code()).isEqualTo(GrpcCode.UNAVAILABLE);
            assertThat(e.status().message()).startsWith("Cannot connect to " + loopback.server.address());
        }
    }

    @Test
    void tlsToAPlaintextServer() throws Exception {
        Tls.Client trusting = new Tls.Client(roots, null, null, "localhost", true);
        try (Loopback loopback = new Loopback(new Address.Tcp("127.0.0.1", 0), with(trusting), with(null))) {
            GrpcException e = catchThrowableOfType(GrpcException.class, () -> loopback.unary("/t/Echo", new byte[1]));
            assertThat(e.status().code()).isEqualTo(GrpcCode.UNAVAILABLE);
            assertThat(e.status().message())
                    .startsWith("TLS handshake with " + loopback.server.address() + " failed: ");
        }
    }

    @Test
    void anUnknownHostAndAMissingSocket(@TempDir Path folder) throws Exception {
        String missing = folder.resolve("none").toString();
        for (Address address : new Address[] {new Address.Tcp("no-such-host.invalid", 1), new Address.Unix(missing)}) {
            try (ClientTransport client = ClientTransport.create(address, Loopback.OPTIONS)) {
                Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
                OutgoingCall call = client.start("/t/Any", new Metadata(), Duration.ofSeconds(20), inbox);
                inbox.attach(call);
                call.send(Loopback.message(new byte[10]));
                GrpcException e = catchThrowableOfType(GrpcException.class, inbox::take);
                assertThat(e.status().code()).isEqualTo(GrpcCode.UNAVAILABLE);
                assertThat(e.status().message()).startsWith("Cannot connect to " + address + ": ");
            }
        }
    }
}
