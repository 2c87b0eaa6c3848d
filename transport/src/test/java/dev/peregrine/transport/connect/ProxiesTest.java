package dev.peregrine.transport.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.transport.Address;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
    private static final Proxies NONE = new Proxies(false, null);

    private static @Nullable String proxy(Proxies proxies, String host, Map<String, String> environment) {
        Proxies.Proxy proxy = proxies.to(new Address.Tcp(host, 443), environment);
        return proxy == null ? null : proxy.address().toString();
    }

    @Test
    void theFirstThatTheEnvironmentNames() {
        assertThat(proxy(
                        Proxies.OF_THE_ENVIRONMENT,
                        "db.example.com",
                        Map.of("grpc_proxy", "http://one:1", "https_proxy", "http://two:2", "http_proxy", "three:3")))
                .isEqualTo("one:1");
        assertThat(proxy(
                        Proxies.OF_THE_ENVIRONMENT,
                        "db.example.com",
                        Map.of("grpc_proxy", " ", "https_proxy", "http://two:2", "http_proxy", "three:3")))
                .isEqualTo("two:2");
        assertThat(proxy(Proxies.OF_THE_ENVIRONMENT, "db.example.com", Map.of("http_proxy", "three")))
                .isEqualTo("three:80");
        assertThat(proxy(Proxies.OF_THE_ENVIRONMENT, "db.example.com", Map.of()))
                .isNull();
        assertThat(proxy(NONE, "db.example.com", Map.of("http_proxy", "three:3")))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "127.9.9.9", "::1"})
    void notForThisMachine(String host) {
        assertThat(proxy(Proxies.OF_THE_ENVIRONMENT, host, Map.of("http_proxy", "one:1")))
                .isNull();
        assertThat(proxy(new Proxies(true, "http://fixed:9"), host, Map.of()))
                .as("unless it was asked for")
                .isEqualTo("fixed:9");
    }

    @Test
    void exceptForHosts() {
        Map<String, String> environment = Map.of("http_proxy", "one:1", "no_proxy", "example.org, .internal,*.local");
        assertThat(proxy(Proxies.OF_THE_ENVIRONMENT, "example.org", environment))
                .isNull();
        assertThat(proxy(Proxies.OF_THE_ENVIRONMENT, "db.Example.org", environment))
                .isNull();
        assertThat(proxy(Proxies.OF_THE_ENVIRONMENT, "db.internal", environment))
                .isNull();
        assertThat(proxy(Proxies.OF_THE_ENVIRONMENT, "x.local", environment)).isNull();
        assertThat(proxy(Proxies.OF_THE_ENVIRONMENT, "notexample.org", environment))
                .isEqualTo("one:1");
        assertThat(proxy(
                        Proxies.OF_THE_ENVIRONMENT,
                        "any.thing",
                        Map.of("http_proxy", "one:1", "no_proxy", "x", "no_grpc_proxy", "*")))
                .isNull();
    }

    @Test
    void unixSocketsHaveNone() {
        assertThat(new Proxies(true, "http://fixed:9").to(new Address.Unix("/run/s"), Map.of()))
                .isNull();
    }

    @Test
    void aPasswordIsSentAndNotTold() {
        Proxies proxies = new Proxies(true, "http://me:secret@fixed:9");
        Proxies.Proxy proxy = proxies.to(new Address.Tcp("db", 1), Map.of());
        assertThat(proxy).isNotNull();
        assertThat(proxy.authorization()).isEqualTo("Basic bWU6c2VjcmV0");
        assertThat(proxies).hasToString("proxy fixed:9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://x:1", "http://", "http://a b", "https://x:1"})
    void whatIsNoProxy(String uri) {
        assertThatThrownBy(() -> new Proxies(true, uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The HTTP proxy is not given as http://[user:password@]host[:port]");
    }
}
