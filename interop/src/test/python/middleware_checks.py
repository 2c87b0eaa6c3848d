"""What middleware of a pyarrow client sees of a server of ours whose middleware answers with headers and trailers.

    middleware_checks.py LOCATION
"""

import pyarrow.flight as fl

import checks
import client
import parade
import steps
from client import act, check, get, raises, same

ANSWER = "headers x-answer=one,two x-answer-bin=00ff"
LAST = "headers x-last=three x-last-bin=01ff"


class Noting(fl.ClientMiddleware):
    def __init__(self, factory):
        self.factory = factory

    def sending_headers(self):
        return self.factory.sent

    def received_headers(self, headers):
        self.factory.notes.append("headers" + steps.shown(headers))

    def call_completed(self, exception):
        self.factory.notes.append("completed " + ("OK" if exception is None else type(exception).__name__))


class NotingFactory(fl.ClientMiddlewareFactory):
    def __init__(self, **sent):
        self.notes, self.sent = [], {name.replace("_", "-"): value for name, value in sent.items()}

    def start_call(self, info):
        self.notes.append("started " + info.method.name)
        return Noting(self)


def connect(x, factory):
    return fl.FlightClient(x.location, middleware=[factory])


@check
def headers_both_ways(x):
    factory = NotingFactory(x_call=["1", "2 and more"], x_call_bin=[b"\x00\xff\x01", b""])
    with connect(x, factory) as c:
        same(act(c, "echo", b"body"), [b"body"])
    same(factory.notes, ["started DO_ACTION", ANSWER, LAST, "completed OK"])


@check
def every_kind_of_call(x):
    factory = NotingFactory()
    ints = fl.FlightDescriptor.for_path("ints")

    def seen(method):
        same(factory.notes, ["started " + method, ANSWER, LAST, "completed OK"])
        factory.notes.clear()

    with connect(x, factory) as c:
        same(len(list(c.list_flights(b"words"))), 1)
        seen("LIST_FLIGHTS")
        c.get_flight_info(ints)
        seen("GET_FLIGHT_INFO")
        c.get_schema(ints)
        seen("GET_SCHEMA")
        same(len(c.list_actions()), len(parade.ACTIONS))
        seen("LIST_ACTIONS")
        act(c, "silent")
        seen("DO_ACTION")
        assert get(c, b"ints").read_all().equals(parade.ints_table())
        seen("DO_GET")
        writer, reader = c.do_put(fl.FlightDescriptor.for_path("sum"), parade.INTS)
        writer.write_batch(parade.ints_batch(0))
        writer.done_writing()
        same(reader.read().to_pybytes(), b"4")
        writer.close()
        seen("DO_PUT")
        writer, reader = c.do_exchange(fl.FlightDescriptor.for_command(b"get"))
        writer.done_writing()
        assert reader.read_all().equals(parade.ints_table())
        writer.close()
        seen("DO_EXCHANGE")


@check
def error(x):
    factory = NotingFactory()
    with connect(x, factory) as c:
        e = raises(fl.FlightUnavailableError, lambda: act(c, "error", b"UNAVAILABLE:not now:extra"), "not now")
        same(e.extra_info, b"extra")
    same(factory.notes[0], "started DO_ACTION")
    same(factory.notes[-1], "completed FlightUnavailableError")
    seen = " ".join(factory.notes)
    assert "x-answer=one,two x-answer-bin=00ff" in seen and "x-last=three x-last-bin=01ff" in seen, seen


@check
def error_in_mid_stream(x):
    factory = NotingFactory()
    with connect(x, factory) as c:
        reader = get(c, b"fail_middle:INTERNAL:broke off")
        raises(fl.FlightInternalError, reader.read_all, "broke off")
    same(factory.notes, ["started DO_GET", ANSWER, LAST, "completed FlightInternalError"])


def read_to_the_end(reader):
    while True:
        reader.read_chunk()


@check
def cancelled(x):
    factory = NotingFactory()
    with connect(x, factory) as c:
        reader = get(c, b"endless")
        reader.read_chunk()
        reader.cancel()
        raises(fl.FlightCancelledError, lambda: read_to_the_end(reader))
    same(factory.notes[:2], ["started DO_GET", ANSWER])
    same(factory.notes[-1], "completed FlightCancelledError")
    same(len([n for n in factory.notes if n.startswith("completed")]), 1)


@check
def refused_by_the_server(x):
    factory = NotingFactory(x_refuse="yes")
    with connect(x, factory) as c:
        raises(fl.FlightUnauthorizedError, lambda: act(c, "echo", b"x"), "refused by middleware")
        same((factory.notes[0], factory.notes[-1]), ("started DO_ACTION", "completed FlightUnauthorizedError"))
        raises(fl.FlightUnauthorizedError, lambda: get(c, b"ints").read_all(), "refused by middleware")
        factory.sent.clear()
        same(act(c, "echo", b"x"), [b"x"])


if __name__ == "__main__":
    checks.run(client.CHECKS, client.Context)
