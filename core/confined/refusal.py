"""How the child says no: a code and figures; the parent has the words."""

from typing import Any


class Refused(Exception):
    """The file cannot be read. ``code`` is one of ``core.refusals.MESSAGES``, ``params`` fills its text."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params
