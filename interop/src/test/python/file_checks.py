"""Arrow files through a folder server of ours, as a pyarrow client sees them; each check by its name.

    file_checks.py LOCATION FOLDER

Files are named by their path within the folder. Compares value by value and with metadata.
"""

import pathlib
import sys

import pyarrow as pa
import pyarrow.flight as fl

import arrow_files
import checks

CHECKS = {}


def check(function):
    CHECKS[function.__name__] = function
    return function


class Context:
    def __init__(self):
        self.client = fl.connect(sys.argv[1])
        self.folder = pathlib.Path(sys.argv[2])

    def expected(self, file):
        return arrow_files.read_file(self.folder / file)

    def info(self, name):
        return self.client.get_flight_info(fl.FlightDescriptor.for_path(*name.split("/")))


def chunk_lengths(table):
    """Of all batches, also empty ones; but intervals have no chunks that pyarrow could show."""
    if not table.num_columns:
        return []
    if table.schema.names == ["months", "days"]:
        return [batch.num_rows for batch in table.to_batches()]
    return [len(chunk) for chunk in table.column(0).chunks]


def same_batches(actual, expected, what):
    assert chunk_lengths(actual) == chunk_lengths(expected), \
        f"{what}: batches of {chunk_lengths(actual)} rows, {chunk_lengths(expected)} expected"


@check
def served(x, name, file):
    """The flight NAME is the file: its info, its schema, and its data."""
    expected = x.expected(file)
    info = x.info(name)
    assert info.schema.equals(expected.schema, check_metadata=True), f"{info.schema}\nand not\n{expected.schema}"
    assert info.total_records in (expected.num_rows, None), info.total_records
    schema = x.client.get_schema(info.descriptor).schema
    assert schema.equals(expected.schema, check_metadata=True), schema
    reader = x.client.do_get(info.endpoints[0].ticket)
    actual = reader.read_all()
    arrow_files.assert_same(actual, expected, name)
    same_batches(actual, expected, name)


@check
def listed(x, name):
    paths = [b"/".join(i.descriptor.path).decode() for i in x.client.list_flights()]
    assert name in paths, paths


@check
def put(x, file, name):
    """Puts the file as the flight NAME, with app_metadata on each batch, and gets it back."""
    _put(x, file, name, fl.FlightCallOptions())


@check
def put_v4(x, file, name):
    """The same in the metadata version before the current one, where unions and runs have a validity of their own."""
    options = pa.ipc.IpcWriteOptions(metadata_version=pa.ipc.MetadataVersion.V4)
    _put(x, file, name, fl.FlightCallOptions(write_options=options))


def _put(x, file, name, options):
    expected = x.expected(file)
    _, batches = arrow_files.read_batches(x.folder / file)
    writer, acks = x.client.do_put(fl.FlightDescriptor.for_path(*name.split("/")), expected.schema, options)
    for i, batch in enumerate(batches):
        writer.write_with_metadata(batch, str(i).encode())
        ack = acks.read()
        assert ack.to_pybytes() == str(i).encode(), ack
    writer.done_writing()
    while acks.read() is not None:
        pass
    writer.close()
    arrow_files.assert_same(x.client.do_get(x.info(name).endpoints[0].ticket).read_all(), expected, name)


@check
def echo(x, file):
    """DoExchange: what comes back is what went out."""
    expected = x.expected(file)
    writer, reader = x.client.do_exchange(fl.FlightDescriptor.for_command(b"echo"))
    with writer:
        writer.begin(expected.schema)
        for batch in arrow_files.read_batches(x.folder / file)[1]:
            writer.write_batch(batch)
        writer.done_writing()
        actual = reader.read_all()
        arrow_files.assert_same(actual, expected, file)
        same_batches(actual, expected, file)


@check
def equal(x, actual, expected):
    """Two files hold the same; ACTUAL may stand without its ending."""
    path = x.folder / actual
    if not path.exists():
        found = [p for p in path.parent.iterdir() if p.stem == path.name]
        assert len(found) == 1, f"{actual}: there are {sorted(p.name for p in path.parent.iterdir())}"
        path = found[0]
    table, wanted = arrow_files.read_file(path), x.expected(expected)
    arrow_files.assert_same(table, wanted, actual)
    same_batches(table, wanted, actual)


@check
def deltas(x, name, case):
    """A flight that was written with delta dictionaries."""
    expected = arrow_files.table(case)
    arrow_files.assert_same(x.client.do_get(x.info(name).endpoints[0].ticket).read_all(), expected, name)


@check
def nothing_left(x):
    """No temporary files in the folder."""
    left = [p for p in x.folder.rglob("*") if p.is_file() and p.suffix not in (".arrow", ".arrows", ".feather")]
    assert not left, left


if __name__ == "__main__":
    checks.run(CHECKS, Context)
