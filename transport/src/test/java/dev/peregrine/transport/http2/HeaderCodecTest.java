package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Metadata;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderCodecTest {
    private static Http2Headers fields(String... namesAndValues) {
        Http2Headers headers = new DefaultHttp2Headers();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    @Test
    void writesBase64WithoutPadding() {
        Http2Headers out = new DefaultHttp2Headers();
        HeaderCodec.write(
                new Metadata()
                        .add("a-bin", new byte[] {1})
                        .add("a-bin", new byte[] {1, 2})
                        .add("a-bin", new byte[0])
                        .add("Text", "x, y"),
                out);
        assertThat(out.getAll("a-bin")).map(CharSequence::toString).containsExactly("AQ", "AQI", "");
        assertThat(out.get("text")).hasToString("x, y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AQ", "AQ=="})
    void readsBase64WithAndWithoutPadding(String value) throws GrpcException {
        assertThat(HeaderCodec.read(fields("a-bin", value)).getBinary("a-bin")).containsExactly(1);
    }

    @Test
    void splitsBinaryValuesAtCommasButNoText() throws GrpcException {
        Metadata read = HeaderCodec.read(fields("a-bin", "AQ==,AgM, ,BA", "a-bin", "BQ", "t", "x,y"));
        assertThat(read.getAllBinary("a-bin"))
                .containsExactly(new byte[] {1}, new byte[] {2, 3}, new byte[0], new byte[] {4}, new byte[] {5});
        assertThat(read.getAll("t")).containsExactly("x,y");
    }

    @Test
    void everyByteValueSurvives() throws GrpcException {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        Http2Headers wire = new DefaultHttp2Headers();
        HeaderCodec.write(new Metadata().add("grpc-status-details-bin", all), wire);
        assertThat(HeaderCodec.read(wire).getBinary("grpc-status-details-bin")).isEqualTo(all);
    }

    @Test
    void hidesWhatBelongsToHttp2AndGrpc() throws GrpcException {
        Http2Headers in = fields(
                "content-type", "application/grpc",
                "te", "trailers",
                "grpc-timeout", "1S",
                "grpc-encoding", "gzip",
                "grpc-accept-encoding", "gzip",
                "grpc-status", "0",
                "grpc-message", "x",
                "user-agent", "grpc-c++/1.0",
                "grpc-trace-bin", "AQ");
        in.path("/a/b").method("POST");
        assertThat(HeaderCodec.read(in).names()).containsExactly("user-agent", "grpc-trace-bin");
    }

    @Test
    void textThatIsNotAsciiPasses() throws GrpcException {
        assertThat(HeaderCodec.read(fields("t", "caf\u00e9")).get("t")).isEqualTo("caf\u00e9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "AQ=", "AQ===", "a b", "AQ,*", "\u0141Q"})
    void whatIsNoBase64FailsTheCall(String value) {
        assertThatThrownBy(() -> HeaderCodec.read(fields("x-bin", value)))
                .isInstanceOfSatisfying(GrpcException.class, e -> {
                    assertThat(e.status().code()).isEqualTo(GrpcCode.INTERNAL);
                    assertThat(e.status().message()).contains("x-bin", "not base64");
                });
    }

    @Test
    void inTrailersOnlyTheBadValueIsLost() {
        Metadata read = HeaderCodec.readTrailers(fields("x-bin", "*", "y-bin", "AQ", "z", "text"));
        assertThat(read.names()).containsExactly("y-bin", "z");
    }

    @Test
    void valuesAreOctets() throws GrpcException {
        byte[] utf8 = "\u00e9".getBytes(StandardCharsets.UTF_8);
        Http2Headers wire = new DefaultHttp2Headers();
        HeaderCodec.write(new Metadata().add("u-bin", utf8), wire);
        assertThat(wire.get("u-bin")).hasToString("w6k");
        assertThat(HeaderCodec.read(wire).getBinary("u-bin")).isEqualTo(utf8);
    }
}
