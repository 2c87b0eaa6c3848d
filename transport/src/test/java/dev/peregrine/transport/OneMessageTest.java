package dev.peregrine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneMessageTest {
    private final List<String> heard = new ArrayList<>();
    private final CallListener next = new CallListener() {
        @Override
        public void headers(Metadata headers) {
            heard.add("headers");
        }

        @Override
        public void messageBegins(int length) {
            heard.add("begins " + length);
        }

        @Override
        public void messageBytes(ByteBuf piece) {
            heard.add("bytes " + piece.readableBytes());
        }

        @Override
        public void messageEnds() {
            heard.add("ends");
        }

        @Override
        public void delivered() {}

        @Override
        public void halfClosed() {
            heard.add("half-closed");
        }

        @Override
        public void closed(GrpcStatus status, Metadata trailers) {
            heard.add("closed " + status.code() + " " + status.message() + trailers.names());
        }
    };

    private static void message(CallListener to) throws GrpcException {
        to.messageBegins(2);
        to.messageBytes(Unpooled.wrappedBuffer(new byte[2]));
        to.messageEnds();
    }

    @Test
    void oneRequestPasses() throws Exception {
        OneMessage request = OneMessage.ofRequest("Get", next);
        message(request);
        request.halfClosed();
        request.closed(GrpcStatus.OK, new Metadata());
        assertThat(heard).containsExactly("begins 2", "bytes 2", "ends", "half-closed", "closed OK []");
    }

    @Test
    void noRequestIsUnimplemented() {
        OneMessage request = OneMessage.ofRequest("Get", next);
        assertThatThrownBy(request::halfClosed)
                .isInstanceOf(GrpcException.class)
                .hasMessage("UNIMPLEMENTED: Get takes one request, but none came");
        assertThat(heard).isEmpty();
    }

    @Test
    void aSecondRequestIsUnimplemented() throws Exception {
        OneMessage request = OneMessage.ofRequest("Get", next);
        message(request);
        assertThatThrownBy(() -> request.messageBegins(0))
                .isInstanceOf(GrpcException.class)
                .hasMessage("UNIMPLEMENTED: Get takes one request, but a second one came");
        assertThat(heard).as("only the first was passed on").containsExactly("begins 2", "bytes 2", "ends");
    }

    @Test
    void aServerThatAnswersBeforeItIsAskedMayEndWell() {
        OneMessage.ofRequest("Get", next).closed(GrpcStatus.OK, new Metadata());
        assertThat(heard).containsExactly("closed OK []");
    }

    @Test
    void oneAnswerPasses() throws Exception {
        OneMessage response = OneMessage.ofResponse("Get", next);
        response.headers(new Metadata());
        message(response);
        response.closed(GrpcStatus.OK, new Metadata());
        assertThat(heard).containsExactly("headers", "begins 2", "bytes 2", "ends", "closed OK []");
    }

    @Test
    void noAnswerIsUnimplementedAndKeepsTheTrailers() throws Exception {
        OneMessage response = OneMessage.ofResponse("Get", next);
        response.halfClosed();
        response.closed(GrpcStatus.OK, new Metadata().add("who", "me"));
        assertThat(heard)
                .containsExactly(
                        "half-closed", "closed UNIMPLEMENTED the server sent no answer to Get instead of one[who]");
    }

    @Test
    void aSecondAnswerIsUnimplemented() throws Exception {
        OneMessage response = OneMessage.ofResponse("Get", next);
        message(response);
        assertThatThrownBy(() -> response.messageBegins(0))
                .isInstanceOf(GrpcException.class)
                .hasMessage("UNIMPLEMENTED: the server sent a second answer to Get instead of one");
    }

    @Test
    void aFailureWithoutAnAnswerStaysWhatItIs() {
        OneMessage.ofResponse("Get", next).closed(GrpcCode.NOT_FOUND.with("nothing"), new Metadata());
        assertThat(heard).containsExactly("closed NOT_FOUND nothing[]");
    }
}
