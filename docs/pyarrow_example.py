"""Writes to, lists and reads from a folder that `peregrine serve FOLDER` serves, with pyarrow alone.

    pip install pyarrow
    python pyarrow_example.py [LOCATION]
"""
import sys

import pyarrow as pa
import pyarrow.flight as flight

client = flight.connect(sys.argv[1] if len(sys.argv) > 1 else "grpc://localhost:8815")

table = pa.table({"city": ["Vienna", "Graz", None], "degrees": [21.5, 19.0, 23.25]})
weather = flight.FlightDescriptor.for_path("weather", "today")
writer, _ = client.do_put(weather, table.schema)
with writer:  # the flight is there, whole, when this is done
    writer.write_table(table)

for info in client.list_flights():
    print(b"/".join(info.descriptor.path).decode(), info.total_records, "rows")

info = client.get_flight_info(weather)
back = pa.concat_tables(client.do_get(endpoint.ticket).read_all() for endpoint in info.endpoints)
assert back.equals(table)
print(back.to_pylist())
