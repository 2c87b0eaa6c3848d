package dev.peregrine.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.peregrine.protocol.session.SetSessionOptionsResult.Error;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Session options to protobuf and back, checked against the generated messages. */
final class SessionMessagesTest {
    private static final Map<String, SessionOptionValue> OPTIONS = options();

    private static Map<String, SessionOptionValue> options() {
        Map<String, SessionOptionValue> options = new LinkedHashMap<>();
        options.put("text", SessionOptionValue.of("\u00e4 \u3065"));
        options.put("empty", SessionOptionValue.of(""));
        options.put("bool", SessionOptionValue.of(false));
        options.put("whole", SessionOptionValue.of(Long.MIN_VALUE));
        options.put("number", SessionOptionValue.of(456.0));
        options.put("list", SessionOptionValue.of(List.of("a", "", " ", "\u3065")));
        options.put("no texts", SessionOptionValue.of(List.of()));
        options.put("none", SessionOptionValue.UNSET);
        return options;
    }

    @Test
    void everyTypeComesBackAsItWas() {
        SetSessionOptionsRequest request = new SetSessionOptionsRequest(OPTIONS);
        assertThat(SetSessionOptionsRequest.deserialize(request.serialize())).isEqualTo(request);
        GetSessionOptionsResult result = new GetSessionOptionsResult(OPTIONS);
        assertThat(GetSessionOptionsResult.deserialize(result.serialize())).isEqualTo(result);
    }

    @Test
    void theGeneratedMessageReadsTheSame() throws InvalidProtocolBufferException {
        var values = dev.peregrine.proto.SetSessionOptionsRequest.parseFrom(
                        new SetSessionOptionsRequest(OPTIONS).serialize())
                .getSessionOptionsMap();
        assertThat(values).containsOnlyKeys(OPTIONS.keySet());
        assertThat(values.get("text").getStringValue()).isEqualTo("\u00e4 \u3065");
        assertThat(values.get("empty").hasStringValue()).isTrue();
        assertThat(values.get("bool").hasBoolValue()).isTrue();
        assertThat(values.get("whole").getInt64Value()).isEqualTo(Long.MIN_VALUE);
        assertThat(values.get("number").getDoubleValue()).isEqualTo(456.0);
        assertThat(values.get("list").getStringListValue().getValuesList()).containsExactly("a", "", " ", "\u3065");
        assertThat(values.get("no texts").hasStringListValue()).isTrue();
        assertThat(values.get("none").getOptionValueCase().getNumber()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void eachErrorHasItsNumber(Error error) throws InvalidProtocolBufferException {
        SetSessionOptionsResult result = new SetSessionOptionsResult(Map.of("a", error));
        assertThat(SetSessionOptionsResult.deserialize(result.serialize())).isEqualTo(result);
        assertThat(dev.peregrine.proto.SetSessionOptionsResult.parseFrom(result.serialize())
                        .getErrorsOrThrow("a")
                        .getValueValue())
                .isEqualTo(error.ordinal());
    }

    @ParameterizedTest
    @EnumSource
    void eachStatusHasItsNumber(CloseSessionResult.Status status) throws InvalidProtocolBufferException {
        CloseSessionResult result = new CloseSessionResult(status);
        assertThat(CloseSessionResult.deserialize(result.serialize())).isEqualTo(result);
        assertThat(dev.peregrine.proto.CloseSessionResult.parseFrom(result.serialize())
                        .getStatusValue())
                .isEqualTo(status.ordinal());
    }

    @Test
    void whatALaterSpecificationAddsIsUnspecified() {
        byte[] status99 = dev.peregrine.proto.CloseSessionResult.newBuilder()
                .setStatusValue(99)
                .build()
                .toByteArray();
        assertThat(CloseSessionResult.deserialize(status99).status()).isEqualTo(CloseSessionResult.Status.UNSPECIFIED);
        byte[] error99 = dev.peregrine.proto.SetSessionOptionsResult.newBuilder()
                .putErrors(
                        "a",
                        dev.peregrine.proto.SetSessionOptionsResult.Error.newBuilder()
                                .setValueValue(99)
                                .build())
                .build()
                .toByteArray();
        assertThat(SetSessionOptionsResult.deserialize(error99).errors()).isEqualTo(Map.of("a", Error.UNSPECIFIED));
    }

    @Test
    void rubbishIsRefused() {
        assertThatThrownBy(() -> SetSessionOptionsRequest.deserialize(new byte[] {0x0A, 9}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 bytes are no SetSessionOptionsRequest");
    }
}
