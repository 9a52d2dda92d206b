"""The gateways' door: one signed POST a message. The recipe of the signature stands in docs/operations.md."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import urllib3
from django.conf import settings

from core.channels import Failure
from core.courier import Outcome
from core.models import ExternalDelivery

TIMEOUT: Final = urllib3.Timeout(connect=3, read=10)
SCHEMES: Final = frozenset({"http", "https"})
# The other side is not able just now, which says nothing about this message.
OVERLOADED: Final = frozenset({429, 502, 503, 504})


def is_web_address(url: str) -> bool:
    """Return whether ``url`` is one that a gateway may have: http or https, with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def post(row: ExternalDelivery, *, now: datetime) -> Outcome:
    """Tell the gateway of one message and return what it said. Redirects are answers like any other: not followed."""
    endpoint = row.endpoint
    if endpoint is None or not row.recipient.is_active:
        return Outcome(Failure.NO_ADDRESS)
    if not is_web_address(endpoint.url):
        return Outcome(Failure.REFUSED)
    body = body_of(row)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Maplebridge",
        "Idempotency-Key": str(row.key),
        **signature(endpoint.secret, body, now=now),
    }
    try:
        with urllib3.PoolManager(retries=False, timeout=TIMEOUT) as pool:
            response = pool.request(
                "POST", endpoint.url, body=body, headers=headers, redirect=False, preload_content=False
            )
            status = response.status
            response.close()
    except urllib3.exceptions.HTTPError:
        return Outcome(Failure.UNREACHABLE)
    return outcome_of(status)


def outcome_of(status: int) -> Outcome:
    """Return what an HTTP status means for the message: 2xx is sent, anything else is not."""
    if 200 <= status < 300:  # noqa: PLR2004 - the class of HTTP's successes
        return Outcome(answer=status)
    return Outcome(Failure.UNREACHABLE if status in OVERLOADED else Failure.REFUSED, status)


def body_of(row: ExternalDelivery) -> bytes:
    """Return the message as JSON in UTF-8: what the inbox says, for whom, and why."""
    letter = row.message
    told = {
        "key": str(row.key),
        "kind": letter.outbox.kind,
        "urgent": row.is_urgent,
        "recipient": row.recipient.username,
        "subject": letter.subject,
        "text": letter.body,
        "reason": letter.reason,
        "link": f"{settings.OFFICE_URL}{letter.link}" if letter.link else "",
    }
    return json.dumps(told, ensure_ascii=False).encode()


def signature(secret: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """Return the headers that prove who wrote ``body``, and when: HMAC-SHA256 over ``<unix seconds>.<body>``."""
    timestamp = str(int(now.timestamp()))
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Maplebridge-Timestamp": timestamp, "Maplebridge-Signature": f"v1={signed}"}
