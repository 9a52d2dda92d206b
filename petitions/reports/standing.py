"""How a matter stands as a petition, and who decides about it for its unit."""

from datetime import date

from django.utils.translation import gettext as _

from cases.enums import ClockKind, Procedure
from cases.models import Case, Extension
from cases.reports.recusals import unit_leaders
from core.models import User
from petitions.enums import NoticeKind
from petitions.models import Petition


def petition_of(case: Case) -> Petition | None:
    """Return the petition of a case; None for a case of another procedure."""
    return getattr(case, "petition", None) if case.procedure == Procedure.PETITION else None


def leads_unit_of(case: Case, user: User, *, on: date) -> bool:
    """Return whether ``user`` leads, on ``on``, the unit that handles a case."""
    return user.pk in unit_leaders(case, on=on)


def notices_owed(case: Case) -> list[str]:
    """Return what the petitioner is still to be told, by name.

    That is each notice that is neither served nor waived, and each extension that was granted (art. 34).
    """
    owed = [str(NoticeKind(kind).label) for kind in case.petition_notices.owed().values_list("kind", flat=True)]
    if Extension.objects.to_tell().filter(clock__case=case, clock__kind=ClockKind.PET_HANDLE).exists():
        owed.append(_("Notice of the extension"))
    return owed
