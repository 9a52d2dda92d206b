"""What follows an agreement that was checked: until when a court may confirm it, and when the parties are asked."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import Category
from disputes.enums import AgreementForm, AgreementSubject, FollowUpOccasion

AFTER_AGREEMENT: Final = timedelta(days=7)
AFTER_INSTALMENT: Final = timedelta(days=3)
AFTER_ALL: Final = timedelta(days=30)
TRIES: Final = 3

# Supreme People's Court on the confirmation of people's mediation agreements (2011), art. 4.
NOT_CONFIRMED: Final[Mapping[AgreementSubject, str | Promise]] = {
    AgreementSubject.IDENTITY: _("No court confirms whether an identity relation exists (Fa Shi [2011] 5, art. 4)."),
    AgreementSubject.ADOPTION: _("No court confirms whether an adoption stands (Fa Shi [2011] 5, art. 4)."),
    AgreementSubject.MARRIAGE: _("No court confirms whether a marriage stands (Fa Shi [2011] 5, art. 4)."),
    AgreementSubject.NOT_CIVIL: _("A court confirms only what civil courts hear (Fa Shi [2011] 5, art. 4)."),
}
_ORAL: Final = _("Only a written agreement is confirmed by a court (People's Mediation Law, art. 33).")


def why_not_confirmed(form: AgreementForm, category: Category, subject: AgreementSubject) -> str | Promise:
    """Return why no court confirms such an agreement, nothing where one does."""
    if form is not AgreementForm.WRITTEN:
        return _ORAL
    if category is Category.ADMINISTRATIVE:
        return NOT_CONFIRMED[AgreementSubject.NOT_CIVIL]
    return NOT_CONFIRMED.get(subject, "")


def follow_up_days(signed_on: date, agreed_days: Iterable[date]) -> list[tuple[FollowUpOccasion, date]]:
    """Return when the parties are asked: after the agreement, after each agreed day, and after the last of them all.

    >>> [day.isoformat() for _occasion, day in follow_up_days(date(2026, 1, 1), [date(2026, 2, 1)])]
    ['2026-01-08', '2026-02-04', '2026-03-03']
    """
    days = sorted(set(agreed_days))
    first = (FollowUpOccasion.AGREEMENT, signed_on + AFTER_AGREEMENT)
    last = (FollowUpOccasion.FINAL, max([signed_on, *days]) + AFTER_ALL)
    return [first, *((FollowUpOccasion.INSTALMENT, day + AFTER_INSTALMENT) for day in days), last]


def is_given_up(tried_on: Iterable[date]) -> bool:
    """Return whether a party counts as not reached: tried on three different days, in vain.

    >>> is_given_up([date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 2)])
    False
    """
    return len(set(tried_on)) >= TRIES
