"""A pyarrow client that carries what a server of ours has: gets it, looks at every value, exchanges it, puts it back.

    carry.py LOCATION
"""

import sys

import pyarrow as pa
import pyarrow.flight as fl

import checks

CHECKS = {}


def check(function):
    CHECKS[function.__name__] = function
    return function


@check
def carry(client, name, codec):
    """The flight NAME, compressed with CODEC or with "none" on its way back."""
    options = fl.FlightCallOptions(
        write_options=pa.ipc.IpcWriteOptions(compression=None if codec == "none" else codec))
    reader = client.do_get(fl.Ticket(name.encode()))
    batches = [chunk.data for chunk in reader]
    for batch in batches:
        batch.validate(full=True)
    exchange(client, reader.schema, batches, options)
    writer, _ = client.do_put(fl.FlightDescriptor.for_path(name), reader.schema, options)
    with writer:
        for batch in batches:
            writer.write_batch(batch)


def exchange(client, schema, batches, options):
    writer, reader = client.do_exchange(fl.FlightDescriptor.for_command(b"echo"), options)
    with writer:
        writer.begin(schema)
        for i, batch in enumerate(batches):
            writer.write_with_metadata(batch, str(i).encode())
            chunk = reader.read_chunk()
            assert chunk.app_metadata.to_pybytes() == str(i).encode(), chunk.app_metadata
            assert chunk.data.schema.equals(schema, check_metadata=True), chunk.data.schema
            assert chunk.data.equals(batch), f"batch {i} is\n{chunk.data}\nand should be\n{batch}"
        writer.done_writing()


if __name__ == "__main__":
    checks.run(CHECKS, lambda: fl.connect(sys.argv[1]))
