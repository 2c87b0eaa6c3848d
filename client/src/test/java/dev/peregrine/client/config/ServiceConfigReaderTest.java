package dev.peregrine.client.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.retry.Retries;
import dev.peregrine.transport.retry.RetryPolicy;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceConfigReaderTest {
    private static final String POLICY = """
            "retryPolicy": {
              "maxAttempts": 9, "initialBackoff": "0.1s", "maxBackoff": "1s", "backoffMultiplier": 2.5,
              "retryableStatusCodes": ["UNAVAILABLE", 10]
            }""";

    @Test
    void everythingThatIsKnown() {
        ServiceConfig config = ServiceConfigReader.read("""
                {
                  "loadBalancingConfig": [{"round_robin": {}}],
                  "methodConfig": [
                    {"name": [{"service": "s", "method": "One"}, {"service": "s", "method": "Two"}],
                     "timeout": "1.5s", "waitForReady": true,
                     "maxRequestMessageBytes": "100", "maxResponseMessageBytes": 99999999999, %s},
                    {"name": [{"service": "s"}], "timeout": "3s"},
                    {"name": [{}], "waitForReady": false}
                  ],
                  "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1}
                }""".formatted(POLICY));
        ServiceConfig.Method one = config.method("/s/One");
        assertThat(one)
                .isEqualTo(new ServiceConfig.Method(
                        Duration.ofMillis(1500),
                        true,
                        new RetryPolicy(
                                5,
                                Duration.ofMillis(100),
                                Duration.ofSeconds(1),
                                2.5,
                                Set.of(GrpcCode.UNAVAILABLE, GrpcCode.ABORTED)),
                        100,
                        Integer.MAX_VALUE));
        assertThat(config.method("/s/Two")).isEqualTo(one);
        assertThat(config.method("/s/Three").timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.method("/t/One").waitForReady()).isFalse();
        assertThat(config.throttling()).isEqualTo(new Retries.Throttling(10, 0.1));
    }

    @Test
    void nothing() {
        assertThat(ServiceConfigReader.read("{}")).isEqualTo(ServiceConfig.EMPTY);
        assertThat(ServiceConfig.EMPTY.method("/s/One")).isEqualTo(ServiceConfig.Method.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "nonsense | is not JSON",
                "{} {} | is not JSON",
                "{\"a\": 1, \"a\": 2} | is not JSON: Duplicate field 'a'",
                "[] | is not a JSON object",
                "{\"methodConfig\": {}} | methodConfig is not a list",
                "{\"methodConfig\": [{}]} | methodConfig[0].name is not a list",
                "{\"methodConfig\": [{\"name\": [{\"method\": \"m\"}]}]} | has a method without a service",
                "{\"methodConfig\": [{\"name\": [{}, {}]}]} | methodConfig[0].name names again",
                "{\"methodConfig\": [{\"name\": [{}], \"timeout\": 1}]} | timeout is 1; it must be like \"1.5s\"",
                "{\"methodConfig\": [{\"name\": [{}], \"timeout\": \"-1s\"}]} | timeout is \"-1s\"; it must be",
                "{\"methodConfig\": [{\"name\": [{}], \"waitForReady\": \"yes\"}]} | it must be true or false",
                "{\"methodConfig\": [{\"name\": [{}], \"maxRequestMessageBytes\": -1}]} | must be a number of bytes",
                "{\"methodConfig\": [{\"name\": [{}], \"retryPolicy\": {\"maxAttempts\": 2}}]} | retryPolicy needs",
                "{\"retryThrottling\": {\"maxTokens\": 10}} | retryThrottling.tokenRatio is not a number",
                "{\"retryThrottling\": {\"maxTokens\": 0, \"tokenRatio\": 1}} | maxTokens is 0.0; it must be above 0"
            })
    void whatIsWrongIsSaidAndWhere(String json, String said) {
        assertThatThrownBy(() -> ServiceConfigReader.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The service config is wrong: ")
                .hasMessageContaining(said);
    }

    @Test
    void policiesThatMakeNoSenseAreRefused() {
        String config = "{\"methodConfig\": [{\"name\": [{}], " + POLICY + "}]}";
        assertThatThrownBy(() -> ServiceConfigReader.read(config.replace("9", "1")))
                .hasMessageContaining("methodConfig[0].retryPolicy: maxAttempts is 1; it must be at least 2");
        assertThatThrownBy(() -> ServiceConfigReader.read(config.replace("UNAVAILABLE", "OOPS")))
                .hasMessageContaining("retryableStatusCodes has \"OOPS\", which is no status code of gRPC");
        assertThatThrownBy(() -> ServiceConfigReader.read(config.replace("2.5", "\"2\"")))
                .hasMessageContaining("backoffMultiplier is not a number");
    }
}
