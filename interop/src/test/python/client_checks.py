"""What a pyarrow client sees of the test service, each check by its name.

    client_checks.py names
    client_checks.py LOCATION [auth=LOCATION_WITH_HANDSHAKE] [basic=LOCATION_WITH_BASIC] [tls=LOCATION ca=FILE]
        [mtls=LOCATION] [unix=LOCATION]
"""

import pathlib
import sys
import threading
import time

import pyarrow as pa
import pyarrow.flight as fl

import arrow_files
import checks
import parade

CHECKS = {}


def check(function):
    CHECKS[function.__name__] = function
    return function


class Context:
    def __init__(self):
        self.location = sys.argv[1]
        self.named = dict(a.split("=", 1) for a in sys.argv[2:])
        self.client = fl.connect(self.location)

    def connect(self, name, **more):
        return fl.connect(self.named[name], **more)


def raises(kind, function, *words):
    """The error of that class, with those words in its message."""
    try:
        result = function()
    except kind as e:
        assert kind is type(e) or kind not in (KeyError, fl.FlightError), f"{type(e)}: {e}"
        for word in words:
            assert word in str(e), f"{word!r} is missing in {e}"
        return e
    except BaseException as e:
        raise AssertionError(f"{kind.__name__} expected, not {type(e).__name__}: {e}") from e
    raise AssertionError(f"{kind.__name__} expected, but got {result!r}")


def act(client, kind, body=b"", **options):
    return [r.body.to_pybytes() for r in client.do_action(fl.Action(kind, body), fl.FlightCallOptions(**options))]


def get(client, ticket, **options):
    return client.do_get(fl.Ticket(ticket), fl.FlightCallOptions(**options))


def same(actual, expected):
    assert actual == expected, f"got {actual!r}, expected {expected!r}"


# Infos


@check
def list_flights(x):
    infos = list(x.client.list_flights())
    same([i.descriptor.path for i in infos], [[b"ints"], [b"words"]])
    check_info(x, infos[0])


@check
def list_flights_with_criteria(x):
    same([i.descriptor.path for i in x.client.list_flights(b"words")], [[b"words"]])
    same(list(x.client.list_flights(b"none")), [])


@check
def list_many_flights(x):
    infos = list(x.client.list_flights(b"many"))
    same([i.total_records for i in infos], list(range(1000)))
    same(infos[999].descriptor.path, [b"many", b"999"])


@check
def list_flights_that_breaks_off(x):
    raises(fl.FlightUnavailableError, lambda: list(x.client.list_flights(b"fail")), "the list broke off")


def check_info(x, info):
    assert info.schema.equals(parade.INTS, check_metadata=True), info.schema
    same((info.total_records, info.total_bytes, info.ordered, info.app_metadata), (12, 480, True, b"info"))
    first, second = info.endpoints
    same(first.ticket.ticket, b"ints")
    same([p.uri.decode() for p in first.locations],
         [x.location.replace("grpc://", "grpc+tcp://"), "arrow-flight-reuse-connection://?"])
    same(first.app_metadata, b"endpoint")
    same(str(first.expiration_time.cast(pa.timestamp("us", "UTC")).as_py().replace(tzinfo=None).isoformat()),
         parade.EXPIRES)
    same((second.ticket.ticket, second.locations, second.expiration_time), (b"words", [], None))


@check
def get_flight_info_by_path(x):
    info = x.client.get_flight_info(fl.FlightDescriptor.for_path("ints"))
    same(info.descriptor, fl.FlightDescriptor.for_path("ints"))
    check_info(x, info)


@check
def get_flight_info_by_command(x):
    info = x.client.get_flight_info(fl.FlightDescriptor.for_command(b"ints"))
    same(info.descriptor, fl.FlightDescriptor.for_command(b"ints"))
    check_info(x, info)


@check
def get_flight_info_async(x):
    info = x.client.as_async().get_flight_info(fl.FlightDescriptor.for_path("ints"))
    import asyncio

    async def wait():
        return await info

    check_info(x, asyncio.run(asyncio.wait_for(wait(), 20)))


