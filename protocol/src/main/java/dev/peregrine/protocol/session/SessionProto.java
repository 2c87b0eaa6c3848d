package dev.peregrine.protocol.session;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.peregrine.protocol.session.SessionOptionValue.BoolValue;
import dev.peregrine.protocol.session.SessionOptionValue.DoubleValue;
import dev.peregrine.protocol.session.SessionOptionValue.Int64Value;
import dev.peregrine.protocol.session.SessionOptionValue.StringListValue;
import dev.peregrine.protocol.session.SessionOptionValue.StringValue;
import java.util.LinkedHashMap;
import java.util.Map;

/** Any thread. Session options to protobuf messages and back. */
final class SessionProto {
    private SessionProto() {}

    /** Parses one message; says which in the complaint. */
    static <M> M parse(String what, Parser<M> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes are no " + what + " in protobuf form: " + e.getMessage(), e);
        }
    }

    static Map<String, dev.peregrine.proto.SessionOptionValue> toProto(Map<String, SessionOptionValue> options) {
        Map<String, dev.peregrine.proto.SessionOptionValue> proto = new LinkedHashMap<>();
        options.forEach((name, value) -> proto.put(name, toProto(value)));
        return proto;
    }

    static Map<String, SessionOptionValue> of(Map<String, dev.peregrine.proto.SessionOptionValue> proto) {
        Map<String, SessionOptionValue> options = new LinkedHashMap<>();
        proto.forEach((name, value) -> options.put(name, of(value)));
        return options;
    }

    private static dev.peregrine.proto.SessionOptionValue toProto(SessionOptionValue value) {
        var proto = dev.peregrine.proto.SessionOptionValue.newBuilder();
        if (value instanceof StringValue text) {
            proto.setStringValue(text.value());
        } else if (value instanceof BoolValue bool) {
            proto.setBoolValue(bool.value());
        } else if (value instanceof Int64Value number) {
            proto.setInt64Value(number.value());
        } else if (value instanceof DoubleValue number) {
            proto.setDoubleValue(number.value());
        } else if (value instanceof StringListValue list) {
            proto.setStringListValue(dev.peregrine.proto.SessionOptionValue.StringListValue.newBuilder()
                    .addAllValues(list.values()));
        }
        return proto.build();
    }

    /** {@link SessionOptionValue#UNSET} for types that a later version of the specification adds. */
    private static SessionOptionValue of(dev.peregrine.proto.SessionOptionValue proto) {
        return switch (proto.getOptionValueCase()) {
            case STRING_VALUE -> SessionOptionValue.of(proto.getStringValue());
            case BOOL_VALUE -> SessionOptionValue.of(proto.getBoolValue());
            case INT64_VALUE -> SessionOptionValue.of(proto.getInt64Value());
            case DOUBLE_VALUE -> SessionOptionValue.of(proto.getDoubleValue());
            case STRING_LIST_VALUE ->
                SessionOptionValue.of(proto.getStringListValue().getValuesList());
            case OPTIONVALUE_NOT_SET -> SessionOptionValue.UNSET;
        };
    }
}
