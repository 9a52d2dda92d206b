"""What browsers are allowed to do with the pages; everything that is not named is forbidden."""

from typing import Any, Final

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

_EVERYWHERE: Final[dict[str, Any]] = {
    "default-src": [NONE],
    "connect-src": [SELF],
    "font-src": [SELF],
    "img-src": [SELF, "data:"],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}

OF_THE_HOUSE: Final[dict[str, Any]] = {
    "DIRECTIVES": {**_EVERYWHERE, "script-src": [SELF, NONCE], "style-src": [SELF, NONCE]},
}

# The theme evaluates the expressions in its attributes and sets its colours in the page; inline scripts stay forbidden.
OF_THE_THEME: Final[dict[str, Any]] = {
    **_EVERYWHERE,
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}