@check
def get_flight_info_of_no_flight(x):
    raises(pa.lib.ArrowKeyError, lambda: x.client.get_flight_info(fl.FlightDescriptor.for_path("nothing")), "no such flight")


@check
def info_survives_serialization(x):
    info = x.client.get_flight_info(fl.FlightDescriptor.for_path("ints"))
    check_info(x, fl.FlightInfo.deserialize(info.serialize()))


@check
def get_schema(x):
    schema = x.client.get_schema(fl.FlightDescriptor.for_path("ints")).schema
    assert schema.equals(parade.INTS, check_metadata=True), schema


@check
def get_schema_of_no_flight(x):
    # pyarrow forgets which error it was (arrow#43374), but not the words.
    raises(Exception, lambda: x.client.get_schema(fl.FlightDescriptor.for_path("nothing")), "no such flight")


# Get


@check
def do_get(x):
    table = get(x.client, b"ints").read_all()
    table.validate(full=True)
    assert table.equals(parade.ints_table(), check_metadata=True), table


@check
def do_get_by_chunks(x):
    chunks = [c.data for c in get(x.client, b"ints")]
    same([c.num_rows for c in chunks], [4, 4, 4])
    assert all(a.equals(b) for a, b in zip(chunks, parade.ints_batches()))


@check
def do_get_reader(x):
    reader = get(x.client, b"ints").to_reader()
    same(sum(b.num_rows for b in reader), 12)


@check
def do_get_dictionary(x):
    table = get(x.client, b"words").read_all()
    table.validate(full=True)
    assert table.equals(pa.Table.from_batches(parade.words_batches())), table


@check
def do_get_schema_only(x):
    reader = get(x.client, b"zero_batches")
    assert reader.schema.equals(parade.INTS, check_metadata=True)
    same(reader.read_all().num_rows, 0)
    same(list(get(x.client, b"zero_batches")), [])


@check
def do_get_zero_rows(x):
    chunks = list(get(x.client, b"zero_rows"))
    same([c.data.num_rows for c in chunks], [0])


@check
def do_get_metadata(x):
    chunks = list(get(x.client, b"metadata"))
    same([c.app_metadata.to_pybytes() for c in chunks], [b"batch 0", b"batch 1", b"batch 2"])
    same(sum(c.data.num_rows for c in chunks), 12)


@check
def do_get_metadata_only(x):
    chunks = list(get(x.client, b"metadata_only"))
    same([(c.data.num_rows if c.data else None, c.app_metadata.to_pybytes() if c.app_metadata else None) for c in chunks],
         [(None, b"before"), (4, None), (None, b"after")])


@check
def do_get_big_batches(x):
    """24 MiB in three messages: beyond gRPC's usual limit of 4 MiB, over many frames."""
    expected = 0
    for chunk in get(x.client, b"big:1048576,3"):
        assert chunk.data.equals(parade.big_batch(1048576, expected)), f"batch {expected} differs"
        expected += 1
    same(expected, 3)


@check
def do_get_small_batches(x):
    expected = 0
    for chunk in get(x.client, b"big:16,5000"):
        assert chunk.data.equals(parade.big_batch(16, expected)), f"batch {expected} differs"
        expected += 1
    same(expected, 5000)


@check
def do_get_without_ticket(x):
    raises(pa.lib.ArrowKeyError, lambda: get(x.client, b"nothing").read_all(), "no such ticket")


@check
def do_get_fails_before_the_schema(x):
    raises(fl.FlightInternalError, lambda: get(x.client, b"fail_first:INTERNAL:early").read_all(), "early")


@check
def do_get_fails_in_the_middle(x):
    reader = get(x.client, b"fail_middle:UNAVAILABLE:broke off:more")
    rows = []

    def read():
        for chunk in reader:
            rows.append(chunk.data.num_rows)

    error = raises(fl.FlightUnavailableError, read, "broke off")
    same(rows, [4, 4])
    same(error.extra_info, b"more")


