import base64
import hashlib
import hmac
import json
import secrets
import threading
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest
import urllib3
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "maplebridge", "sample secret: of the client"


@cache
def key(kid="first"):
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def _part(text):
    return base64.urlsafe_b64encode(text).rstrip(b"=")


@dataclass
class Provider:
    """A provider of OpenID Connect that lets in whom it is told to, and lies where it is told to."""

    issuer: str
    subject: str = "subject-1"
    lies: dict = field(default_factory=dict)  # in the token
    metadata: dict = field(default_factory=dict)  # in what it says of itself
    header: dict = field(default_factory=lambda: {"alg": "RS256", "kid": "first"})
    signs_with: object = field(default_factory=key)
    broken: dict = field(default_factory=dict)  # path: bytes in the place of an answer
    codes: dict = field(default_factory=dict)
    now: int = 0

    def told_of_itself(self):
        own = {name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        return {"issuer": self.issuer, **own, **self.metadata}

    def let_in(self, asked):
        """Return the address to which somebody who proved who they are is sent."""
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def token_for(self, given, authorization):
        asked = self.codes.pop(given["code"])  # a code is taken once
        challenge = _part(hashlib.sha256(given["code_verifier"].encode()).digest())
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        assert [unquote(part) for part in pair] == [CLIENT, SECRET]
        assert (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", challenge.decode())
        assert given["redirect_uri"] == asked["redirect_uri"]
        return self.signed(asked["nonce"])

    def signed(self, nonce):
        told = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "nonce": nonce}
        claims = {**told, "iat": self.now, "exp": self.now + 300, **self.lies}
        if isinstance(self.signs_with, bytes):  # the library would refuse to write it
            text = b".".join(_part(json.dumps(part).encode()) for part in (self.header, claims))
            return (text + b"." + _part(hmac.digest(self.signs_with, text, "sha256"))).decode()
        return jwt.encode(self.header, claims, self.signs_with, algorithms=["RS256", "none"])

    def sign_with_what_others_know(self, known):
        self.header, self.signs_with = {"alg": "HS256", "kid": "first"}, known

    def send(self, address):
        """Ask for ``address`` as a browser would, and return where it leads to."""
        answer = urllib3.request("GET", address, redirect=False, retries=False)
        return answer.headers["Location"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        parts, provider = urlsplit(self.path), self.server.provider
        if parts.path == "/authorization_endpoint":
            self.send_response(302)
            self.send_header("Location", provider.let_in(dict(parse_qsl(parts.query))))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif parts.path == "/jwks_uri":
            self.tell(KeySet([key(), key("second")]).as_dict(private=False))
        else:
            self.tell(provider.told_of_itself())

    def do_POST(self):
        given = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.tell({"id_token": self.server.provider.token_for(given, self.headers["Authorization"])})

    def tell(self, told):
        body = self.server.provider.broken.get(urlsplit(self.path).path, json.dumps(told).encode())
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def provider(settings):
    """Return a running provider on a port of this machine, by which the house lets people in."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.OIDC_ISSUER, settings.OIDC_NAME = server.provider.issuer, "浙政钉"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
    yield server.provider
    server.shutdown()
    thread.join()
    server.server_close()
