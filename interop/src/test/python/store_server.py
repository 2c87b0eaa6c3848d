"""A pyarrow Flight server that keeps in memory what is put to a path, and gives it back.

Prints "ready port N" and serves until its standard input ends.
"""

import os
import sys
import threading

import pyarrow as pa
import pyarrow.flight as fl


class Store(fl.FlightServerBase):
    def __init__(self, location):
        super().__init__(location)
        self.kept = {}

    def do_put(self, context, descriptor, reader, writer):
        schema = reader.schema
        self.kept[b"/".join(descriptor.path)] = schema, [chunk.data for chunk in reader if chunk.data is not None]

    def get_flight_info(self, context, descriptor):
        name = b"/".join(descriptor.path)
        schema, batches = self.find(name)
        return fl.FlightInfo(schema, descriptor, [fl.FlightEndpoint(name, [])], sum(b.num_rows for b in batches), -1)

    def do_get(self, context, ticket):
        return fl.RecordBatchStream(pa.RecordBatchReader.from_batches(*self.find(ticket.ticket)))

    def find(self, name):
        if name not in self.kept:
            raise KeyError(f"nothing was put to {name.decode()}")
        return self.kept[name]


if __name__ == "__main__":
    server = Store("grpc://127.0.0.1:0")
    print("ready port", server.port, flush=True)
    threading.Thread(target=server.serve, daemon=True).start()
    sys.stdin.read()  # ends with the test
    os._exit(0)
