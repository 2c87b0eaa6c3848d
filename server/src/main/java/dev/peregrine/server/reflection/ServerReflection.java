package dev.peregrine.server.reflection;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.peregrine.proto.FlightProto;
import dev.peregrine.proto.reflection.ErrorResponse;
import dev.peregrine.proto.reflection.ExtensionNumberResponse;
import dev.peregrine.proto.reflection.FileDescriptorResponse;
import dev.peregrine.proto.reflection.ListServiceResponse;
import dev.peregrine.proto.reflection.ReflectionProto;
import dev.peregrine.proto.reflection.ServerReflectionRequest;
import dev.peregrine.proto.reflection.ServerReflectionResponse;
import dev.peregrine.proto.reflection.ServiceResponse;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Service threads, many at a time. Tells clients such as grpcurl which services there are and what their messages look
 * like, in both versions of the protocol, which differ in nothing but the package.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/server-reflection.md">GRPC Server Reflection Protocol</a>
 */
public final class ServerReflection {
    public static final String V1 = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    public static final String V1ALPHA = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

    /** A question is a name; anything longer is not one. */
    private static final int LONGEST_QUESTION = 64 << 10;

    private final ProtoFiles files = new ProtoFiles(
            FlightProto.getDescriptor(), ReflectionProto.getDescriptor(), alpha(ReflectionProto.getDescriptor()));

    /** A decoder of questions. */
    public static ProtoDecoder<ServerReflectionRequest> requests() {
        return new ProtoDecoder<>("ServerReflectionRequest", LONGEST_QUESTION, bytes -> {
            try {
                return ServerReflectionRequest.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        });
    }

    /** Answers the client's questions until it has no more. */
    public void serve(Inbox<ServerReflectionRequest> questions, Consumer<byte[]> answers)
            throws GrpcException, InterruptedException {
        Set<String> sent = new HashSet<>();
        for (ServerReflectionRequest request; (request = questions.take()) != null; ) {
            answers.accept(answer(request, sent).toByteArray());
        }
    }

    /** {@code sent}: the names of the files that this client has got, to which this adds. */
    ServerReflectionResponse answer(ServerReflectionRequest request, Set<String> sent) {
        var response = ServerReflectionResponse.newBuilder()
                .setValidHost(request.getHost())
                .setOriginalRequest(request);
        switch (request.getMessageRequestCase()) {
            case LIST_SERVICES -> response.setListServicesResponse(services());
            case FILE_BY_FILENAME -> {
                String name = request.getFileByFilename();
                file(response, files.named(name), "file " + name, sent);
            }
            case FILE_CONTAINING_SYMBOL -> {
                String name = request.getFileContainingSymbol();
                file(response, files.declaring(name), "symbol " + name, sent);
            }
            case FILE_CONTAINING_EXTENSION -> {
                var extension = request.getFileContainingExtension();
                error(
                        response,
                        GrpcCode.NOT_FOUND,
                        "there is no extension " + extension.getExtensionNumber() + " of "
                                + extension.getContainingType());
            }
            case ALL_EXTENSION_NUMBERS_OF_TYPE -> extensions(response, request.getAllExtensionNumbersOfType());
            case MESSAGEREQUEST_NOT_SET ->
                error(response, GrpcCode.UNIMPLEMENTED, "the request has none of the questions that this server knows");
        }
        return response.build();
    }

    private ListServiceResponse services() {
        var list = ListServiceResponse.newBuilder();
        for (String service : files.services()) {
            list.addService(ServiceResponse.newBuilder().setName(service));
        }
        return list.build();
    }

    private static void file(
            ServerReflectionResponse.Builder response, @Nullable FileDescriptor file, String what, Set<String> sent) {
        if (file == null) {
            error(response, GrpcCode.NOT_FOUND, "there is no " + what);
            return;
        }
        var found = FileDescriptorResponse.newBuilder();
        for (FileDescriptor each : ProtoFiles.withImports(file, sent)) {
            found.addFileDescriptorProto(ProtoFiles.message(each).toByteString());
        }
        response.setFileDescriptorResponse(found);
    }

    /** None of the files has an extension. */
    private void extensions(ServerReflectionResponse.Builder response, String type) {
        if (files.isMessageType(type)) {
            response.setAllExtensionNumbersResponse(
                    ExtensionNumberResponse.newBuilder().setBaseTypeName(type));
        } else {
            error(response, GrpcCode.NOT_FOUND, "there is no message type " + type);
        }
    }

    private static void error(ServerReflectionResponse.Builder response, GrpcCode code, String message) {
        response.setErrorResponse(
                ErrorResponse.newBuilder().setErrorCode(code.number()).setErrorMessage(message));
    }

    /** The older version of the protocol, for clients that know no other. */
    private static FileDescriptor alpha(FileDescriptor file) {
        FileDescriptorProto.Builder alpha =
                file.toProto().toBuilder().setName(alpha(file.getName())).setPackage(alpha(file.getPackage()));
        for (DescriptorProto.Builder type : alpha.getMessageTypeBuilderList()) {
            for (FieldDescriptorProto.Builder field : type.getFieldBuilderList()) {
                if (field.hasTypeName()) {
                    field.setTypeName(alpha(field.getTypeName()));
                }
            }
        }
        for (MethodDescriptorProto.Builder method : alpha.getServiceBuilder(0).getMethodBuilderList()) {
            method.setInputType(alpha(method.getInputType())).setOutputType(alpha(method.getOutputType()));
        }
        try {
            return FileDescriptor.buildFrom(alpha.build(), new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new AssertionError("only the package is another", e);
        }
    }

    private static String alpha(String name) {
        return name.replace("reflection.v1", "reflection.v1alpha").replace("reflection/v1", "reflection/v1alpha");
    }
}
