package dev.peregrine.server.reflection;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Any thread. Protobuf files with all that they import: which one is called what, and which one declares what. */
final class ProtoFiles {
    private final Map<String, FileDescriptor> byName = new HashMap<>();
    private final Map<String, FileDescriptor> bySymbol = new HashMap<>();
    private final List<String> services = new ArrayList<>();

    /** {@code files} in the order in which their services are to be listed. */
    ProtoFiles(FileDescriptor... files) {
        for (FileDescriptor file : files) {
            add(file);
        }
    }

    private void add(FileDescriptor file) {
        if (byName.putIfAbsent(file.getName(), file) != null) {
            return;
        }
        file.getDependencies().forEach(this::add);
        file.getMessageTypes().forEach(this::add);
        file.getEnumTypes().forEach(this::add);
        file.getExtensions().forEach(this::declare);
        for (ServiceDescriptor service : file.getServices()) {
            services.add(service.getFullName());
            declare(service);
            service.getMethods().forEach(this::declare);
        }
    }

    private void add(Descriptor type) {
        declare(type);
        type.getFields().forEach(this::declare);
        type.getOneofs().forEach(this::declare);
        type.getNestedTypes().forEach(this::add);
        type.getEnumTypes().forEach(this::add);
        type.getExtensions().forEach(this::declare);
    }

    private void add(EnumDescriptor type) {
        declare(type);
        // An enum's values are its siblings in protobuf, not its children, although getFullName() says so.
        String scope = type.getFullName()
                .substring(0, type.getFullName().length() - type.getName().length());
        type.getValues().forEach(value -> bySymbol.put(scope + value.getName(), type.getFile()));
    }

    private void declare(GenericDescriptor what) {
        bySymbol.put(what.getFullName(), what.getFile());
    }

    /** The full names of all services. */
    List<String> services() {
        return services;
    }

    /** The file of this name; null if there is none. */
    @Nullable
    FileDescriptor named(String name) {
        return byName.get(name);
    }

    /** The file that declares what has this full name; null if none does. */
    @Nullable
    FileDescriptor declaring(String symbol) {
        return bySymbol.get(symbol);
    }

    /** Whether this is the full name of a message type. */
    boolean isMessageType(String name) {
        FileDescriptor file = bySymbol.get(name);
        if (file == null) {
            return false;
        }
        String inPackage = file.getPackage().isEmpty()
                ? name
                : name.substring(file.getPackage().length() + 1);
        List<String> path = Arrays.asList(inPackage.split("\\."));
        Descriptor type = file.findMessageTypeByName(path.get(0));
        for (String nested : path.subList(1, path.size())) {
            type = type == null ? null : type.findNestedTypeByName(nested);
        }
        return type != null;
    }

    /** The file, then what it imports, directly and indirectly; without those of {@code known}, to which it adds the rest. */
    static List<FileDescriptor> withImports(FileDescriptor file, Set<String> known) {
        List<FileDescriptor> files = new ArrayList<>();
        ArrayDeque<FileDescriptor> waiting = new ArrayDeque<>(List.of(file));
        for (FileDescriptor next; (next = waiting.poll()) != null; ) {
            // The file that is asked for is always part of the answer, or there would be none.
            if (known.add(next.getName()) || files.isEmpty()) {
                files.add(next);
                waiting.addAll(next.getDependencies());
            }
        }
        return files;
    }

    /**
     * The file as a message, with the fields' names in JSON: protoc leaves them out of the code that it generates, and
     * without them grpcurl prints {@code flight_descriptor} for {@code flightDescriptor}.
     */
    static FileDescriptorProto message(FileDescriptor file) {
        FileDescriptorProto.Builder message = file.toProto().toBuilder();
        List<Descriptor> types = file.getMessageTypes();
        for (int i = 0; i < types.size(); i++) {
            nameFields(message.getMessageTypeBuilder(i), types.get(i));
        }
        return message.build();
    }

    private static void nameFields(DescriptorProto.Builder message, Descriptor type) {
        for (int i = 0; i < message.getFieldCount(); i++) {
            message.getFieldBuilder(i).setJsonName(type.getFields().get(i).getJsonName());
        }
        for (int i = 0; i < message.getNestedTypeCount(); i++) {
            nameFields(message.getNestedTypeBuilder(i), type.getNestedTypes().get(i));
        }
    }
}
