package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusHeadersTest {
    private static GrpcStatus read(String number, String message) {
        Http2Headers in = new DefaultHttp2Headers().add("grpc-status", number).add("grpc-message", message);
        return StatusHeaders.read(in);
    }

    @ParameterizedTest
    @EnumSource(GrpcCode.class)
    void everyCodeSurvives(GrpcCode code) {
        Http2Headers wire = StatusHeaders.trailers(code.with("why"), new Metadata());
        assertThat(wire.get("grpc-status")).hasToString(Integer.toString(code.ordinal()));
        assertThat(StatusHeaders.read(wire)).isEqualTo(code.with("why"));
    }

    @Test
    void okHasNoMessage() {
        Http2Headers wire = StatusHeaders.trailers(GrpcStatus.OK, new Metadata());
        assertThat(wire.size()).isEqualTo(1);
        assertThat(StatusHeaders.read(wire)).isEqualTo(GrpcStatus.OK);
    }

    @Test
    void trailersOnlyIsAWholeResponse() {
        Http2Headers wire = StatusHeaders.trailersOnly(
                GrpcCode.NOT_FOUND.with("no"), new Metadata().add("grpc-status-details-bin", new byte[] {7}));
        assertThat(wire.status()).hasToString("200");
        assertThat(wire.get("content-type")).hasToString("application/grpc");
        assertThat(wire.get("grpc-status")).hasToString("5");
        assertThat(wire.get("grpc-status-details-bin")).hasToString("Bw");
        assertThat(ForeignResponse.of(wire)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain text, with ~ and \"|plain text, with ~ and \"",
                "100%|100%25",
                "line\\nbreak|line%0Abreak",
                "caf\u00e9|caf%C3%A9",
                "\uD83D\uDE00|%F0%9F%98%80",
                "%41|%2541",
                "\u007f|%7F"
            })
    void encodes(String message, String encoded) {
        String text = message.replace("\\n", "\n");
        assertThat((CharSequence) StatusHeaders.encodeMessage(text)).hasToString(encoded);
        assertThat(StatusHeaders.decodeMessage(encoded)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"100%,100%", "%,%", "%4,%4", "%zz,%zz", "%4g,%4g", "a%e9b,a\uFFFDb", "%c3%a9,\u00e9", "%%41,%A"})
    void decodesWhatItCan(String encoded, String message) {
        assertThat(StatusHeaders.decodeMessage(encoded)).isEqualTo(message);
    }

    @Test
    void cutsALongMessageBetweenCharacters() {
        String encoded = StatusHeaders.encodeMessage("\u20ac".repeat(2000)).toString();
        assertThat(encoded.length()).isLessThanOrEqualTo(StatusHeaders.MAX_MESSAGE);
        String decoded = StatusHeaders.decodeMessage(encoded);
        assertThat(decoded).matches("\u20ac{454}\\.\\.\\.");
        assertThat(StatusHeaders.encodeMessage("x".repeat(StatusHeaders.MAX_MESSAGE))
                        .length())
                .isEqualTo(StatusHeaders.MAX_MESSAGE);
        assertThat(StatusHeaders.encodeMessage("x".repeat(StatusHeaders.MAX_MESSAGE + 1))
                        .toString())
                .hasSize(StatusHeaders.MAX_MESSAGE)
                .endsWith("x...");
    }

    @Test
    void noStatusIsNull() {
        assertThat(StatusHeaders.read(new DefaultHttp2Headers().add("grpc-message", "x")))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "-1", "", "x", "99999999999999999999", "0x1"})
    void aStrangeNumberIsUnknown(String number) {
        GrpcStatus status = read(number, "its%20words");
        assertThat(status.code()).isEqualTo(GrpcCode.UNKNOWN);
        assertThat(status.message()).contains("\"" + number + "\"").endsWith(": its words");
    }

    @Test
    void leadingZerosAreTolerated() {
        assertThat(read("05", "gone")).isEqualTo(GrpcCode.NOT_FOUND.with("gone"));
    }
}
