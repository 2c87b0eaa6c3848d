"""A pyarrow Flight server for the tests: has something for each RPC.

    server.py [--auth none|handshake|basic|tokens] [--tls-cert FILE --tls-key FILE [--client-roots FILE]] [--unix PATH] [--folder DIR] [--steps]

Prints "ready port N" and serves until its standard input ends.
"""

import argparse
import base64
import datetime
import os
import pathlib
import sys
import threading
import time

import pyarrow as pa
import pyarrow.flight as fl

import arrow_files
import issued_tokens
import parade
import steps

ERRORS = {
    "UNAVAILABLE": fl.FlightUnavailableError,
    "TIMED_OUT": fl.FlightTimedOutError,
    "UNAUTHENTICATED": fl.FlightUnauthenticatedError,
    "UNAUTHORIZED": fl.FlightUnauthorizedError,
    "CANCELLED": fl.FlightCancelledError,
    "INTERNAL": fl.FlightInternalError,
    "UNKNOWN": fl.FlightServerError,
    "NOT_FOUND": KeyError,
    "INVALID_ARGUMENT": pa.ArrowInvalid,
    "UNIMPLEMENTED": NotImplementedError,
    # Arrow statuses without a gRPC code of their own, and errors of the language.
    "MEMORY": MemoryError,
    "TYPE": TypeError,
    "INDEX": IndexError,
    "CAPACITY": pa.lib.ArrowCapacityError,
    "RUNTIME": RuntimeError,
}


def raise_error(words):
    """NAME:message or NAME:message:extra info."""
    name, _, rest = words.partition(":")
    message, _, extra = rest.partition(":")
    kind = ERRORS[name]
    if extra:
        raise kind(message, extra.encode())
    raise kind(message)


class Headers(fl.ServerMiddleware):
    def __init__(self, headers):
        self.headers = headers


class HeadersFactory(fl.ServerMiddlewareFactory):
    """Keeps the headers of the call for the handler."""

    def start_call(self, info, headers):
        return Headers(headers)


class Bearer(fl.ServerMiddleware):
    def __init__(self, user):
        self.user = user

    def sending_headers(self):
        return {"authorization": "Bearer token for " + self.user}


class BasicFactory(fl.ServerMiddlewareFactory):
    """Authorization: Basic on the handshake, Bearer afterwards."""

    def start_call(self, info, headers):
        values = [v for k, vs in headers.items() if k.lower() == "authorization" for v in vs]
        if not values:
            raise fl.FlightUnauthenticatedError("no authorization header")
        scheme, _, rest = values[0].partition(" ")
        if scheme == "Basic":
            padded = rest + "=" * (-len(rest) % 4)
            user, _, password = base64.b64decode(padded).decode().partition(":")
            if password != "secret of " + user:
                raise fl.FlightUnauthenticatedError("wrong password")
            return Bearer(user)
        if scheme == "Bearer" and rest.startswith("token for "):
            return Bearer(rest[len("token for "):])
        raise fl.FlightUnauthenticatedError("no such token")


class Anyone(fl.ServerAuthHandler):
    """Lets every handshake pass: the middleware has checked it."""

    def authenticate(self, outgoing, incoming):
        pass

    def is_valid(self, token):
        return ""


class Handshake(fl.ServerAuthHandler):
    """The first version: a BasicAuth message, answered with a token."""

    def authenticate(self, outgoing, incoming):
        auth = fl.BasicAuth.deserialize(incoming.read())
        if auth.password != b"secret of " + auth.username:
            raise fl.FlightUnauthenticatedError("wrong password")
        outgoing.write(b"token for " + auth.username)

    def is_valid(self, token):
        if not token.startswith(b"token for "):
            raise fl.FlightUnauthenticatedError("no such token")
        return token[len(b"token for "):]


