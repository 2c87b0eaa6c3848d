"""What the checks of a pyarrow client share: the client, the list of checks, and how to compare."""

import sys

import pyarrow.flight as fl

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
