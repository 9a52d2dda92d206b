"""Changes of the calendar that somebody has looked at, signed, so that what is written is what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core import signing
from django.utils.translation import gettext as _

from centers.enums import CalendarSource
from centers.rules.calendar import DayChange, DayValue
from core.errors import DomainError

VALID_SECONDS: Final = 2 * 3600


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes that one person has been shown, with their ground. Signed for that person, it is of no use to another."""

    changes: tuple[DayChange, ...]
    ground: str

    def sealed(self, user_id: int) -> str:
        """Return the proposal as a text that only this installation can have written."""
        return signing.dumps(
            [self.ground, [_flat(change) for change in self.changes]], salt=_salt(user_id), compress=True
        )

    @classmethod
    def opened(cls, sealed: str, user_id: int) -> "Proposal":
        """Return what ``sealed`` holds. Raises DomainError when it is older than two hours or not this person's."""
        try:
            ground, changes = signing.loads(sealed, salt=_salt(user_id), max_age=VALID_SECONDS)
        except signing.BadSignature:
            raise DomainError(
                _("This preview is no longer valid. Look at the change again and confirm it within two hours."),
                code="stale_preview",
            ) from None
        return cls(tuple(_change(*parts) for parts in changes), ground)


def _salt(user_id: int) -> str:
    return f"centers.calendar:{user_id}"


def _flat(change: DayChange) -> list[Any]:
    return [change.on.isoformat(), change.center_id, _parts(change.was), _parts(change.becomes)]


def _parts(value: DayValue | None) -> list[Any] | None:
    return [value.is_workday, value.name, value.source.value] if value else None


def _change(on: str, center_id: int | None, was: Sequence[Any] | None, becomes: Sequence[Any] | None) -> DayChange:
    return DayChange(date.fromisoformat(on), _value(was), _value(becomes), center_id)


def _value(parts: Sequence[Any] | None) -> DayValue | None:
    return DayValue(parts[0], parts[1], CalendarSource(parts[2])) if parts else None
