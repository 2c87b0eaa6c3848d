package dev.peregrine.conformance.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.peregrine.transport.CallSettings;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One thread. A call at the client. */
final class MadeCall {
    private final OutgoingCall call;
    private final Receiving answers;

    private MadeCall(OutgoingCall call, Receiving answers) {
        this.call = call;
        this.answers = answers;
    }

    /** Starts a call of the test service. */
    static MadeCall start(ClientTransport transport, String method) {
        return start(transport, TestService.path(method), new Metadata(), Duration.ofSeconds(60), Compression.IDENTITY);
    }

    static MadeCall start(
            ClientTransport transport, String path, Metadata headers, Duration timeout, Compression compression) {
        Receiving answers = new Receiving();
        OutgoingCall call = transport.start(path, CallSettings.of(timeout, compression), headers, answers);
        answers.attach(call);
        return new MadeCall(call, answers);
    }

    void send(MessageLite message) {
        call.send(ServedCall.frame(message));
    }

    void sendUncompressed(MessageLite message) {
        call.sendUncompressed(ServedCall.frame(message));
    }

    void halfClose() {
        call.halfClose();
    }

    void cancel() {
        call.cancel(GrpcCode.CANCELLED.with("The case says so"));
    }

    Metadata headers() throws GrpcException, InterruptedException {
        return answers.awaitHeaders();
    }

    Metadata trailers() {
        return answers.trailers();
    }

    /** The next answer; null at the end of a call that went well. */
    Receiving.@Nullable Message take() throws GrpcException, InterruptedException {
        return answers.take();
    }

    /** The next answer, which is there. */
    Receiving.Message next() throws GrpcException, InterruptedException {
        Receiving.Message message = take();
        assertThat(message).as("an answer").isNotNull();
        return message;
    }

    <M> M next(Parser<M> parser) throws GrpcException, InterruptedException, InvalidProtocolBufferException {
        return parser.parseFrom(next().bytes());
    }

    /** The one answer to the one request of a call that goes well. */
    <M> M unary(MessageLite request, Parser<M> parser)
            throws GrpcException, InterruptedException, InvalidProtocolBufferException {
        send(request);
        halfClose();
        M answer = next(parser);
        assertThat(take()).as("a second answer").isNull();
        return answer;
    }

    /** How a call ended from which no answer is expected any more. */
    GrpcStatus status() throws InterruptedException {
        try {
            assertThat(take()).as("an answer").isNull();
            return GrpcStatus.OK;
        } catch (GrpcException e) {
            return e.status();
        }
    }
}
