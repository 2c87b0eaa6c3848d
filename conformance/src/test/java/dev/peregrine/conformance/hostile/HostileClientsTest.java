package dev.peregrine.conformance.hostile;

import dev.peregrine.testing.http2.HostileClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every attack of {@link HostileClient} against our server, which must not mind. With
 * {@code -Dperegrine.hostile.compare=true} also against flight-core's, which is only measured and takes minutes. Prints the
 * table of {@code docs/conformance.md}.
 */
@Tag("slow")
@Timeout(value = 40, unit = TimeUnit.MINUTES)
final class HostileClientsTest {
    private static final long MOST_GROWTH = 64 << 20;

    /** On a machine that does nothing else it is a second; here only that somebody is served at all, soon. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    @Test
    void ourServerDoesNotMind() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        System.out.println("| attack | server | reaction | memory, MiB | processor, s | others waited, s |");
        System.out.println("|---|---|---|---|---|---|");
        ServerProcess ours = start(OurServer.class);
        try {
            for (HostileClient attack : HostileClient.values()) {
                Effect effect = Effect.of(attack, ours);
                print(attack, "Peregrine", effect);
                judge(attack, effect, softly);
                if (!effect.survived()) {
                    ours = start(OurServer.class);
                }
            }
        } finally {
            ours.close();
        }
        if (Boolean.getBoolean("peregrine.hostile.compare")) {
            measureFlightCore();
        }
        softly.assertAll();
    }

    /** Nothing is asserted: these are not ours to keep. */
    private static void measureFlightCore() throws Exception {
        ServerProcess theirs = start(FlightCoreServer.class);
        try {
            for (HostileClient attack : HostileClient.values()) {
                Effect effect = Effect.of(attack, theirs);
                print(attack, "flight-core", effect);
                if (!effect.survived() || !effect.answered()) {
                    theirs.close();
                    theirs = start(FlightCoreServer.class);
                }
            }
        } finally {
            theirs.close();
        }
    }

    private static ServerProcess start(Class<?> main) throws IOException, InterruptedException {
        ServerProcess server = ServerProcess.start(main);
        // What a JVM takes to get going is no effect of an attack.
        for (int i = 0; i < 200; i++) {
            Effect.wait(server.port());
        }
        Effect.of(HostileClient.RAPID_RESET, server);
        return server;
    }

    private static void judge(HostileClient attack, Effect effect, SoftAssertions softly) {
        softly.assertThat(effect.survived()).as("%s: the server lives", attack).isTrue();
        softly.assertThat(effect.answered())
                .as("%s: the server answers", attack)
                .isTrue();
        softly.assertThat(effect.hungUp()).as("%s: it hangs up", attack).isEqualTo(attack.hangsUp());
        softly.assertThat(attack.expects(effect.goAway()))
                .as("%s: GOAWAY %s", attack, effect.goAway())
                .isTrue();
        softly.assertThat(effect.growth())
                .as("%s: growth of memory, bytes", attack)
                .isLessThan(MOST_GROWTH);
        softly.assertThat(effect.longestWait()).as("%s: others' wait", attack).isLessThan(LONGEST_WAIT);
    }

    private static void print(HostileClient attack, String server, Effect effect) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %d | %.2f | %.2f |%n",
                attack.what(),
                server,
                effect.reaction(),
                effect.growth() >> 20,
                effect.processorTime().toMillis() / 1e3,
                effect.longestWait().toMillis() / 1e3);
    }
}
