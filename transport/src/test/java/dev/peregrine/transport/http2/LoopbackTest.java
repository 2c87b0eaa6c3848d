package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class LoopbackTest {
    static final Loopback.Method ECHO = served -> {
        for (byte[] message; (message = served.read()) != null; ) {
            served.write(message);
        }
        served.finish(GrpcStatus.OK);
    };

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 5 << 20})
    void echoesOneMessage(int size) throws Exception {
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Echo", ECHO)) {
            byte[] request = new byte[size];
            new Random(size).nextBytes(request);
            assertThat(loopback.unary("/t/Echo", request)).isEqualTo(request);
        }
    }

    @Test
    void anUnknownMethodIsUnimplemented() throws Exception {
        try (Loopback loopback = new Loopback(Loopback.OPTIONS)) {
            GrpcException e =
                    catchThrowableOfType(GrpcException.class, () -> loopback.unary("/t/Missing", new byte[3]));
            assertThat(e.status()).isEqualTo(GrpcCode.UNIMPLEMENTED.with("This server has no method /t/Missing"));
        }
    }

    @Test
    void manySmallMessagesKeepTheirOrder() throws Exception {
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Count", served -> {
            int n = 0;
            for (byte[] m; (m = served.read()) != null; n++) {
                assertThat(m).isEqualTo(numbered(n));
            }
            served.write(numbered(n));
            served.finish(GrpcStatus.OK);
        })) {
            Loopback.Started call = loopback.start("/t/Count");
            for (int i = 0; i < 20_000; i++) {
                call.write(numbered(i));
            }
            call.call().halfClose();
            assertThat(call.read()).isEqualTo(numbered(20_000));
            assertThat(call.read()).isNull();
        }
    }

    private static byte[] numbered(int n) {
        return java.nio.ByteBuffer.allocate(4).putInt(n).array();
    }
}
