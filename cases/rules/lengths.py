"""How the length of a limit reads."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.workdays import Limit, LimitUnit

UNIT_NAMES: Final[Mapping[LimitUnit, Promise]] = {
    LimitUnit.HOURS: _("hours"),
    LimitUnit.WORKING_DAYS: _("working days"),
    LimitUnit.DAYS: _("days"),
    LimitUnit.MONTHS: _("months"),
}


def length_text(limit: Limit) -> str:
    """Return a length in words: three working days, one month."""
    texts = {
        LimitUnit.HOURS: ngettext("%(n)s hour", "%(n)s hours", limit.amount),
        LimitUnit.WORKING_DAYS: ngettext("%(n)s working day", "%(n)s working days", limit.amount),
        LimitUnit.DAYS: ngettext("%(n)s day", "%(n)s days", limit.amount),
        LimitUnit.MONTHS: ngettext("%(n)s month", "%(n)s months", limit.amount),
    }
    return texts[limit.unit] % {"n": limit.amount}
