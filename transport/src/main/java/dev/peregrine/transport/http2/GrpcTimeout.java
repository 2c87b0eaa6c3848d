package dev.peregrine.transport.http2;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import java.util.concurrent.TimeUnit;

/**
 * Any thread. The value of {@code grpc-timeout}.
 *
 * <pre>
 * TimeoutValue = 1*8DIGIT
 * TimeoutUnit  = Hour / Minute / Second / Millisecond / Microsecond / Nanosecond   ; "H" "M" "S" "m" "u" "n"
 * </pre>
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2, Requests</a>
 */
final class GrpcTimeout {
    private static final long LARGEST = 99_999_999;
    private static final TimeUnit[] UNITS = {
        TimeUnit.NANOSECONDS,
        TimeUnit.MICROSECONDS,
        TimeUnit.MILLISECONDS,
        TimeUnit.SECONDS,
        TimeUnit.MINUTES,
        TimeUnit.HOURS
    };
    private static final char[] LETTERS = {'n', 'u', 'm', 'S', 'M', 'H'};

    private GrpcTimeout() {}

    /**
     * Formats a time span in the finest unit that takes eight digits or less, rounded up, so that the server never gives
     * up before the client. A span that is over already becomes the shortest one there is.
     */
    static String format(long nanos) {
        long span = Math.max(nanos, 1);
        int unit = 0;
        long value = span;
        while (value > LARGEST) {
            unit++;
            long length = UNITS[unit].toNanos(1);
            value = span / length + (span % length == 0 ? 0 : 1);
        }
        return Long.toString(value) + LETTERS[unit];
    }

    /**
     * Nanoseconds; a span too long for that is {@link Long#MAX_VALUE}.
     *
     * @throws GrpcException INTERNAL if the value breaks the grammar
     */
    static long parse(CharSequence value) throws GrpcException {
        int digits = value.length() - 1;
        if (digits < 1 || digits > 8) {
            throw malformed(value, "it needs one to eight digits and a unit");
        }
        long number = 0;
        for (int i = 0; i < digits; i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                throw malformed(value, "it needs one to eight digits and a unit");
            }
            number = number * 10 + c - '0';
        }
        char letter = value.charAt(digits);
        for (int unit = 0; unit < LETTERS.length; unit++) {
            if (LETTERS[unit] == letter) {
                return UNITS[unit].toNanos(number);
            }
        }
        throw malformed(value, "its unit is none of H M S m u n");
    }

    private static GrpcException malformed(CharSequence value, String why) {
        return new GrpcException(GrpcCode.INTERNAL, "The peer sent grpc-timeout \"" + value + "\": " + why);
    }
}
