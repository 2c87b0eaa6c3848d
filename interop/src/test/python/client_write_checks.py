"""DoPut and DoExchange by a pyarrow client."""

import threading

import pyarrow as pa
import pyarrow.flight as fl

import arrow_files
import parade
from client import check, raises, same

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
