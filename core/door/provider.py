"""The provider of single sign-on, asked by OpenID Connect: authorization code with PKCE, and whose token it is.

Nothing that it answers is kept but the subject; nothing of it is in a message, so that no log can quote it.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self
from urllib.parse import quote, urlencode, urlsplit

import urllib3
from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.errors import DomainError

SECONDS: Final = 5
TIMEOUT: Final = urllib3.Timeout(connect=SECONDS, read=SECONDS)
LARGEST: Final = 256 * 1024  # bytes of one answer
PIECE: Final = 16 * 1024
CLOCKS_DIFFER: Final = 60  # seconds
OK: Final = 200
# Only keys of which the house knows nothing but the public half: a token signed with the client's secret is none.
ALGORITHMS: Final = ("RS256", "PS256", "ES256")
KEY_KINDS: Final = frozenset({"RSA", "EC"})
LONGEST_SUBJECT: Final = 255  # OpenID Connect Core, section 2

UNREACHABLE: Final = _("The other system does not answer. Sign in with your password, or try again in a few minutes.")
WRONG_ANSWER: Final = _(
    "The other system gave an answer that cannot be trusted. Sign in with your password, and tell the system "
    "administrator."
)
DECLINED: Final = _(
    "The other system did not let you through. Sign in there again, or sign in here with your password."
)
NOT_BEGUN: Final = _("This sign-in was not begun in this browser, or too long ago. Please begin again.")
FAULTS: Final[Mapping[str, str | Promise]] = {
    "unreachable": UNREACHABLE,
    "answer": WRONG_ANSWER,
    "token": WRONG_ANSWER,
    "declined": DECLINED,
    "state": NOT_BEGUN,
}


class ProviderFault(DomainError):
    """The provider said nothing, something wrong, or no; ``code``, one of FAULTS, is all that is known of it."""

    def __init__(self, code: str) -> None:
        super().__init__(FAULTS[code], code=code)


@dataclass(frozen=True, slots=True)
class Visit:
    """One way to the provider and back, bound to the session that keeps it."""

    state: str
    nonce: str
    verifier: str
    back: str

    @classmethod
    def to_begin(cls, *, back: str) -> Self:
        """Return a fresh visit that ends at the address ``back``."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(64), back)


def is_on() -> bool:
    return bool(settings.OIDC_ISSUER)


def name() -> str:
    """Return what people call the provider."""
    return settings.OIDC_NAME or gettext("single sign-on")


def address_for(visit: Visit) -> str:
    """Return the address at the provider to which the browser goes; raises ProviderFault when there is none."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(visit.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": visit.back,
        "scope": "openid",
        "state": visit.state,
        "nonce": visit.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = _endpoint(_metadata(), "authorization_endpoint")
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"


def subject_of(visit: Visit, answer: Mapping[str, str], *, now: datetime) -> str:
    """Return who came back by ``answer``, as the provider names them; raises ProviderFault unless it proves that."""
    if not constant_time_compare(answer.get("state", ""), visit.state):
        raise ProviderFault("state")
    if answer.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:  # RFC 9207
        raise ProviderFault("answer")
    code = answer.get("code")
    if not code:
        raise ProviderFault("declined")
    metadata = _metadata()
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": visit.back,
        "code_verifier": visit.verifier,
    }
    fields, headers = _with_secret(given, metadata)
    told = _asked("POST", _endpoint(metadata, "token_endpoint"), fields=fields, headers=headers, encode_multipart=False)
    return _proven(told.get("id_token"), _asked("GET", _endpoint(metadata, "jwks_uri")), visit.nonce, now=now)


def _proven(token: Any, keys: Mapping[str, Any], nonce: str, *, now: datetime) -> str:
    """Return the subject of a token that the provider signed, for this house and this visit, and not too long ago."""
    client = settings.OIDC_CLIENT_ID
    claims = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=CLOCKS_DIFFER,
        iss={"essential": True, "value": settings.OIDC_ISSUER},
        aud={"essential": True, "value": client},
        azp={"essential": False, "value": client},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        known = [key for key in keys["keys"] if key.get("kty") in KEY_KINDS and key.get("use", "sig") == "sig"]
        told = jwt.decode(token, KeySet.import_key_set({"keys": known}), algorithms=ALGORITHMS).claims
        claims.validate(told)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ProviderFault("token") from error
    is_for_others_too = isinstance(told["aud"], list) and len(told["aud"]) > 1 and "azp" not in told
    if is_for_others_too or len(told["sub"]) > LONGEST_SUBJECT:
        raise ProviderFault("token")
    return str(told["sub"])


def _with_secret(given: Mapping[str, str], metadata: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return fields and headers that also prove who asks: in the header, unless the provider knows only fields."""
    client, secret = settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET
    methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" not in methods:
        return {**given, "client_id": client, "client_secret": secret}, {}
    pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"  # RFC 6749, section 2.3.1
    return dict(given), {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _metadata() -> dict[str, Any]:
    """Return what the provider says of itself, which must be the one that is configured."""
    issuer = settings.OIDC_ISSUER
    metadata = _asked("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if metadata.get("issuer") != issuer:
        raise ProviderFault("answer")
    return metadata


def _endpoint(metadata: Mapping[str, Any], kind: str) -> str:
    """Return one of its addresses. What is asked over TLS never leads to where it is not."""
    url = metadata.get(kind)
    allowed = {"https", urlsplit(settings.OIDC_ISSUER).scheme}
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
    except ValueError as error:
        raise ProviderFault("answer") from error
    if parts.scheme not in allowed or not parts.hostname or parts.fragment:
        raise ProviderFault("answer")
    return parts.geturl()


def _asked(method: str, url: str, *, headers: Mapping[str, str] | None = None, **given: Any) -> dict[str, Any]:
    """Return the JSON object that ``url`` answers. Redirects are not followed."""
    headers = {"Accept": "application/json", "User-Agent": "Maplebridge", **(headers or {})}
    try:
        with urllib3.PoolManager(retries=False, timeout=TIMEOUT) as pool:
            response = pool.request(method, url, headers=headers, redirect=False, preload_content=False, **given)
            try:
                body = _body(response)
            finally:
                response.close()
    except urllib3.exceptions.HTTPError as error:
        raise ProviderFault("unreachable") from error
    try:
        told = json.loads(body)
    except ValueError as error:
        raise ProviderFault("answer") from error
    if response.status != OK or not isinstance(told, dict):
        raise ProviderFault("answer")
    return told


def _body(response: urllib3.BaseHTTPResponse) -> bytes:
    """Return the body, of which neither more nor longer is read than an honest answer takes."""
    until, body = time.monotonic() + SECONDS, b""
    while piece := response.read1(PIECE):
        body += piece
        if len(body) > LARGEST:
            raise ProviderFault("answer")
        if time.monotonic() > until:
            raise ProviderFault("unreachable")
    return body
