"""Actions, errors, headers and authentication, as a pyarrow client sees them."""

import pathlib

import pyarrow as pa
import pyarrow.flight as fl

import parade
from client import CHECKS, act, check, get, raises, same

# Actions


@check
def list_actions(x):
    same([(a.type, a.description) for a in x.client.list_actions()], parade.ACTIONS)


@check
def do_action(x):
    same(act(x.client, "echo", b"\x00body\xff"), [b"\x00body\xff"])


@check
def do_action_many_results(x):
    same(act(x.client, "many", b"20000"), [str(i).encode() for i in range(20000)])


@check
def do_action_large_body(x):
    """There and back; 20 MiB is beyond gRPC's usual limit."""
    body = bytes(range(256)) * (20 << 12)
    same(act(x.client, "echo", body) == [body], True)


@check
def do_action_large_result(x):
    same(act(x.client, "large", b"20000000") == [b"\x07" * 20000000], True)


@check
def do_action_without_result(x):
    same(act(x.client, "silent"), [])


@check
def do_action_empty_result(x):
    same(act(x.client, "empty"), [b""])


@check
def do_action_by_name_only(x):
    same([r.body.to_pybytes() for r in x.client.do_action("echo")], [b""])


@check
def do_action_unknown(x):
    raises(NotImplementedError, lambda: act(x.client, "nothing"), "no such action")


@check
def do_action_fails_after_a_result(x):
    results = x.client.do_action(fl.Action("late_error", b"UNAUTHENTICATED:who are you"))
    same(next(results).body.to_pybytes(), b"first")
    raises(fl.FlightUnauthenticatedError, lambda: next(results), "who are you")


@check
def do_action_timeout(x):
    act(x.client, "was_cancelled", b"0")
    raises(fl.FlightTimedOutError, lambda: act(x.client, "sleep", timeout=0.3))
    same(act(x.client, "was_cancelled", b"10"), [b"yes"])


# Errors


def error_check(name, kind):
    def error(x):
        e = raises(kind, lambda: act(x.client, "error", f"{name}:Grüße, 100 % of {name}".encode()), f"Grüße, 100 % of {name}")
        if issubclass(kind, fl.FlightError):
            same(e.extra_info, b"")
            e = raises(kind, lambda: act(x.client, "error", f"{name}:words:\u0001 more".encode()), "words")
            same(e.extra_info, b"\x01 more")

    CHECKS["error_" + name.lower()] = error


for name, kind in {
    "UNAVAILABLE": fl.FlightUnavailableError,
    "TIMED_OUT": fl.FlightTimedOutError,
    "UNAUTHENTICATED": fl.FlightUnauthenticatedError,
    "UNAUTHORIZED": fl.FlightUnauthorizedError,
    "CANCELLED": fl.FlightCancelledError,
    "INTERNAL": fl.FlightInternalError,
    "UNKNOWN": fl.FlightServerError,
    "NOT_FOUND": pa.lib.ArrowKeyError,
    "ALREADY_EXISTS": pa.lib.ArrowException,
    "INVALID_ARGUMENT": pa.ArrowInvalid,
    "RESOURCE_EXHAUSTED": pa.ArrowInvalid,
    "UNIMPLEMENTED": pa.lib.ArrowNotImplementedError,
}.items():
    error_check(name, kind)


@check
def error_with_a_long_message(x):
    words = "long " * 600
    raises(fl.FlightInternalError, lambda: act(x.client, "error", b"INTERNAL:" + words.encode()), words.strip())


@check
def error_that_the_service_did_not_mean(x):
    """A bug in the service: INTERNAL, and nothing of the exception's text."""
    e = raises(fl.FlightInternalError, lambda: act(x.client, "error", b"BUG:secret words"))
    assert "secret words" not in str(e), str(e)


# Headers, options, waiting


def seen(client, *headers):
    lines = act(client, "headers", headers=list(headers))
    return [(n, bytes.fromhex(v)) for n, v in (line.decode().split("=") for line in lines)]


@check
def headers(x):
    same(seen(x.client, (b"x-one", b"1"), (b"x-two", b"two words, and a comma")),
         [("x-one", b"1"), ("x-two", b"two words, and a comma")])


@check
def headers_repeated(x):
    same(seen(x.client, (b"x-one", b"1"), (b"x-one", b"2")), [("x-one", b"1"), ("x-one", b"2")])


@check
def headers_binary(x):
    for value in (b"", b"\x00", b"\x00\xff", b"\x00\xff\x01", bytes(range(256))):
        same(seen(x.client, (b"x-raw-bin", value)), [("x-raw-bin", value)])


@check
def headers_binary_repeated(x):
    same(seen(x.client, (b"x-raw-bin", b"\x01"), (b"x-raw-bin", b"\x02\xff")),
         [("x-raw-bin", b"\x01"), ("x-raw-bin", b"\x02\xff")])


@check
def headers_big(x):
    value = b"v" * 6000
    same(seen(x.client, (b"x-big", value)), [("x-big", value)])


