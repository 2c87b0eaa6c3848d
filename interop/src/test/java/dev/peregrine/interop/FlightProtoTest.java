package dev.peregrine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import dev.peregrine.proto.FlightProto;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.flight.impl.Flight;
import org.junit.jupiter.api.Test;

/**
 * Our Flight.proto says the same as flight-core's, whatever the words around it: the same package, messages, fields with
 * their numbers and types, enum values, and calls. Needs no network.
 */
class FlightProtoTest {

    private final FileDescriptorProto ours = FlightProto.getDescriptor().toProto();
    private final FileDescriptorProto theirs = Flight.getDescriptor().toProto();

    @Test
    void samePackage() {
        assertThat(ours.getPackage()).isEqualTo(theirs.getPackage());
        assertThat(ours.getSyntax()).isEqualTo(theirs.getSyntax());
    }

    @Test
    void sameMessages() {
        assertThat(messages(ours)).isNotEmpty().isEqualTo(messages(theirs));
    }

    @Test
    void sameCalls() {
        assertThat(ours.getService(0).getName()).isEqualTo(theirs.getService(0).getName());
        assertThat(calls(ours)).hasSize(10).containsExactlyInAnyOrderElementsOf(calls(theirs));
    }

    private static Map<String, String> messages(FileDescriptorProto file) {
        Map<String, String> into = new TreeMap<>();
        file.getMessageTypeList().forEach(m -> describe("", m, into));
        file.getEnumTypeList().forEach(e -> describe("", e, into));
        return into;
    }

    private static void describe(String outer, DescriptorProto message, Map<String, String> into) {
        String name = outer + message.getName();
        into.put(name, message.getOptions().getMapEntry() ? "map entry" : "message");
        for (FieldDescriptorProto field : message.getFieldList()) {
            into.put(
                    name + "." + field.getNumber(),
                    field.getLabel() + " " + field.getType() + " " + field.getTypeName() + " " + field.getName()
                            + (field.getProto3Optional() ? " optional" : "")
                            + (field.hasOneofIndex() ? " in a oneof" : ""));
        }
        message.getNestedTypeList().forEach(m -> describe(name + ".", m, into));
        message.getEnumTypeList().forEach(e -> describe(name + ".", e, into));
    }

    private static void describe(String outer, EnumDescriptorProto type, Map<String, String> into) {
        type.getValueList().forEach(v -> into.put(outer + type.getName() + "=" + v.getNumber(), v.getName()));
    }

    private static List<String> calls(FileDescriptorProto file) {
        return file.getService(0).getMethodList().stream()
                .map(FlightProtoTest::call)
                .toList();
    }

    private static String call(MethodDescriptorProto method) {
        return method.getName() + " " + method.getClientStreaming() + method.getInputType() + " "
                + method.getServerStreaming() + method.getOutputType();
    }
}
