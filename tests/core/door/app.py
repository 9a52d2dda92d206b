"""An authenticator app, written after RFC 6238 and not after the product."""

import base64
import hashlib
import hmac


def code_of(secret: str, moment) -> str:
    """Return what the app shows at ``moment``."""
    step = int(moment.timestamp()) // 30
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"
