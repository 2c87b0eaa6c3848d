"""Passwords for bearer tokens that a server issues, and forgets when a call has the header x-forget."""

import base64
import secrets

import pyarrow.flight as fl


class Bearer(fl.ServerMiddleware):
    def __init__(self, token):
        self.token = token

    def sending_headers(self):
        return {"authorization": "Bearer " + self.token} if self.token else {}


class IssuedTokensFactory(fl.ServerMiddlewareFactory):
    """Authorization: Basic with any call, answered with a token; Bearer with that afterwards."""

    def __init__(self):
        self.tokens = set()

    def start_call(self, info, headers):
        if "x-forget" in headers:
            self.tokens.clear()
        scheme, _, rest = headers.get("authorization", [""])[0].partition(" ")
        if scheme == "Basic":
            user, _, password = base64.b64decode(rest).decode().partition(":")
            if password != "secret of " + user:
                raise fl.FlightUnauthenticatedError("wrong password")
            token = secrets.token_urlsafe(24)
            self.tokens.add(token)
            return Bearer(token)
        if scheme != "Bearer" or rest not in self.tokens:
            raise fl.FlightUnauthenticatedError("no such token")
        return Bearer("")
