package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignResponseTest {
    private static Http2Headers response(String status, String contentType) {
        Http2Headers headers = new DefaultHttp2Headers();
        if (status != null) {
            headers.status(status);
        }
        return contentType == null ? headers : headers.add("content-type", contentType);
    }

    @Test
    void aGrpcServersHeadersAreNotForeign() {
        assertThat(ForeignResponse.of(response("200", "application/grpc"))).isNull();
        assertThat(ForeignResponse.of(response("200", "application/grpc+proto")))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "application/grpc, true",
        "application/grpc+proto, true",
        "Application/gRPC+Proto ;charset=utf-8, true",
        "application/grpc;x=+json, true",
        "application/grpc+json, false",
        "application/grpc+json;x=proto, false",
        "application/grpc+protobuf, false",
        "application/grpc+, false",
    })
    void theFormatOfMessages(String contentType, boolean isProtobuf) {
        assertThat(ForeignResponse.isGrpc(contentType)).isTrue();
        assertThat(ForeignResponse.isProtobuf(contentType)).isEqualTo(isProtobuf);
    }

    @Test
    void aStatusDecidesWhateverElseIsThere() {
        assertThat(ForeignResponse.of(response("503", "text/html").add("grpc-status", "14")))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "200, UNKNOWN", "302, UNKNOWN", "400, INTERNAL", "401, UNAUTHENTICATED", "403, PERMISSION_DENIED",
        "404, UNIMPLEMENTED", "418, UNKNOWN", "429, UNAVAILABLE", "500, UNKNOWN", "502, UNAVAILABLE",
        "503, UNAVAILABLE", "504, UNAVAILABLE", ", UNKNOWN"
    })
    void mapsTheHttpStatus(String httpStatus, GrpcCode code) {
        ForeignResponse foreign = ForeignResponse.of(response(httpStatus, "text/html"));
        assertThat(foreign).isNotNull();
        assertThat(foreign.status().code()).isEqualTo(code);
    }

    @Test
    void grpcContentTypeWithAnErrorStatusIsForeignToo() {
        assertThat(ForeignResponse.of(response("502", "application/grpc"))).isNotNull();
        assertThat(ForeignResponse.of(response("200", null))).isNotNull();
    }

    @Test
    void saysWhatCame() {
        ForeignResponse foreign = ForeignResponse.of(response("503", "text/html"));
        foreign.text(Unpooled.copiedBuffer("<html>\r\n  no healthy ", StandardCharsets.US_ASCII));
        foreign.text(Unpooled.copiedBuffer("upstream\u00e9", StandardCharsets.ISO_8859_1));
        assertThat(foreign.status())
                .isEqualTo(new GrpcStatus(
                        GrpcCode.UNAVAILABLE,
                        "The peer does not answer as a gRPC server: HTTP status 503, content-type text/html,"
                                + " text \"<html> no healthy upstream\""));
    }

    @Test
    void keepsOnlyTheBeginning() {
        ForeignResponse foreign = ForeignResponse.of(response("500", null));
        for (int i = 0; i < 1000; i++) {
            foreign.text(Unpooled.copiedBuffer("0123456789", StandardCharsets.US_ASCII));
        }
        assertThat(foreign.status().message()).endsWith("no content-type, text \"" + "0123456789".repeat(20) + "...\"");
    }

    @Test
    void informationalHeadersAreNotTheResponse() {
        assertThat(ForeignResponse.isInformational(response("103", null))).isTrue();
        assertThat(ForeignResponse.isInformational(response("200", null))).isFalse();
        assertThat(ForeignResponse.isInformational(response(null, null))).isFalse();
    }
}
