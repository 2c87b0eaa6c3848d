package dev.peregrine.client.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.Location;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** RFC 6265, section 5, as far as a client of Flight meets it. */
class CookieMiddlewareTest {
    private static final Location HERE = Location.of("grpc://db.example.com:8815");

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final CookieMiddleware cookies = new CookieMiddleware(() -> now);

    private void set(Location location, String... headers) {
        CallHeaders received = new CallHeaders();
        for (String header : headers) {
            received.add("set-cookie", header);
        }
        Objects.requireNonNull(cookies.startCall(new CallInfo("DoGet", location)))
                .receivedHeaders(received);
    }

    private String sent(Location location) {
        CallHeaders headers = new CallHeaders();
        cookies.startCall(new CallInfo("DoAction", location)).sendingHeaders(headers);
        return String.valueOf(headers.get("cookie"));
    }

    @Test
    void comeBackToTheHostThatSetThem() {
        assertThat(sent(HERE)).isEqualTo("null");
        set(HERE, "sessionId=aB3; HttpOnly", "second = \"two words\" ;Path=/");
        assertThat(sent(HERE)).isEqualTo("sessionId=aB3; second=\"two words\"");
        assertThat(sent(Location.of("grpc://DB.example.com:9999"))).contains("sessionId=aB3");
        assertThat(sent(Location.of("grpc://db2.example.com:8815"))).isEqualTo("null");
        set(HERE, "second=three; Path=/");
        assertThat(sent(HERE)).isEqualTo("sessionId=aB3; second=three");
        cookies.clear();
        assertThat(sent(HERE)).isEqualTo("null");
    }

    /** flight-core writes them in lower case. */
    @Test
    void namesKeepTheirCase() {
        set(HERE, "SessionId=a", "sessionid=b");
        assertThat(sent(HERE)).isEqualTo("SessionId=a; sessionid=b");
    }

    @Test
    void trailersHaveCookiesToo() {
        cookies.startCall(new CallInfo("DoGet", HERE)).receivedTrailers(CallHeaders.of("set-cookie", "a=1"));
        assertThat(sent(HERE)).isEqualTo("a=1");
    }

    @Test
    void maxAgeIsTheirLife() {
        set(HERE, "a=1; Max-Age=60", "b=2; max-age=61; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "c=3; Max-Age=soon");
        assertThat(sent(HERE)).isEqualTo("a=1; b=2; c=3");
        now = now.plus(Duration.ofSeconds(60));
        assertThat(sent(HERE)).isEqualTo("b=2; c=3");
        set(HERE, "b=2; Max-Age=0");
        assertThat(sent(HERE)).isEqualTo("c=3");
        set(HERE, "c=3; Max-Age=-5", "d=4; Max-Age=99999999999999999999");
        now = now.plus(Duration.ofDays(100_000));
        assertThat(sent(HERE)).isEqualTo("d=4");
    }

    @Test
    void expiresIsADate() {
        set(
                HERE,
                "a=1; Expires=Sun, 22 Nov 2026 12:00:01 GMT",
                "b=2; Expires=Sunday, 22-Nov-26 13:00:00 GMT",
                "c=3; expires=Sun Nov 22 13:00:00 2026",
                "d=4; Expires=tomorrow",
                "e=5; Expires=Sat, 21 Nov 2026 12:00:00 GMT",
                "f=6; Expires=Sun, 31 Feb 2027 12:00:00 GMT");
        assertThat(sent(HERE)).isEqualTo("a=1; b=2; c=3; d=4; f=6");
        now = now.plus(Duration.ofSeconds(1));
        assertThat(sent(HERE)).isEqualTo("b=2; c=3; d=4; f=6");
        now = now.plus(Duration.ofHours(1));
        assertThat(sent(HERE)).isEqualTo("d=4; f=6");
    }

    @Test
    void domainSaysWhichHosts() {
        set(
                HERE,
                "all=1; Domain=.Example.COM",
                "own=2; Domain=db.example.com",
                "foreign=3; Domain=example.org",
                "deeper=4; Domain=x.db.example.com",
                "top=5; Domain=com",
                "ample=6; Domain=ample.com",
                "empty=7; Domain=");
        assertThat(sent(HERE)).isEqualTo("all=1; own=2; empty=7");
        assertThat(sent(Location.of("grpc://web.example.com:1"))).isEqualTo("all=1");
        assertThat(sent(Location.of("grpc://x.db.example.com:1"))).isEqualTo("all=1; own=2");
        assertThat(sent(Location.of("grpc://badexample.com:1"))).isEqualTo("null");

        Location address = Location.of("grpc://10.0.0.1:8815");
        set(address, "ip=1", "part=2; Domain=0.0.1", "whole=3; Domain=10.0.0.1");
        assertThat(sent(address)).isEqualTo("ip=1; whole=3");
        Location local = Location.of("grpc://localhost:8815");
        set(local, "local=1; Domain=localhost");
        assertThat(sent(local)).isEqualTo("local=1");
    }

    @Test
    void pathSaysWhichCalls() {
        set(
                HERE,
                "root=1; Path=/",
                "service=2; Path=/arrow.flight.protocol.FlightService",
                "usual=3",
                "get=4; Path=/arrow.flight.protocol.FlightService/DoGet",
                "half=5; Path=/arrow.flight",
                "none=6; Path=relative",
                "slash=7; Path=/arrow.flight.protocol.FlightService/");
        assertThat(sent(HERE)).isEqualTo("slash=7; service=2; usual=3; none=6; root=1");
    }

    @Test
    void secureNeedsTls() {
        Location tls = Location.of("grpc+tls://db.example.com:443");
        set(tls, "a=1; Secure", "b=2");
        assertThat(sent(tls)).isEqualTo("a=1; b=2");
        assertThat(sent(HERE)).isEqualTo("b=2");
    }

    @Test
    void whatIsNoCookieIsLeftAside() {
        set(HERE, "", "=1", "noEquals", "; Path=/", "umlaut=\u00e4", "long=" + "x".repeat(4096), "ok=");
        assertThat(sent(HERE)).isEqualTo("ok=");
    }

    @Test
    void manyAreNotKept() {
        for (int i = 0; i < 1000; i++) {
            set(HERE, "c" + i + "=1");
        }
        assertThat(sent(HERE).split("; ")).hasSize(300).contains("c999=1").doesNotContain("c699=1");
    }

    @Test
    void aUnixSocketIsThisHost() {
        Location socket = Location.unix("/run/flight.sock");
        set(socket, "a=1");
        assertThat(sent(socket)).isEqualTo("a=1");
    }
}
