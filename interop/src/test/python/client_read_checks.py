"""Listings, infos, schemas and DoGet, as a pyarrow client sees them."""

import threading
import time

import pyarrow as pa
import pyarrow.flight as fl

import parade
from client import act, check, get, raises, same

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