@check
def do_get_cancelled(x):
    act(x.client, "was_cancelled", b"0")
    reader = get(x.client, b"endless")
    same(reader.read_chunk().data.num_rows, 4)
    reader.cancel()

    def drain():
        while True:
            reader.read_chunk()

    raises(fl.FlightCancelledError, drain)
    same(act(x.client, "was_cancelled", b"10"), [b"yes"])


@check
def do_get_dropped(x):
    """A reader that is thrown away cancels its call."""
    act(x.client, "was_cancelled", b"0")
    reader = get(x.client, b"endless")
    same(reader.read_chunk().data.num_rows, 4)
    del reader
    same(act(x.client, "was_cancelled", b"10"), [b"yes"])


@check
def do_get_timeout(x):
    act(x.client, "was_cancelled", b"0")
    started = time.monotonic()
    raises(fl.FlightTimedOutError, lambda: get(x.client, b"slow", timeout=0.3).read_all())
    assert time.monotonic() - started < 5
    same(act(x.client, "was_cancelled", b"10"), [b"yes"])


@check
def many_gets_at_once(x):
    errors = []

    def one():
        try:
            for _ in range(5):
                assert get(x.client, b"ints").read_all().equals(parade.ints_table())
        except BaseException as e:
            errors.append(e)

    threads = [threading.Thread(target=one) for _ in range(16)]
    [t.start() for t in threads]
    [t.join(30) for t in threads]
    same(errors, [])


# Put


def put(x, descriptor, **options):
    return x.client.do_put(fl.FlightDescriptor.for_path(descriptor), parade.INTS, fl.FlightCallOptions(**options))


@check
def do_put(x):
    writer, acks = put(x, "sum")
    for batch in parade.ints_batches():
        writer.write_batch(batch)
    writer.done_writing()
    same(acks.read().to_pybytes(), b"12")
    same(acks.read(), None)
    writer.close()


@check
def do_put_with_metadata(x):
    """Each batch is answered before the next one is sent."""
    writer, acks = put(x, "count")
    for i, batch in enumerate(parade.ints_batches()):
        writer.write_with_metadata(batch, b"batch %d" % i)
        same(acks.read().to_pybytes(), b"batch %d" % i)
    writer.write_metadata(b"alone")
    same(acks.read().to_pybytes(), b"alone")
    writer.close()


@check
def do_put_values(x):
    """The service compares what it gets with what it must be, row by row."""
    writer, acks = put(x, "compare")
    for batch in parade.ints_batches():
        writer.write_batch(batch)
    writer.done_writing()
    same(acks.read().to_pybytes(), b"equal")
    writer.close()


@check
def do_put_dictionary(x):
    batches = parade.words_batches()
    writer, acks = x.client.do_put(fl.FlightDescriptor.for_path("compare_words"), batches[0].schema)
    for batch in batches:
        writer.write_batch(batch)
    writer.done_writing()
    same(acks.read().to_pybytes(), b"equal")
    writer.close()


@check
def do_put_by_command(x):
    writer, acks = x.client.do_put(fl.FlightDescriptor.for_command(b"sum"), parade.INTS)
    writer.write_table(parade.ints_table(), 5)
    writer.done_writing()
    same(acks.read().to_pybytes(), b"12")
    writer.close()


@check
def do_put_nothing(x):
    writer, acks = put(x, "sum")
    writer.done_writing()
    same(acks.read().to_pybytes(), b"0")
    writer.close()


@check
def do_put_big(x):
    writer, acks = x.client.do_put(fl.FlightDescriptor.for_path("sum"), parade.BIG)
    for n in range(3):
        writer.write_batch(parade.big_batch(1048576, n))
    writer.done_writing()
    same(acks.read().to_pybytes(), b"3145728")
    writer.close()


