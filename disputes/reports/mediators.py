"""Who can mediate a matter, and who cannot and why."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.reports.recusals import Recusals, handlers_of
from core.models import User

HAS_NO_PART: str | Promise = _("has no part in the matter")
IS_A_PARTY: str | Promise = _("bears the name of a party")


def conflict_of(case: Case, person: User) -> str | Promise | None:
    """Return why ``person`` cannot mediate a matter, None where nothing is known against it.

    Whoever was recused, serves at a unit that was, or has declared an interest of their own has no part in it. Where
    somebody only bears the name of a party, another one mediates: nobody has to find out who is who.
    """
    if Recusals.of([case.pk]).exclude_person(case.pk, person.pk):
        return HAS_NO_PART
    names = set(case.parties.values_list("name", flat=True))
    return IS_A_PARTY if person.full_name in names else None


def possible_mediators(case: Case, *, on: date) -> list[User]:
    """Return who can mediate a matter on ``on``: the handlers of the center that holds it, without a conflict."""
    names = set(case.parties.values_list("name", flat=True))
    return [person for person in handlers_of(case, on=on) if person.full_name not in names]
