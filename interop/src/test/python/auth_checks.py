"""A pyarrow client with the ready-made authenticators of our server.

    auth_checks.py LOCATION
"""

import base64

import pyarrow.flight as fl

import checks
import client
from client import act, check, get, raises, same


def identities(c, **options):
    """Who the server says that an action and a stream are of."""
    reader = get(c, b"", **options)
    return act(c, "identity", **options) + [reader.schema.metadata[b"identity"]]


def basic_header(user, password, padded=True):
    pair = base64.b64encode(f"{user}:{password}".encode())
    return b"authorization", b"Basic " + (pair if padded else pair.rstrip(b"="))


@check
def nothing_shown(x):
    raises(fl.FlightUnauthenticatedError, lambda: act(x.client, "identity"), "no token", "neither a bearer token nor a password")
    raises(fl.FlightUnauthenticatedError, lambda: get(x.client, b"").schema)


@check
def basic_token(x):
    for user in ("ada", "Zoë"):
        name, value = x.client.authenticate_basic_token(user, "secret of " + user)
        same(name, b"authorization")
        assert value.startswith(b"Bearer ") and len(value) > 40, value
        same(identities(x.client, headers=[(name, value)]), [user.encode()] * 2)


@check
def wrong_password(x):
    wrong = "wrong user name or password"
    raises(fl.FlightUnauthenticatedError, lambda: x.client.authenticate_basic_token("ada", "secret"), wrong)
    header = basic_header("ada", "secret")
    raises(fl.FlightUnauthenticatedError, lambda: act(x.client, "identity", headers=[header]), wrong)


@check
def revoked_token(x):
    header = x.client.authenticate_basic_token("ada", "secret of ada")
    same(act(x.client, "identity", headers=[header]), [b"ada"])
    same(act(x.client, "revoke", headers=[header]), [])
    raises(fl.FlightUnauthenticatedError, lambda: act(x.client, "identity", headers=[header]), "unknown or has expired")


class Answer(fl.ClientMiddleware):
    def __init__(self, seen):
        self.seen = seen

    def received_headers(self, headers):
        self.seen.update(headers)


class AnswerFactory(fl.ClientMiddlewareFactory):
    def __init__(self):
        self.seen = {}

    def start_call(self, info):
        return Answer(self.seen)


@check
def password_with_any_call(x):
    for padded in (True, False):
        factory = AnswerFactory()
        with fl.FlightClient(x.location, middleware=[factory]) as c:
            same(act(c, "identity", headers=[basic_header("ada", "secret of ada", padded)]), [b"ada"])
            bearer = factory.seen["authorization"][0]
            same(identities(c, headers=[(b"authorization", bearer.encode())]), [b"ada"] * 2)


class Login(fl.ClientAuthHandler):
    def __init__(self, user, password):
        super().__init__()
        self.auth, self.token = fl.BasicAuth(user, password), b""

    def authenticate(self, outgoing, incoming):
        outgoing.write(self.auth.serialize())
        self.token = incoming.read()

    def get_token(self):
        return self.token


@check
def handshake(x):
    with fl.connect(x.location) as c:
        raises(fl.FlightUnauthenticatedError, lambda: c.authenticate(Login("ada", "secret")), "wrong user name or password")
        c.authenticate(Login("ada", "secret of ada"))
        same(identities(c), [b"ada"] * 2)
        c.authenticate(Login("bob", "secret of bob"))
        same(identities(c), [b"bob"] * 2)


if __name__ == "__main__":
    checks.run(client.CHECKS, client.Context)