class Server(fl.FlightServerBase):
    def __init__(self, *args, folder, **kwargs):
        super().__init__(*args, **kwargs)
        self.folder = folder
        self.cancelled = threading.Event()

    # Flights

    def info(self, descriptor):
        expires = pa.scalar(datetime.datetime.fromisoformat(parade.EXPIRES + "+00:00"), pa.timestamp("ns", "UTC"))
        endpoint = fl.FlightEndpoint(b"ints", [f"grpc+tcp://127.0.0.1:{self.port}", "arrow-flight-reuse-connection://?"],
                                     expires, b"endpoint")
        second = fl.FlightEndpoint(b"words", [])
        return fl.FlightInfo(parade.INTS, descriptor, [endpoint, second], 12, 480, True, b"info")

    def list_flights(self, context, criteria):
        wanted = criteria.decode()
        if wanted == "none":
            return
        if wanted == "many":
            for i in range(1000):
                yield fl.FlightInfo(parade.INTS, fl.FlightDescriptor.for_path("many", str(i)), [], i, -1)
            return
        if wanted == "fail":
            yield self.info(fl.FlightDescriptor.for_path("ints"))
            raise fl.FlightUnavailableError("the list broke off")
        for name in ("ints", "words"):
            if wanted in ("", name):
                yield self.info(fl.FlightDescriptor.for_path(name))

    def get_flight_info(self, context, descriptor):
        if descriptor.path == [b"ints"] or descriptor.command == b"ints":
            return self.info(descriptor)
        if descriptor.path and descriptor.path[0] == b"file":
            schema = arrow_files.read_file(self.folder / descriptor.path[1].decode()).schema
            endpoint = fl.FlightEndpoint(b"file:" + descriptor.path[1], [])
            return fl.FlightInfo(schema, descriptor, [endpoint], -1, -1)
        raise KeyError("no such flight")

    def get_schema(self, context, descriptor):
        return fl.SchemaResult(self.get_flight_info(context, descriptor).schema)

    def do_get(self, context, ticket):
        word, _, rest = ticket.ticket.decode().partition(":")
        if word == "ints":
            return fl.RecordBatchStream(parade.ints_table())
        if word == "words":
            return fl.RecordBatchStream(pa.Table.from_batches(parade.words_batches()))
        if word == "file":
            return self.file(rest)
        if word == "deltas":
            options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
            return self.batches(*arrow_files.CASES[rest](), options)
        if word == "zero_batches":
            return fl.GeneratorStream(parade.INTS, iter([]))
        if word == "zero_rows":
            return fl.GeneratorStream(parade.INTS, iter([parade.ints_batch(0).slice(0, 0)]))
        if word == "metadata":
            batches = parade.ints_batches()
            return fl.GeneratorStream(parade.INTS, iter([(b, b"batch %d" % i) for i, b in enumerate(batches)]))
        if word == "big":
            rows, n = map(int, rest.split(","))
            return fl.GeneratorStream(parade.BIG, (parade.big_batch(rows, i) for i in range(n)))
        if word == "compressed":
            options = pa.ipc.IpcWriteOptions(compression=rest)
            return fl.RecordBatchStream(parade.ints_table(), options)
        if word == "endless":
            return fl.GeneratorStream(parade.INTS, self.endless(context))
        if word == "slow":
            return fl.GeneratorStream(parade.INTS, self.slow(context))
        if word == "fail_first":
            raise_error(rest)
        if word == "fail_middle":
            return fl.GeneratorStream(parade.INTS, self.failing(rest))
        raise KeyError("no such ticket")

    def file(self, name):
        return self.batches(*arrow_files.read_batches(self.folder / name), pa.ipc.IpcWriteOptions())

    def batches(self, schema, batches, options):
        return fl.RecordBatchStream(pa.RecordBatchReader.from_batches(schema, batches), options)

    def endless(self, context):
        try:
            while not context.is_cancelled():
                yield parade.ints_batch(0)
        finally:  # a generator of a cancelled call is not asked again, but closed
            self.cancelled.set()

    def slow(self, context):
        yield parade.ints_batch(0)
        while not context.is_cancelled():
            time.sleep(0.02)
        self.cancelled.set()

    def failing(self, words):
        yield parade.ints_batch(0)
        yield parade.ints_batch(1)
        raise_error(words)

    # Put and exchange

    def do_put(self, context, descriptor, reader, writer):
        word = descriptor.path[0].decode() if descriptor.path else descriptor.command.decode()
        if word == "refuse":
            raise fl.FlightUnauthorizedError("no puts here")
        if word == "file":
            return self.put_file(descriptor.path[1].decode(), reader)
        if word.startswith("compare"):
            expected = parade.ints_batches() if word == "compare" else parade.words_batches()
            got = reader.read_all()
            equal = got.equals(pa.Table.from_batches(expected), check_metadata=True)
            writer.write(b"equal" if equal else f"not equal: {got}".encode())
            return
        rows, seen = 0, 0
        for chunk in reader:
            rows += chunk.data.num_rows if chunk.data is not None else 0
            seen += 1
            if word == "count":
                writer.write(chunk.app_metadata.to_pybytes() if chunk.app_metadata is not None else b"none")
            if word == "fail" and seen == 2:
                raise fl.FlightServerError("cannot take the second batch", b"extra")
        if word == "sum":
            writer.write(str(rows).encode())

    def put_file(self, name, reader):
        schema = reader.schema
        with pa.ipc.new_stream(str(self.folder / name), schema) as out:
            for chunk in reader:
                out.write_batch(chunk.data)

    def do_exchange(self, context, descriptor, reader, writer):
        word = descriptor.command.decode()
        if word == "echo":
            writer.begin(reader.schema)
            for chunk in reader:
                if chunk.data is not None and chunk.app_metadata is not None:
                    writer.write_with_metadata(chunk.data, chunk.app_metadata)
                elif chunk.data is not None:
                    writer.write_batch(chunk.data)
                else:
                    writer.write_metadata(chunk.app_metadata)
        elif word == "get":
            writer.begin(parade.INTS)
            for batch in parade.ints_batches():
                writer.write_batch(batch)
        elif word == "put":
            rows = sum(chunk.data.num_rows for chunk in reader)
            writer.write_metadata(str(rows).encode())
        elif word == "fail":
            writer.begin(reader.schema)
            writer.write_batch(reader.read_chunk().data)
            raise fl.FlightInternalError("the exchange broke off", b"extra")
        else:
            raise NotImplementedError("no such exchange")

    # Actions

    def list_actions(self, context):
        return parade.ACTIONS

    def do_action(self, context, action):
        body = action.body.to_pybytes()
        if action.type == "echo":
            yield fl.Result(body)
        elif action.type == "many":
            for i in range(int(body)):
                yield fl.Result(str(i).encode())
        elif action.type == "large":
            yield fl.Result(b"\x07" * int(body))
        elif action.type == "silent":
            return
        elif action.type == "empty":
            yield fl.Result(b"")
        elif action.type == "error":
            raise_error(body.decode())
        elif action.type == "late_error":
            yield fl.Result(b"first")
            raise_error(body.decode())
        elif action.type == "sleep":
            while not context.is_cancelled():
                time.sleep(0.02)
            self.cancelled.set()
        elif action.type == "was_cancelled":
            yield fl.Result(b"yes" if self.cancelled.wait(float(body)) else b"no")
            self.cancelled.clear()
        elif action.type == "headers":
            yield from self.seen_headers(context)
        elif action.type == "answer_headers":
            context.add_header("x-answer", "header")
            context.add_header("x-answer-bin", b"\x00\xff\x01")
            context.add_trailer("x-trailer", "trailer")
            yield fl.Result(b"")
        elif action.type == "peer":
            yield fl.Result(context.peer().encode())
        elif action.type == "identity":
            yield fl.Result(context.peer_identity())
        else:
            raise NotImplementedError("no such action")

    def seen_headers(self, context):
        """name=hex of the value, for each header whose name begins with x-."""
        for name, values in sorted(context.get_middleware("headers").headers.items()):
            for value in values:
                if name.startswith("x-"):
                    raw = value if isinstance(value, bytes) else value.encode()
                    yield fl.Result(f"{name}={raw.hex()}".encode())


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--auth", choices=("none", "handshake", "basic", "tokens"), default="none")
    words.add_argument("--tls-cert")
    words.add_argument("--tls-key")
    words.add_argument("--client-roots")
    words.add_argument("--unix")
    words.add_argument("--folder", default=".")
    words.add_argument("--steps", action="store_true", help="print what middleware is told")
    a = words.parse_args()
    handler = {"none": None, "handshake": Handshake(), "basic": Anyone(), "tokens": Anyone()}[a.auth]
    middleware = {"headers": HeadersFactory()}
    if a.auth == "basic":
        middleware["basic"] = BasicFactory()
    if a.auth == "tokens":
        middleware["tokens"] = issued_tokens.IssuedTokensFactory()
    if a.steps:
        middleware["steps"] = steps.StepsFactory()
    tls = None
    if a.tls_cert:
        tls = [(pathlib.Path(a.tls_cert).read_bytes(), pathlib.Path(a.tls_key).read_bytes())]
    scheme = "grpc+tls" if tls else "grpc"
    location = f"grpc+unix://{a.unix}" if a.unix else f"{scheme}://127.0.0.1:0"
    roots = pathlib.Path(a.client_roots).read_bytes() if a.client_roots else None
    server = Server(location, auth_handler=handler, tls_certificates=tls, verify_client=roots is not None,
                    root_certificates=roots, middleware=middleware, folder=pathlib.Path(a.folder))
    print("ready port", server.port, flush=True)
    threading.Thread(target=server.serve, daemon=True).start()
    sys.stdin.read()  # ends with the test
    sys.stdout.flush()
    os._exit(0)  # calls may still hang, on purpose


if __name__ == "__main__":
    main()