@check
def do_put_without_acks(x):
    writer, _ = put(x, "quiet")
    writer.write_batch(parade.ints_batch(0))
    writer.close()


@check
def do_put_refused(x):
    def body():
        writer, _ = put(x, "refuse")
        writer.write_batch(parade.ints_batch(0))
        writer.close()

    raises(fl.FlightUnauthorizedError, body, "no puts here")


@check
def do_put_refused_while_writing(x):
    """The server fails with batches under way; the writer must learn of it, whenever it asks."""

    def body():
        writer, _ = x.client.do_put(fl.FlightDescriptor.for_path("fail"), parade.BIG)
        try:
            for n in range(1000):
                writer.write_batch(parade.big_batch(65536, n))
        finally:
            writer.close()

    error = raises(fl.FlightServerError, body, "cannot take the second batch")
    same(error.extra_info, b"extra")


@check
def do_put_too_large(x):
    """pyarrow's own limit: the error is local, and the stream goes on."""
    client = fl.FlightClient(x.location, write_size_limit_bytes=4096)
    writer, acks = client.do_put(fl.FlightDescriptor.for_path("sum"), parade.BIG)
    raises(fl.FlightWriteSizeExceededError, lambda: writer.write_batch(parade.big_batch(1000, 0)))
    writer.write_batch(parade.big_batch(10, 0))
    writer.done_writing()
    same(acks.read().to_pybytes(), b"10")
    writer.close()
    client.close()


# Exchange


def exchange(x, command, **options):
    return x.client.do_exchange(fl.FlightDescriptor.for_command(command), fl.FlightCallOptions(**options))


@check
def do_exchange_echo(x):
    writer, reader = exchange(x, b"echo")
    with writer:
        writer.begin(parade.INTS)
        for i, batch in enumerate(parade.ints_batches()):
            writer.write_with_metadata(batch, b"m%d" % i)
            chunk = reader.read_chunk()
            assert chunk.data.equals(batch), chunk.data
            same(chunk.app_metadata.to_pybytes(), b"m%d" % i)
        writer.write_batch(parade.ints_batch(1))
        chunk = reader.read_chunk()
        assert chunk.data.equals(parade.ints_batch(1))
        same(chunk.app_metadata, None)
        writer.write_metadata(b"alone")
        chunk = reader.read_chunk()
        same((chunk.data, chunk.app_metadata.to_pybytes()), (None, b"alone"))
        writer.done_writing()
        raises(StopIteration, reader.read_chunk)


@check
def do_exchange_without_begin(x):
    """The descriptor alone is the client's first message; the server talks."""
    writer, reader = exchange(x, b"get")
    with writer:
        writer.done_writing()
        assert reader.read_all().equals(parade.ints_table(), check_metadata=True)


@check
def do_exchange_answered_by_metadata(x):
    writer, reader = exchange(x, b"put")
    with writer:
        writer.begin(parade.INTS)
        for batch in parade.ints_batches():
            writer.write_batch(batch)
        writer.done_writing()
        chunk = reader.read_chunk()
        same((chunk.data, chunk.app_metadata.to_pybytes()), (None, b"12"))


@check
def do_exchange_dictionary(x):
    batches = parade.words_batches()
    writer, reader = exchange(x, b"echo")
    with writer:
        writer.begin(batches[0].schema)
        for batch in batches:
            writer.write_batch(batch)
        writer.done_writing()
        assert reader.read_all().equals(pa.Table.from_batches(batches))


def exchange_changing_dictionary(x, case, deltas):
    """What the service loads into vectors and writes again decodes to the same, batch by batch."""
    schema, batches = arrow_files.CASES[case]()
    writer, reader = exchange(x, b"echo", write_options=pa.ipc.IpcWriteOptions(emit_dictionary_deltas=deltas))
    with writer:
        writer.begin(schema)
        for batch in batches:
            writer.write_batch(batch)
            same(reader.read_chunk().data.to_pylist(), batch.to_pylist())
        writer.done_writing()
        raises(StopIteration, reader.read_chunk)


