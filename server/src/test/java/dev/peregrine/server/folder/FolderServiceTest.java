package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The service by itself: what it answers to each RPC, without a network. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class FolderServiceTest {

    @TempDir
    Path temp;

    private Path root;
    private BufferAllocator allocator;
    private FakeCall call;
    private FolderService service;
    private final List<String> acks = new ArrayList<>();

    @BeforeEach
    void open(BufferAllocator allocator) throws IOException {
        this.allocator = allocator;
        root = Files.createDirectory(temp.resolve("served")).toRealPath();
        call = new FakeCall(allocator);
        service = FolderService.open(root);
    }

    @Test
    void tellsWhatAFlightIs() throws IOException {
        Path file = Samples.file(allocator, root.resolve("trades/2024.arrow"), 3, 4);
        FlightDescriptor descriptor = FlightDescriptor.path("trades", "2024");
        FlightInfo expected = new FlightInfo(
                Samples.SCHEMA,
                descriptor,
                List.of(new FlightEndpoint(Ticket.of("trades/2024"))),
                7,
                Files.size(file),
                true,
                new byte[0]);

        assertThat(service.getFlightInfo(call, descriptor)).isEqualTo(expected);
        assertThat(service.getSchema(call, descriptor)).isEqualTo(Samples.SCHEMA);
        assertThat(service.pollFlightInfo(call, descriptor).info()).isEqualTo(expected);
        assertThat(service.pollFlightInfo(call, descriptor).isComplete()).isTrue();
        assertThat(service.listFlights(call, Criteria.EMPTY)).containsExactly(expected);
    }

    @Test
    void listsWhatTheCriteriaAskFor() throws IOException {
        Samples.file(allocator, root.resolve("b.arrow"), 1);
        Samples.stream(allocator, root.resolve("x/a.arrows"), 1);
        Samples.file(allocator, root.resolve("x/y/c.feather"), 1);

        assertThat(names("")).containsExactly("b", "x/a", "x/y/c");
        assertThat(names("x/")).containsExactly("x/a", "x/y/c");
        assertThat(names("x/*")).containsExactly("x/a");
        assertThat(names("nothing")).isEmpty();
    }

    @Test
    void leavesUnreadableFilesOutOfTheListingAndNamesThemWhenAsked() throws IOException {
        Samples.file(allocator, root.resolve("good.arrow"), 1);
        Files.writeString(root.resolve("bad.arrow"), "this is no Arrow file");
        FlightDescriptor bad = FlightDescriptor.path("bad");

        assertThat(names("")).containsExactly("good");
        String message = "flight bad cannot be read: it is no Arrow file: it begins neither with ARROW1 nor with the"
                + " schema of an IPC stream";
        assertThatExceptionOfType(FlightInternalException.class)
                .isThrownBy(() -> service.getFlightInfo(call, bad))
                .withMessage(message);
        assertThatExceptionOfType(FlightInternalException.class)
                .isThrownBy(() -> service.getSchema(call, bad))
                .withMessage(message);
        assertThatExceptionOfType(FlightInternalException.class)
                .isThrownBy(() -> get("bad"))
                .withMessage(message);
    }

    @Test
    void aListingSurvivesFilesThatGoWhileItIsRead() throws IOException {
        Samples.file(allocator, root.resolve("a.arrow"), 1);
        Samples.file(allocator, root.resolve("b.arrow"), 1);
        var flights = service.listFlights(call, Criteria.EMPTY).iterator();
        assertThat(flights.next().descriptor()).isEqualTo(FlightDescriptor.path("a"));

        Files.delete(root.resolve("b.arrow"));

        assertThat(flights.hasNext()).isFalse();
    }

    @Test
    void saysThatAFlightIsNotThere() {
        String message = "no flight named x/y in this folder; list flights to see what there is";

        assertThatExceptionOfType(FlightNotFoundException.class)
                .isThrownBy(() -> service.getFlightInfo(call, FlightDescriptor.path("x", "y")))
                .withMessage(message);
        assertThatExceptionOfType(FlightNotFoundException.class)
                .isThrownBy(() -> service.getSchema(call, FlightDescriptor.path("x", "y")))
                .withMessage(message);
        assertThatExceptionOfType(FlightNotFoundException.class)
                .isThrownBy(() -> get("x/y"))
                .withMessage(message);
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> service.getFlightInfo(call, FlightDescriptor.command("select 1")));
        assertThatExceptionOfType(FlightInvalidArgumentException.class).isThrownBy(() -> get("../served/x"));
    }

    @Test
    void getsFilesAndStreams() throws IOException {
        Samples.file(allocator, root.resolve("file.arrow"), 3, 0, 20_000);
        Samples.stream(allocator, root.resolve("stream.arrows"), 3, 0, 20_000);

        assertThat(Samples.idsOf(allocator, get("file").stream())).isEqualTo(Samples.ids(20_003));
        assertThat(Samples.idsOf(allocator, get("stream").stream())).isEqualTo(Samples.ids(20_003));
        assertThat(get("file").log()).containsExactly("schema", "batch of 3", "batch of 0", "batch of 20000");
    }

    @Test
    void sendsWhatIsWholeOfATruncatedStreamThenSaysWhatIsWrong() throws IOException {
        Path path = Samples.stream(allocator, root.resolve("a.arrows"), 3, 4);
        byte[] bytes = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(bytes, bytes.length - 20));
        RecordingWriter out = new RecordingWriter();

        assertThatExceptionOfType(FlightInternalException.class)
                .isThrownBy(() -> service.doGet(call, Ticket.of("a"), out))
                .withMessageContaining("flight a cannot be read: the file is cut short");
        assertThat(out.log()).containsExactly("schema", "batch of 3");
    }

    @Test
    void saysThatABatchDoesNotFitIntoMemory() throws IOException {
        BigFile.write(allocator, root.resolve("big.arrow"), 1, 8 << 20);
        try (BufferAllocator little = allocator.newChildAllocator("little", 0, 1 << 20)) {
            assertThatExceptionOfType(FlightResourceExhaustedException.class)
                    .isThrownBy(() -> service.doGet(new FakeCall(little), Ticket.of("big"), new RecordingWriter()))
                    .withMessageContaining("flight big has a batch that does not fit into the server's memory");
        }
    }

    @Test
    void storesAPut() throws IOException {
        try (ScriptedReader in = new ScriptedReader(FlightDescriptor.path("new", "a"))
                .schema(Samples.SCHEMA)
                .message(Samples.batch(allocator, 0, 3), "0")
                .message(Samples.batch(allocator, 3, 4))
                .metadata("between")
                .message(Samples.batch(allocator, 7, 1), "2")) {
            put(in);
        }

        long bytes = Files.size(root.resolve("new/a.arrow"));
        assertThat(acks).containsExactly("0", "between", "2", "{\"records\":8,\"batches\":3,\"bytes\":" + bytes + "}");
        assertThat(Samples.idsOf(allocator, get("new/a").stream())).isEqualTo(Samples.ids(8));
        assertThat(service.getFlightInfo(call, FlightDescriptor.path("new", "a"))
                        .totalRecords())
                .isEqualTo(8);
    }

    @Test
    void storesAPutWithoutBatches() throws IOException {
        put(new ScriptedReader(FlightDescriptor.path("a")).schema(Samples.SCHEMA));

        assertThat(get("a").log()).containsExactly("schema");
        assertThat(service.getSchema(call, FlightDescriptor.path("a"))).isEqualTo(Samples.SCHEMA);
    }

    @Test
    void storesReplacedDictionariesAsTheyCame() throws IOException {
        try (ScriptedReader in = new ScriptedReader(FlightDescriptor.path("a"))
                .schema(Samples.DICTIONARY_SCHEMA)
                .message(Samples.cities(allocator, false, "Oslo", "Rome"))
                .message(Samples.indices(allocator, 1, 0))
                .message(Samples.cities(allocator, false, "Lima"))
                .message(Samples.indices(allocator, 0))) {
            put(in);
        }

        assertThat(Samples.citiesOf(allocator, get("a").stream())).containsExactly("Rome", "Oslo", "Lima");
        assertThat(service.getSchema(call, FlightDescriptor.path("a"))).isEqualTo(Samples.DICTIONARY_SCHEMA);
    }

    @Test
    void aPutThatFailsLeavesEverythingAsItWas() throws IOException {
        Samples.file(allocator, root.resolve("a.arrow"), 5);
        try (ScriptedReader in = new ScriptedReader(FlightDescriptor.path("a"))
                .schema(Samples.SCHEMA)
                .message(Samples.batch(allocator, 0, 3), "0")
                .then(() -> {
                    throw FlightUnavailableException.of("the connection was lost");
                })) {
            assertThatExceptionOfType(FlightUnavailableException.class).isThrownBy(() -> put(in));
        }

        assertThat(acks).containsExactly("0");
        assertThat(root.toFile().list()).containsExactly("a.arrow");
        assertThat(Samples.idsOf(allocator, get("a").stream())).isEqualTo(Samples.ids(5));
    }

    @Test
    void aPutThatIsCancelledAtTheEndStoresNothing() throws IOException {
        try (ScriptedReader in = new ScriptedReader(FlightDescriptor.path("new", "a"))
                .schema(Samples.SCHEMA)
                .message(Samples.batch(allocator, 0, 3))
                .then(call::cancel)) {
            assertThatExceptionOfType(FlightCancelledException.class).isThrownBy(() -> put(in));
        }

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aPutThatIsInterruptedStoresNothing() throws IOException {
        try (ScriptedReader in = new ScriptedReader(FlightDescriptor.path("new", "a"))
                .schema(Samples.SCHEMA)
                .message(Samples.batch(allocator, 0, 3))
                .then(() -> Thread.currentThread().interrupt())
                .message(Samples.batch(allocator, 0, 50_000))) {
            assertThatExceptionOfType(FlightCancelledException.class).isThrownBy(() -> put(in));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void refusesPutsThatLeadElsewhere() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.createSymbolicLink(root.resolve("link"), outside);
        List<FlightDescriptor> elsewhere = List.of(
                FlightDescriptor.path("..", "a"),
                FlightDescriptor.path("/tmp/a"),
                FlightDescriptor.path("a", ""),
                FlightDescriptor.path("link", "a"),
                FlightDescriptor.path(".peregrine-put-a"),
                FlightDescriptor.path("x".repeat(500)),
                FlightDescriptor.command("a"));

        for (FlightDescriptor descriptor : elsewhere) {
            ScriptedReader in = new ScriptedReader(descriptor).schema(Samples.SCHEMA);
            assertThatExceptionOfType(FlightInvalidArgumentException.class)
                    .as("%s", descriptor)
                    .isThrownBy(() -> put(in));
        }
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> put(new ScriptedReader(null).schema(Samples.SCHEMA)))
                .withMessageStartingWith("the put has no descriptor");
        assertThat(outside).isEmptyDirectory();
        assertThat(root.toFile().list()).containsExactly("link");
    }

    @Test
    void saysThatTheFolderIsGone() throws IOException {
        Files.delete(root);

        FlightInternalException failure = catchThrowableOfType(
                FlightInternalException.class,
                () -> put(new ScriptedReader(FlightDescriptor.path("a")).schema(Samples.SCHEMA)));
        assertThat(failure).hasMessage("flight a was not stored: the folder is gone");
        assertThatExceptionOfType(FlightInternalException.class)
                .isThrownBy(() -> service.listFlights(call, Criteria.EMPTY).iterator())
                .withMessage("the folder cannot be listed: the folder is gone");
        assertThatExceptionOfType(FlightInternalException.class).isThrownBy(() -> act("healthcheck", ""));
    }

    @Test
    void echoesAnExchange() throws IOException {
        RecordingWriter out = new RecordingWriter();
        List<String> whenTheSchemaCame = new ArrayList<>();
        try (ScriptedReader in = new ScriptedReader(FlightDescriptor.command("whatever"))
                .metadata("before")
                .schema(Samples.DICTIONARY_SCHEMA)
                .then(() -> whenTheSchemaCame.addAll(out.log()))
                .message(Samples.cities(allocator, false, "Oslo"))
                .message(Samples.indices(allocator, 0, 0), "first")
                .message(Samples.cities(allocator, true, "Rome"))
                .metadata("between")
                .message(Samples.indices(allocator, 1))) {
            service.doExchange(call, in, out);
        }

        assertThat(whenTheSchemaCame).containsExactly("metadata with before", "schema");
        assertThat(out.log())
                .containsExactly(
                        "metadata with before",
                        "schema",
                        "dictionary of 1",
                        "batch of 2 with first",
                        "delta of 1",
                        "metadata with between",
                        "batch of 1");
    }

    @Test
    void echoesNothingWithNothing() {
        RecordingWriter out = new RecordingWriter();

        service.doExchange(call, new ScriptedReader(null), out);

        assertThat(out.log()).isEmpty();
    }

    @Test
    void describesAFlight() throws IOException {
        Path file = Samples.stream(allocator, root.resolve("x/a.arrows"), 3, 4);

        assertThat(act("stat", "x/a"))
                .isEqualTo("{\"name\":\"x/a\",\"records\":7,\"batches\":2,\"bytes\":" + Files.size(file)
                        + ",\"modified\":\"" + Files.getLastModifiedTime(file).toInstant()
                        + "\",\"format\":\"stream\"}");
        assertThatExceptionOfType(FlightNotFoundException.class).isThrownBy(() -> act("stat", "x"));
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> act("stat", ""))
                .withMessageStartingWith("the body of action stat is empty");
    }

    @Test
    void deletesAllFilesOfAFlight() throws IOException {
        Samples.file(allocator, root.resolve("x/a.arrow"), 3);
        Samples.stream(allocator, root.resolve("x/a.arrows"), 3);
        Samples.file(allocator, root.resolve("x/b.arrow"), 3);

        assertThat(act("delete", "x/a")).isEqualTo("{\"deleted\":\"x/a\"}");

        assertThat(names("")).containsExactly("x/b");
        assertThatExceptionOfType(FlightNotFoundException.class).isThrownBy(() -> act("delete", "x/a"));
        assertThatExceptionOfType(FlightInvalidArgumentException.class).isThrownBy(() -> act("delete", "../x/b"));
    }

    @Test
    void knowsThreeActions() {
        assertThat(service.listActions(call))
                .extracting(ActionType::type)
                .containsExactly("delete", "stat", "healthcheck");
        assertThat(act("healthcheck", "")).isEqualTo("ok");
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> act("explode", ""))
                .withMessage("unknown action \"explode\"; known are delete, stat, healthcheck");
    }

    @Test
    void sweepsAtTheStart() throws IOException {
        Files.createFile(root.resolve(".peregrine-put-1.tmp"));

        FolderService.open(root);

        assertThat(root).isEmptyDirectory();
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> FolderService.open(root.resolve("nowhere")));
    }

    private RecordingWriter get(String ticket) {
        RecordingWriter out = new RecordingWriter();
        service.doGet(call, Ticket.of(ticket), out);
        return out;
    }

    private void put(ScriptedReader in) {
        service.doPut(call, in, metadata -> acks.add(new String(metadata, StandardCharsets.UTF_8)));
    }

    private List<String> names(String criteria) {
        return StreamSupport.stream(
                        service.listFlights(call, Criteria.of(criteria)).spliterator(), false)
                .map(info -> String.join("/", info.descriptor().path()))
                .toList();
    }

    private String act(String type, String body) {
        var results = service.doAction(call, new Action(type, body)).iterator();
        String result = new String(results.next().body(), StandardCharsets.UTF_8);
        assertThat(results.hasNext()).isFalse();
        return result;
    }
}
