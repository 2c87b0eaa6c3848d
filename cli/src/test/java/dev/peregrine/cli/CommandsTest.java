package dev.peregrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cli.Typed.Typist;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.folder.FolderService;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each command against a folder that is served. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class CommandsTest {
    private static final String PEOPLE =
            "id,name,born\n1,Ada,1815-12-10\n2,\"Grace \"\"Amazing\"\" Hopper\",1906-12-09\n3,,\n";

    @TempDir
    Path folder;

    @TempDir
    Path here;

    private FlightServer server;
    private String uri;

    @BeforeEach
    void serve() throws IOException {
        server = FlightServer.builder("grpc://localhost:0", FolderService.open(folder))
                .start();
        uri = server.location().uri();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void putPeople() {
        Typed put = new Typist().in(PEOPLE).type("put", uri, "staff/people");
        assertThat(put.err()).isEmpty();
        assertThat(put.code()).isZero();
        assertThat(put.out()).isEmpty();
    }

    @Test
    void putsCsvAndGetsItBackAsCsv() {
        putPeople();
        Typed get = Typed.command("get", uri, "staff/people", "--format", "csv");
        assertThat(get.err()).isEmpty();
        assertThat(get.out()).isEqualTo(PEOPLE);
        assertThat(get.code()).isZero();
    }

    @Test
    void getsJsonTablesAndHeads() {
        putPeople();
        assertThat(Typed.command("get", uri, "staff/people", "--format", "ndjson")
                        .out())
                .isEqualTo("{\"id\":1,\"name\":\"Ada\",\"born\":\"1815-12-10\"}\n"
                        + "{\"id\":2,\"name\":\"Grace \\\"Amazing\\\" Hopper\",\"born\":\"1906-12-09\"}\n"
                        + "{\"id\":3,\"name\":null,\"born\":null}\n");
        assertThat(Typed.command("get", uri, "staff/people", "--head", "1").out())
                .isEqualTo("""
                            id │ name │ born
                         int64 │ utf8 │ date32
                        ───────┼──────┼────────────
                             1 │ Ada  │ 1815-12-10
                        1 row, 3 columns
                        """);
        assertThat(Typed.command("get", uri, "staff/people", "-n", "2", "-f", "csv")
                        .out()
                        .lines())
                .hasSize(3);
        assertThat(Typed.command("get", uri, "staff/people", "-n", "0").out()).endsWith("0 rows, 3 columns\n");
    }

    @Test
    void aTerminalGetsATableAndNoBinary() {
        putPeople();
        Typed shown = new Typist().atTerminal(30).type("get", uri, "staff/people");
        assertThat(shown.out()).contains("3 rows, 3 columns");
        assertThat(shown.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(30));
        assertThat(shown.err()).isEmpty();
        Typed refused = new Typist().atTerminal(80).type("get", uri, "staff/people", "--format", "stream");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err())
                .isEqualTo(
                        "peregrine: Arrow data would only garble the terminal; name a file (-o FILE), pipe it, or ask for"
                                + " --format csv, json or table.\n");
    }

    @Test
    void aTerminalIsNotFloodedAndSaysSo() {
        StringBuilder csv = new StringBuilder("n\n");
        for (int i = 0; i < 1_000; i++) {
            csv.append(i).append('\n');
        }
        new Typist().in(csv.toString()).type("put", uri, "many", "--batch-rows", "7");
        Typed shown = new Typist().atTerminal(80).type("get", uri, "many");
        assertThat(shown.out()).endsWith("\n    19\n20 rows, 1 column\n");
        assertThat(shown.err()).isEqualTo("The first 20 of 1,000 rows; --head N shows more.\n");
        assertThat(new Typist()
                        .atTerminal(80)
                        .type("get", uri, "many", "-f", "csv")
                        .out())
                .isEqualTo(csv.toString());
    }

    @Test
    void filesOfEachFormatMakeTheRoundTrip() throws IOException {
        putPeople();
        for (String name : new String[] {"people.arrow", "people.feather", "people.arrows", "people.csv"}) {
            Path file = here.resolve(name);
            Typed get = Typed.command("get", uri, "staff/people", "-o", file.toString());
            assertThat(get.err()).isEmpty();
            assertThat(get.out()).isEmpty();
            assertThat(Typed.command("put", uri, "again/" + name, file.toString())
                            .err())
                    .isEmpty();
            assertThat(Typed.command("get", uri, "again/" + name, "-f", "csv").out())
                    .isEqualTo(PEOPLE);
        }
        try (var left = Files.list(here)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("people.arrow", "people.feather", "people.arrows", "people.csv");
        }
        assertThat(Typed.command("list", uri, "--names").out())
                .isEqualTo(
                        "again/people.arrow\nagain/people.arrows\nagain/people.csv\nagain/people.feather\nstaff/people\n");
    }

    @Test
    void aPipeCarriesAStream() {
        putPeople();
        byte[] stream = Typed.command("get", uri, "staff/people").bytes();
        assertThat(new Typist().in(stream).type("put", uri, "piped", "-").code())
                .isZero();
        assertThat(Typed.command("get", uri, "piped", "-f", "csv").out()).isEqualTo(PEOPLE);
    }

    @Test
    void aTicketWillDoInsteadOfAFlight() {
        putPeople();
        assertThat(Typed.command("get", uri, "--ticket", "staff/people", "-f", "csv")
                        .out())
                .isEqualTo(PEOPLE);
    }

    @Test
    void exchangeGivesBackWhatTheServiceAnswers() throws IOException {
        Path file = Files.writeString(here.resolve("people.csv"), PEOPLE);
        Typed echoed = Typed.command("exchange", uri, "--command", "echo", file.toString(), "-f", "csv");
        assertThat(echoed.err()).isEmpty();
        assertThat(echoed.out()).isEqualTo(PEOPLE);
        assertThat(new Typist()
                        .in(PEOPLE)
                        .type("exchange", uri, "echo", "-f", "csv", "--batch-rows", "1")
                        .out())
                .isEqualTo(PEOPLE);
    }

    @Test
    void listInfoAndSchemaTellOfAFlight() {
        putPeople();
        assertThat(Typed.command("list", uri).out()).matches("""
                 flight       │ rows │ +size │ columns │ endpoints
                ──────────────┼──────┼─+┼─────────┼───────────
                 staff/people │    3 │ [0-9.]+ (Ki)?B │       3 │         1
                1 flight
                """);
        assertThat(Typed.command("info", uri, "staff/people").out())
                .matches(
                        "(?s)flight    staff/people\nrows      3\nsize      .*\nordered   yes\nendpoint  ticket \"staff/people\" at this service"
                                + "\nschema\n  id    int64\n  name  utf8\n  born  date32\n");
        assertThat(Typed.command("schema", uri, "staff/people").out())
                .isEqualTo("id    int64\nname  utf8\nborn  date32\n");
        assertThat(Typed.command("schema", uri, "staff/people", "--json").out()).contains("\"name\" : \"born\"");
    }

    @Test
    void actionsAreListedAndDone() throws IOException {
        putPeople();
        assertThat(Typed.command("actions", uri).out().lines().map(line -> line.split(" ")[0]))
                .containsExactlyInAnyOrder("delete", "stat", "healthcheck");
        assertThat(Typed.command("action", uri, "healthcheck").code()).isZero();
        assertThat(Typed.command("action", uri, "stat", "staff/people").out()).contains("\"records\":3");
        Path body = Files.writeString(here.resolve("body"), "staff/people");
        assertThat(Typed.command("action", uri, "delete", "@" + body).code()).isZero();
        assertThat(Typed.command("list", uri, "--names").out()).isEmpty();
    }

    @Test
    void waitReturnsWhenTheServiceAnswers() {
        Typed waited = Typed.command("wait", uri);
        assertThat(waited.code()).isZero();
        assertThat(waited.out() + waited.err()).isEmpty();
    }

    @Test
    void aTransferIsSummedUpOnATerminalAndNowhereElse() {
        putPeople();
        Path file = here.resolve("out.csv");
        Typed shown = new Typist().errTerminal().type("get", uri, "staff/people", "-o", file.toString());
        assertThat(shown.err()).matches("(?s).*Got 3 rows in 1 batch, [0-9.]+ B in .*: .*/s\n");
        Typed bare =
                new Typist().errTerminal().type("get", uri, "staff/people", "-o", file.toString(), "--no-progress");
        assertThat(bare.err()).matches("Got 3 rows in 1 batch, [0-9.]+ B in .*: .*/s\n");
        assertThat(new Typist()
                        .errTerminal()
                        .type("get", uri, "staff/people", "-o", file.toString(), "-q")
                        .err())
                .isEmpty();
        assertThat(Typed.command("get", uri, "staff/people", "-o", file.toString())
                        .err())
                .isEmpty();
    }

    @Test
    void acknowledgementsAreShownOnRequest() {
        Typed put = new Typist().in(PEOPLE).type("put", uri, "people", "--show-acks");
        assertThat(put.out()).contains("records").contains("3");
    }

    @Test
    void aPutThatFailsHalfWayLeavesNothingBehind() throws IOException {
        Typed put =
                new Typist().in("a\n1\n2\nx\n").type("put", uri, "broken", "--infer-rows", "1", "--batch-rows", "1");
        assertThat(put.code()).isEqualTo(7);
        assertThat(put.err())
                .isEqualTo(
                        "peregrine: Line 4 of the CSV has 'x' in column 'a', which the rows before it made int64; look at more"
                                + " rows to find the types (--infer-rows).\n");
        assertThat(Typed.command("list", uri, "--names").out()).isEmpty();
    }

    @Test
    void anExchangeWhoseInputFailsSaysWhatIsWrongWithTheInput() {
        Typed exchange = new Typist()
                .in("a\n1\n2\nx\n")
                .type("exchange", uri, "echo", "-f", "csv", "--infer-rows", "1", "--batch-rows", "1");
        assertThat(exchange.code()).isEqualTo(7);
        assertThat(exchange.err()).startsWith("peregrine: Line 4 of the CSV has 'x'");
    }

    @Test
    void whatIsNotThereIsNotFoundAndLeavesNoFile() throws IOException {
        Path file = here.resolve("none.csv");
        Typed get = Typed.command("get", uri, "no/such", "-o", file.toString());
        assertThat(get.code()).isEqualTo(4);
        assertThat(get.err())
                .startsWith("peregrine: GetFlightInfo")
                .contains("no/such")
                .endsWith(".\n");
        assertThat(get.err().lines()).hasSize(1);
        assertThat(here).isEmptyDirectory();
        assertThat(Typed.command("info", uri, "no/such").code()).isEqualTo(4);
        assertThat(Typed.command("schema", uri, "no/such").code()).isEqualTo(4);
    }

    @Test
    void localFilesThatCannotBeUsedAreNamed() throws IOException {
        putPeople();
        Typed missing =
                Typed.command("put", uri, "x", here.resolve("nothing.csv").toString());
        assertThat(missing.code()).isEqualTo(7);
        assertThat(missing.err()).isEqualTo("peregrine: " + here.resolve("nothing.csv") + " does not exist.\n");
        Typed nowhere = Typed.command(
                "get", uri, "staff/people", "-o", here.resolve("no/folder.csv").toString());
        assertThat(nowhere.code()).isEqualTo(7);
        assertThat(nowhere.err()).contains("its folder does not exist");
        Path odd = Files.writeString(here.resolve("odd.bin"), "neither this nor that");
        assertThat(Typed.command("put", uri, "x", odd.toString()).err())
                .contains("cannot be told from its name or its first bytes; say --from");
        Typed garbled = Typed.command(
                "put",
                uri,
                "x",
                Files.write(here.resolve("g.arrow"), "ARROW1 garbled".getBytes(UTF_8))
                        .toString());
        assertThat(garbled.code()).isEqualTo(7);
        assertThat(garbled.err()).startsWith("peregrine: ").doesNotContain("unexpected");
        assertThat(Typed.command(
                                "get",
                                uri,
                                "staff/people",
                                "-o",
                                here.resolve("what.xyz").toString())
                        .err())
                .contains("does not say which format to write");
    }

    @Test
    void anArrowFileCannotComeThroughAPipe() throws IOException {
        putPeople();
        Path file = here.resolve("people.arrow");
        Typed.command("get", uri, "staff/people", "-o", file.toString());
        Typed put = new Typist().in(Files.readAllBytes(file)).type("put", uri, "x");
        assertThat(put.code()).isEqualTo(7);
        assertThat(put.err()).contains("has its contents listed at its end");
    }

    @Test
    void theDemoComparesEverythingAndCleansUp() {
        Typed demo = Typed.command("demo", "--size", "16");
        assertThat(demo.err()).isEmpty();
        assertThat(demo.out())
                .contains("made 4 flights")
                .contains("get trades")
                .contains("exchange logs/events")
                .contains("bare socket")
                .containsPattern("every value of [0-9,]+ rows arrived equal")
                .containsPattern("All equal, all cleaned up, in [0-9.]+ m?s\\.\n$");
        assertThat(demo.code()).isZero();
    }
}