@check
def do_exchange_dictionary_that_grows(x):
    exchange_changing_dictionary(x, "dictionary_growing", False)


@check
def do_exchange_dictionary_deltas(x):
    exchange_changing_dictionary(x, "dictionary_growing", True)


@check
def do_exchange_dictionary_replaced(x):
    exchange_changing_dictionary(x, "dictionary_replaced", False)


@check
def do_exchange_nested_dictionary(x):
    exchange_changing_dictionary(x, "nested_dictionary", False)


@check
def do_exchange_from_two_threads(x):
    """10 MiB and more each way at once: writer and reader must not wait for each other."""
    writer, reader = exchange(x, b"echo")
    errors = []

    def write():
        try:
            writer.begin(parade.BIG)
            for n in range(200):
                writer.write_batch(parade.big_batch(8192, n))
            writer.done_writing()
        except BaseException as e:
            errors.append(e)

    thread = threading.Thread(target=write)
    thread.start()
    for n in range(200):
        assert reader.read_chunk().data.equals(parade.big_batch(8192, n)), f"batch {n} differs"
    thread.join(20)
    writer.close()
    same(errors, [])


@check
def do_exchange_that_breaks_off(x):
    def body():
        writer, reader = exchange(x, b"fail")
        writer.begin(parade.INTS)
        writer.write_batch(parade.ints_batch(0))
        same(reader.read_chunk().data.num_rows, 4)
        reader.read_chunk()

    error = raises(fl.FlightInternalError, body, "the exchange broke off")
    same(error.extra_info, b"extra")


@check
def do_exchange_unknown(x):
    def body():
        writer, reader = exchange(x, b"nothing")
        reader.read_chunk()

    raises(NotImplementedError, body, "no such exchange")


# Actions


@check
def list_actions(x):
    same([(a.type, a.description) for a in x.client.list_actions()], parade.ACTIONS)


@check
def do_action(x):
    same(act(x.client, "echo", b"\x00body\xff"), [b"\x00body\xff"])


@check
def do_action_many_results(x):
    same(act(x.client, "many", b"20000"), [str(i).encode() for i in range(20000)])


@check
def do_action_large_body(x):
    """There and back; 20 MiB is beyond gRPC's usual limit."""
    body = bytes(range(256)) * (20 << 12)
    same(act(x.client, "echo", body) == [body], True)


@check
def do_action_large_result(x):
    same(act(x.client, "large", b"20000000") == [b"\x07" * 20000000], True)


@check
def do_action_without_result(x):
    same(act(x.client, "silent"), [])


@check
def do_action_empty_result(x):
    same(act(x.client, "empty"), [b""])


@check
def do_action_by_name_only(x):
    same([r.body.to_pybytes() for r in x.client.do_action("echo")], [b""])


@check
def do_action_unknown(x):
    raises(NotImplementedError, lambda: act(x.client, "nothing"), "no such action")


@check
def do_action_fails_after_a_result(x):
    results = x.client.do_action(fl.Action("late_error", b"UNAUTHENTICATED:who are you"))
    same(next(results).body.to_pybytes(), b"first")
    raises(fl.FlightUnauthenticatedError, lambda: next(results), "who are you")


@check
def do_action_timeout(x):
    act(x.client, "was_cancelled", b"0")
    raises(fl.FlightTimedOutError, lambda: act(x.client, "sleep", timeout=0.3))
    same(act(x.client, "was_cancelled", b"10"), [b"yes"])


# Errors


def error_check(name, kind):
    def error(x):
        e = raises(kind, lambda: act(x.client, "error", f"{name}:Grüße, 100 % of {name}".encode()), f"Grüße, 100 % of {name}")
        if issubclass(kind, fl.FlightError):
            same(e.extra_info, b"")
            e = raises(kind, lambda: act(x.client, "error", f"{name}:words:\u0001 more".encode()), "words")
            same(e.extra_info, b"\x01 more")

    CHECKS["error_" + name.lower()] = error


