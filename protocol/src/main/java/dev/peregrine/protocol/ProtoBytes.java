package dev.peregrine.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Any thread. What the records need to become protobuf messages and to come back. */
final class ProtoBytes {
    private ProtoBytes() {}

    /** Parses one message; says which in the complaint. */
    static <M> M parse(String what, Parser<M> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes are no " + what + " in protobuf form: " + e.getMessage(), e);
        }
    }

    /** Shares the array. */
    static ByteString wrap(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    static Timestamp toTimestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    static Instant toInstant(Timestamp timestamp) {
        try {
            return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "an expiration time of " + timestamp.getSeconds() + " seconds is out of range", e);
        }
    }

    /** Null, too, for a record without such a field. */
    static @Nullable Instant toInstant(boolean present, Timestamp timestamp) {
        return present ? toInstant(timestamp) : null;
    }
}
