"""A pyarrow server that knows its clients by cookies and answers the specification's session actions.

    session_server.py

The action "set" sends its body as Set-Cookie headers, one a line; "cookies" gives the cookies that came.
"""

import itertools
import os
import sys
import threading

import pyarrow.flight as fl

CLOSED = b"\x08\x01"  # CloseSessionResult
COOKIE = "arrow_flight_session_id"


class Cookies(fl.ServerMiddleware):
    def __init__(self, header):
        self.header = header


class CookiesFactory(fl.ServerMiddlewareFactory):
    def start_call(self, info, headers):
        return Cookies("; ".join(headers.get("cookie", [])))


class Server(fl.FlightServerBase):
    def __init__(self):
        super().__init__("grpc://127.0.0.1:0", middleware={"cookies": CookiesFactory()})
        self.sessions, self.numbers = {}, itertools.count(1)

    def do_action(self, context, action):
        cookies, body = context.get_middleware("cookies").header, action.body.to_pybytes()
        sent = dict(pair.split("=", 1) for pair in cookies.split("; ") if pair)
        session = sent.get(COOKIE)
        if action.type == "set":
            for cookie in body.decode().split("\n"):
                context.add_header("set-cookie", cookie)
            return [b""]
        if action.type == "cookies":
            return [cookies.encode()]
        if action.type == "SetSessionOptions":
            if session not in self.sessions:
                session = f"session-{next(self.numbers)}"
                context.add_header("set-cookie", f"{COOKIE}={session}")
            self.sessions[session] = body
            return [b""]
        if action.type == "GetSessionOptions":
            return [self.sessions.get(session, b"")]  # the request and this result are alike on the wire
        if action.type == "CloseSession":
            del self.sessions[session]
            context.add_header("set-cookie", f"{COOKIE}={session}; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
            return [CLOSED]
        raise NotImplementedError("no such action")


def main():
    server = Server()
    print("ready port", server.port, flush=True)
    threading.Thread(target=server.serve, daemon=True).start()
    sys.stdin.read()  # ends with the test
    os._exit(0)


if __name__ == "__main__":
    main()
