"""Errors in the words of the domain. Entry points turn them into messages; nothing below catches them."""

from typing import Any

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule says no. ``code`` is for programs; ``message`` tells the user what is wrong and what to do next."""

    code = "refused"

    def __init__(self, message: str | Promise, *, code: str | None = None, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.params = params

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.params if self.params else text


class IllegalTransition(DomainError):
    """The act is not open from the state the matter is in."""

    code = "illegal_transition"


class NotPermitted(DomainError):
    """The actor may see the matter but not do this with it."""

    code = "not_permitted"


class SeparationOfDuties(DomainError):
    """The act needs a second person."""

    code = "separation_of_duties"


class CalendarMissing(DomainError):
    """A limit reaches past the last day of the loaded work calendar."""

    code = "calendar_missing"


class UnreadableValue(DomainError):
    """A value is there and cannot be decrypted: its key is missing, or it was tampered with.

    ``place`` is the ``table.column`` it is bound to, ``stored`` the ciphertext, by which its row is found.
    """

    code = "unreadable_value"

    def __init__(self, message: str | Promise, *, place: str, stored: str | bytes) -> None:
        super().__init__(message)
        self.place = place
        self.stored = stored


class InvalidFile(DomainError):
    """A file was refused whole. ``problems`` lists every line that is wrong, ``(line, text)`` each."""

    code = "invalid_file"

    def __init__(self, message: str | Promise, *, problems: list[tuple[int, str]] | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.problems = problems or []