for name, kind in {
    "UNAVAILABLE": fl.FlightUnavailableError,
    "TIMED_OUT": fl.FlightTimedOutError,
    "UNAUTHENTICATED": fl.FlightUnauthenticatedError,
    "UNAUTHORIZED": fl.FlightUnauthorizedError,
    "CANCELLED": fl.FlightCancelledError,
    "INTERNAL": fl.FlightInternalError,
    "UNKNOWN": fl.FlightServerError,
    "NOT_FOUND": pa.lib.ArrowKeyError,
    "ALREADY_EXISTS": pa.lib.ArrowException,
    "INVALID_ARGUMENT": pa.ArrowInvalid,
    "RESOURCE_EXHAUSTED": pa.ArrowInvalid,
    "UNIMPLEMENTED": pa.lib.ArrowNotImplementedError,
}.items():
    error_check(name, kind)


@check
def error_with_a_long_message(x):
    words = "long " * 600
    raises(fl.FlightInternalError, lambda: act(x.client, "error", b"INTERNAL:" + words.encode()), words.strip())


@check
def error_that_the_service_did_not_mean(x):
    """A bug in the service: INTERNAL, and nothing of the exception's text."""
    e = raises(fl.FlightInternalError, lambda: act(x.client, "error", b"BUG:secret words"))
    assert "secret words" not in str(e), str(e)


# Headers, options, waiting


def seen(client, *headers):
    lines = act(client, "headers", headers=list(headers))
    return [(n, bytes.fromhex(v)) for n, v in (line.decode().split("=") for line in lines)]


@check
def headers(x):
    same(seen(x.client, (b"x-one", b"1"), (b"x-two", b"two words, and a comma")),
         [("x-one", b"1"), ("x-two", b"two words, and a comma")])


@check
def headers_repeated(x):
    same(seen(x.client, (b"x-one", b"1"), (b"x-one", b"2")), [("x-one", b"1"), ("x-one", b"2")])


@check
def headers_binary(x):
    for value in (b"", b"\x00", b"\x00\xff", b"\x00\xff\x01", bytes(range(256))):
        same(seen(x.client, (b"x-raw-bin", value)), [("x-raw-bin", value)])


@check
def headers_binary_repeated(x):
    same(seen(x.client, (b"x-raw-bin", b"\x01"), (b"x-raw-bin", b"\x02\xff")),
         [("x-raw-bin", b"\x01"), ("x-raw-bin", b"\x02\xff")])


@check
def headers_big(x):
    value = b"v" * 6000
    same(seen(x.client, (b"x-big", value)), [("x-big", value)])


@check
def headers_very_big(x):
    """60,000 bytes: more than one HEADERS frame holds."""
    value = bytes(b"abcdefghij"[i % 10] for i in range(60000))
    same(seen(x.client, (b"x-big", value)), [("x-big", value)])


class Answers(fl.ClientMiddleware):
    def __init__(self, factory):
        self.factory = factory

    def received_headers(self, headers):
        self.factory.seen.update(headers)

    def call_completed(self, exception):
        self.factory.completed.append(exception)


class AnswersFactory(fl.ClientMiddlewareFactory):
    def __init__(self):
        self.seen, self.completed = {}, []

    def start_call(self, info):
        return Answers(self)


@check
def headers_of_the_answer(x):
    factory = AnswersFactory()
    client = fl.FlightClient(x.location, middleware=[factory])
    same(act(client, "answer_headers"), [b""])
    same(factory.seen.get("x-answer"), ["header"])
    same(factory.seen.get("x-answer-bin"), [b"\x00\xff\x01"])
    same(factory.seen.get("x-trailer"), ["trailer"])
    same(factory.completed, [None])
    client.close()


@check
def peer(x):
    assert b"127.0.0.1" in act(x.client, "peer")[0]


@check
def wait_for_available(x):
    x.client.wait_for_available(timeout=10)