@check
def headers_very_big(x):
    """60,000 bytes: more than one HEADERS frame holds."""
    value = bytes(b"abcdefghij"[i % 10] for i in range(60000))
    same(seen(x.client, (b"x-big", value)), [("x-big", value)])


class Answers(fl.ClientMiddleware):
    def __init__(self, factory):
        self.factory = factory

    def received_headers(self, headers):
        self.factory.seen.update(headers)

    def call_completed(self, exception):
        self.factory.completed.append(exception)


class AnswersFactory(fl.ClientMiddlewareFactory):
    def __init__(self):
        self.seen, self.completed = {}, []

    def start_call(self, info):
        return Answers(self)


@check
def headers_of_the_answer(x):
    factory = AnswersFactory()
    client = fl.FlightClient(x.location, middleware=[factory])
    same(act(client, "answer_headers"), [b""])
    same(factory.seen.get("x-answer"), ["header"])
    same(factory.seen.get("x-answer-bin"), [b"\x00\xff\x01"])
    same(factory.seen.get("x-trailer"), ["trailer"])
    same(factory.completed, [None])
    client.close()


@check
def peer(x):
    assert b"127.0.0.1" in act(x.client, "peer")[0]


@check
def wait_for_available(x):
    x.client.wait_for_available(timeout=10)


@check
def timeout_that_is_not_reached(x):
    same(act(x.client, "echo", b"x", timeout=30), [b"x"])


@check
def timeout_of_a_long_time(x):
    """A year: the unit of grpc-timeout must change."""
    same(act(x.client, "echo", b"x", timeout=365 * 86400), [b"x"])


@check
def client_closed_with_a_call_open(x):
    client = fl.connect(x.location)
    act(client, "was_cancelled", b"0")
    reader = get(client, b"endless")
    same(reader.read_chunk().data.num_rows, 4)
    reader.cancel()
    client.close()
    same(act(x.client, "was_cancelled", b"10"), [b"yes"])


# Authentication


class Credentials(fl.ClientAuthHandler):
    def __init__(self, user, password):
        super().__init__()
        self.auth, self.token = fl.BasicAuth(user, password), b""

    def authenticate(self, outgoing, incoming):
        outgoing.write(self.auth.serialize())
        self.token = incoming.read()

    def get_token(self):
        return self.token


@check
def authenticate(x):
    client = x.connect("auth")
    raises(fl.FlightUnauthenticatedError, lambda: act(client, "identity"))
    client.authenticate(Credentials("ada", "secret of ada"))
    same(act(client, "identity"), [b"ada"])
    client.close()


@check
def authenticate_with_a_wrong_password(x):
    client = x.connect("auth")
    raises(fl.FlightUnauthenticatedError, lambda: client.authenticate(Credentials("ada", "wrong")), "wrong password")
    client.close()


@check
def authenticate_basic_token(x):
    client = x.connect("basic")
    raises(fl.FlightUnauthenticatedError, lambda: act(client, "echo"))
    header = client.authenticate_basic_token("ada", "secret of ada")
    same(header, (b"authorization", b"Bearer token for ada"))
    same(act(client, "echo", b"x", headers=[header]), [b"x"])
    client.close()


@check
def authenticate_basic_token_with_a_wrong_password(x):
    client = x.connect("basic")
    raises(fl.FlightUnauthenticatedError, lambda: client.authenticate_basic_token("ada", "wrong"), "wrong password")
    client.close()


@check
def authenticate_where_nobody_asks(x):
    raises(NotImplementedError, lambda: x.client.authenticate(Credentials("ada", "secret of ada")))


@check
def tls(x):
    client = x.connect("tls", tls_root_certs=pathlib.Path(x.named["ca"]).read_bytes())
    assert get(client, b"ints").read_all().equals(parade.ints_table())
    for n, chunk in enumerate(get(client, b"big:131072,16")):
        assert chunk.data.equals(parade.big_batch(131072, n))
    client.close()


@check
def mutual_tls(x):
    cert, key = (pathlib.Path(x.named["ca"]).with_name(n).read_bytes() for n in ("cert.pem", "key.pem"))
    client = x.connect("mtls", tls_root_certs=cert, cert_chain=cert, private_key=key)
    same(act(client, "echo", b"x"), [b"x"])
    client.close()


@check
def mutual_tls_without_certificate(x):
    client = x.connect("mtls", tls_root_certs=pathlib.Path(x.named["ca"]).read_bytes())
    raises(fl.FlightUnavailableError, lambda: act(client, "echo", b"x", timeout=10))
    client.close()


@check
def unix_socket(x):
    client = x.connect("unix")
    assert get(client, b"ints").read_all().equals(parade.ints_table())
    for n, chunk in enumerate(get(client, b"big:131072,16")):
        assert chunk.data.equals(parade.big_batch(131072, n))
    client.close()


@check
def tls_without_verification(x):
    client = x.connect("tls", disable_server_verification=True)
    same(act(client, "echo", b"x"), [b"x"])
    client.close()


@check
def tls_with_unknown_certificate(x):
    client = x.connect("tls")
    raises(fl.FlightUnavailableError, lambda: act(client, "echo", b"x", timeout=10))
    client.close()
