"""Middleware of a server that prints what it is told, a line each: "started METHOD x-name=value,value" and "completed METHOD OK"."""

import threading

import pyarrow.flight as fl

LOCK = threading.Lock()


def say(line):
    with LOCK:
        print(line, flush=True)


def shown(headers):
    """The headers whose names begin with x-, binary values in hexadecimal."""
    words = ""
    for name, values in sorted(headers.items()):
        if name.startswith("x-"):
            words += f" {name}=" + ",".join(v.hex() if isinstance(v, bytes) else v for v in values)
    return words


class Steps(fl.ServerMiddleware):
    def __init__(self, method):
        self.method = method

    def sending_headers(self):
        return {"x-answer": ["one", "two"], "x-answer-bin": [b"\x00\xff"]}

    def call_completed(self, exception):
        say(f"completed {self.method} " + ("OK" if exception is None else type(exception).__name__))


class StepsFactory(fl.ServerMiddlewareFactory):
    """Refuses calls with the header x-refuse."""

    def start_call(self, info, headers):
        if "x-refuse" in headers:
            raise fl.FlightUnauthorizedError("refused by middleware")
        say(f"started {info.method.name}" + shown(headers))
        return Steps(info.method.name)
