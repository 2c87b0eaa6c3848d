"""Prints what pyarrow serializes Flight's words to: a name and the bytes in hexadecimal, one of them a line."""

import pyarrow as pa
import pyarrow.flight as fl

SCHEMA = pa.schema(
    [pa.field("n", pa.int64(), nullable=False), pa.field("words", pa.dictionary(pa.int8(), pa.string()))],
    metadata={"key": "value"})
EXPIRES = pa.scalar(1_700_000_000_123_456_789, pa.timestamp("ns", "UTC"))
LOCATIONS = ["grpc+tcp://localhost:1", "grpc+tls://[::1]:2", "arrow-flight-reuse-connection://?"]
PATH = fl.FlightDescriptor.for_path("a", "b/c", "\u00e9", "")
COMMAND = fl.FlightDescriptor.for_command(b"\x00\xffcommand")
FULL = fl.FlightEndpoint(b"\x00\xffticket", LOCATIONS, EXPIRES, b"\x01\x02")
BARE = fl.FlightEndpoint(b"", [])

WORDS = {
    "ticket": fl.Ticket(b"\x00\xffticket"),
    "ticket_empty": fl.Ticket(b""),
    "path": PATH,
    "path_empty": fl.FlightDescriptor.for_path(),
    "command": COMMAND,
    "command_empty": fl.FlightDescriptor.for_command(b""),
    "endpoint": FULL,
    "endpoint_bare": BARE,
    "endpoint_epoch": fl.FlightEndpoint(b"t", [], pa.scalar(0, pa.timestamp("ns", "UTC"))),
    "info": fl.FlightInfo(SCHEMA, PATH, [FULL, BARE], 12, 480, True, b"\x03"),
    "info_unknown_totals": fl.FlightInfo(SCHEMA, COMMAND, [], -1, -1),
    "info_no_totals": fl.FlightInfo(pa.schema([]), COMMAND, [BARE], 0, 0, False, b""),
    "action": fl.Action("type", b"\x00\xff"),
    "action_empty": fl.Action("", b""),
    "result": fl.Result(b"\x00\xff"),
    "result_empty": fl.Result(b""),
    "basic_auth": fl.BasicAuth("user", "secret"),
    "schema": fl.SchemaResult(SCHEMA),
}

for name, word in WORDS.items():
    print(name, bytes(word.serialize()).hex())
