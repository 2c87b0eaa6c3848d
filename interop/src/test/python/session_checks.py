"""A pyarrow client that keeps cookies, with the sessions of a server of ours.

    session_checks.py LOCATION

pyarrow has no API for the messages of the session actions, so their bytes are put together here.
"""

import http.cookies

import pyarrow.flight as fl

import checks
import client
from client import act, check, same


class Cookies(fl.ClientMiddleware):
    def __init__(self, jar):
        self.jar = jar

    def sending_headers(self):
        return {"cookie": "; ".join(f"{n}={v}" for n, v in self.jar.items())} if self.jar else {}

    def received_headers(self, headers):
        for header in headers.get("set-cookie", []):
            for name, morsel in http.cookies.SimpleCookie(header).items():
                if morsel["max-age"] == "0":
                    self.jar.pop(name, None)
                else:
                    self.jar[name] = morsel.value


class CookiesFactory(fl.ClientMiddlewareFactory):
    def __init__(self):
        self.jar = {}

    def start_call(self, info):
        return Cookies(self.jar)


def field(number, content):
    return bytes([number << 3 | 2, len(content)]) + content


def option(name, text):
    """An entry of a map from names to SessionOptionValues."""
    return field(1, field(1, name) + field(2, field(1, text)))


NOT_CLOSABLE, CLOSED = b"\x08\x03", b"\x08\x01"


@check
def each_client_has_its_session(x):
    ada, bob = CookiesFactory(), CookiesFactory()
    with fl.FlightClient(x.location, middleware=[ada]) as a, fl.FlightClient(x.location, middleware=[bob]) as b:
        same(act(a, "GetSessionOptions"), [b""])
        same(ada.jar, {})
        same(act(a, "SetSessionOptions", option(b"name", b"ada")), [b""])
        same(list(ada.jar), ["arrow_flight_session_id"])
        same(act(b, "SetSessionOptions", option(b"name", b"bob")), [b""])
        same(act(a, "GetSessionOptions"), [option(b"name", b"ada")])
        same(act(b, "GetSessionOptions"), [option(b"name", b"bob")])
        same(act(a, "CloseSession"), [CLOSED])
        same(ada.jar, {})
        same(act(a, "CloseSession"), [NOT_CLOSABLE])
        same(act(b, "GetSessionOptions"), [option(b"name", b"bob")])


if __name__ == "__main__":
    checks.run(client.CHECKS, client.Context)