@check
def timeout_that_is_not_reached(x):
    same(act(x.client, "echo", b"x", timeout=30), [b"x"])


@check
def timeout_of_a_long_time(x):
    """A year: the unit of grpc-timeout must change."""
    same(act(x.client, "echo", b"x", timeout=365 * 86400), [b"x"])


@check
def client_closed_with_a_call_open(x):
    client = fl.connect(x.location)
    act(client, "was_cancelled", b"0")
    reader = get(client, b"endless")
    same(reader.read_chunk().data.num_rows, 4)
    reader.cancel()
    client.close()
    same(act(x.client, "was_cancelled", b"10"), [b"yes"])


# Authentication


class Credentials(fl.ClientAuthHandler):
    def __init__(self, user, password):
        super().__init__()
        self.auth, self.token = fl.BasicAuth(user, password), b""

    def authenticate(self, outgoing, incoming):
        outgoing.write(self.auth.serialize())
        self.token = incoming.read()

    def get_token(self):
        return self.token


@check
def authenticate(x):
    client = x.connect("auth")
    raises(fl.FlightUnauthenticatedError, lambda: act(client, "identity"))
    client.authenticate(Credentials("ada", "secret of ada"))
    same(act(client, "identity"), [b"ada"])
    client.close()


@check
def authenticate_with_a_wrong_password(x):
    client = x.connect("auth")
    raises(fl.FlightUnauthenticatedError, lambda: client.authenticate(Credentials("ada", "wrong")), "wrong password")
    client.close()


@check
def authenticate_basic_token(x):
    client = x.connect("basic")
    raises(fl.FlightUnauthenticatedError, lambda: act(client, "echo"))
    header = client.authenticate_basic_token("ada", "secret of ada")
    same(header, (b"authorization", b"Bearer token for ada"))
    same(act(client, "echo", b"x", headers=[header]), [b"x"])
    client.close()


@check
def authenticate_basic_token_with_a_wrong_password(x):
    client = x.connect("basic")
    raises(fl.FlightUnauthenticatedError, lambda: client.authenticate_basic_token("ada", "wrong"), "wrong password")
    client.close()


@check
def authenticate_where_nobody_asks(x):
    raises(NotImplementedError, lambda: x.client.authenticate(Credentials("ada", "secret of ada")))


@check
def tls(x):
    client = x.connect("tls", tls_root_certs=pathlib.Path(x.named["ca"]).read_bytes())
    assert get(client, b"ints").read_all().equals(parade.ints_table())
    for n, chunk in enumerate(get(client, b"big:131072,16")):
        assert chunk.data.equals(parade.big_batch(131072, n))
    client.close()


@check
def mutual_tls(x):
    cert, key = (pathlib.Path(x.named["ca"]).with_name(n).read_bytes() for n in ("cert.pem", "key.pem"))
    client = x.connect("mtls", tls_root_certs=cert, cert_chain=cert, private_key=key)
    same(act(client, "echo", b"x"), [b"x"])
    client.close()


@check
def mutual_tls_without_certificate(x):
    client = x.connect("mtls", tls_root_certs=pathlib.Path(x.named["ca"]).read_bytes())
    raises(fl.FlightUnavailableError, lambda: act(client, "echo", b"x", timeout=10))
    client.close()


@check
def unix_socket(x):
    client = x.connect("unix")
    assert get(client, b"ints").read_all().equals(parade.ints_table())
    for n, chunk in enumerate(get(client, b"big:131072,16")):
        assert chunk.data.equals(parade.big_batch(131072, n))
    client.close()


@check
def tls_without_verification(x):
    client = x.connect("tls", disable_server_verification=True)
    same(act(client, "echo", b"x"), [b"x"])
    client.close()


@check
def tls_with_unknown_certificate(x):
    client = x.connect("tls")
    raises(fl.FlightUnavailableError, lambda: act(client, "echo", b"x", timeout=10))
    client.close()


if __name__ == "__main__":
    checks.run(CHECKS, Context)
