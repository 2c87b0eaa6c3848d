package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCheckTest {
    private final Http2Headers request = new DefaultHttp2Headers(false)
            .method("POST")
            .path("/arrow.flight.protocol.FlightService/DoGet")
            .scheme("http")
            .add("content-type", "application/grpc")
            .add("te", "trailers");

    private void isRefused(int status, String saying) {
        RequestCheck.Refusal refusal = RequestCheck.check(request);
        assertThat(refusal).isNotNull();
        assertThat(refusal.httpStatus()).isEqualTo(status);
        assertThat(refusal.text()).contains(saying).isPrintable();
    }

    @Test
    void aCallPasses() {
        assertThat(RequestCheck.check(request)).isNull();
        request.remove("te");
        assertThat(RequestCheck.check(request)).as("without te").isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/grpc+proto",
                "application/grpc;charset=utf-8",
                "Application/gRPC",
                "application/grpc ;x"
            })
    void formsOfTheContentType(String type) {
        request.set("content-type", type);
        assertThat(RequestCheck.check(request)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/grpc-web", "application/grp", "", "text/html \u20ac"})
    void otherContentTypesAre415(String type) {
        request.set("content-type", type);
        isRefused(415, "application/grpc");
    }

    @Test
    void noContentTypeIs415() {
        request.remove("content-type");
        isRefused(415, "none");
    }

    @Test
    void getIs405() {
        request.method("GET");
        isRefused(405, "GET");
        assertThat(RequestCheck.check(request).headers().get("allow")).hasToString("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "*", "/DoGet", "//DoGet", "/service/", "service/DoGet"})
    void otherPathsAre404(String path) {
        request.path(path);
        isRefused(404, "/service/method");
    }

    @Test
    void missingPseudoHeadersAre400() {
        request.remove(":path");
        isRefused(400, ":path");
        request.remove(":method");
        isRefused(400, ":method");
    }

    @Test
    void otherTeIs400() {
        request.set("te", "gzip");
        isRefused(400, "te: trailers");
    }

    @Test
    void whatStrangersSendIsCutAndCleaned() {
        request.method("\u0007x".repeat(500));
        isRefused(405, "?x?x");
        assertThat(RequestCheck.check(request).text()).hasSizeLessThan(150).endsWith("...");
    }

    @Test
    void theAnswerDescribesItsBody() {
        Http2Headers answer = new RequestCheck.Refusal(404, "nothing here").headers();
        assertThat(answer.status()).hasToString("404");
        assertThat(answer.getInt("content-length")).isEqualTo(12);
        assertThat(answer.get("content-type")).hasToString("text/plain; charset=us-ascii");
    }
}
