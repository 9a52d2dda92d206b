"""What stands in the blanks of papers of any procedure, and how: the matter, its parties, days, what is left to a pen.

A paper is a Chinese document, whoever makes it. Nothing here reads who an informant is: they keep the letter.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Final, ParamSpec

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, Retention
from cases.models import Case, Party, Result
from cases.reports.holdings import archived_file, rows_of
from cases.rules.papers import retention_of
from core import clock
from core.once import once
from core.papers.fields import Field, Row, Value
from core.papers.layout import Text

P = ParamSpec("P")

SHORT, WIDE, FULL = "＿" * 3, "＿" * 8, "＿" * 22
GAP: Final = "　" * 4
BY_HAND: Final = "\n" * 5
DATE_LINE: Final = Text("年　　月　　日", align="right")

MATTER: Final = Field("matter", _("Matter"), "楼上漏水赔偿（示例）")
CASE_NUMBER: Final = Field("case_number", _("Case number"), "(2026)枫桥综治字第0001号")
FACTS: Final = Field("facts", _("Brief facts"), "楼上水管破裂，楼下天花板受损。（示例）")
ROLE: Final = Field("role", _("Role"), "申请人")
NAME: Final = Field("name", _("Name"), "张三（示例）")
REACHABLE: Final = Field(
    "parties",
    _("Parties"),
    "",
    columns=(
        ROLE,
        NAME,
        Field("mobile", _("Contact"), "13800000001", is_required=False),
        Field("address", _("Unit or address"), "示例路1号", is_required=False),
    ),
)
_YEARS: Final = {Retention.SHORT: "10年", Retention.LONG: "30年", Retention.PERMANENT: "永久"}


def in_chinese(values: Callable[P, Mapping[str, Value]]) -> Callable[P, Mapping[str, Value]]:
    """Let the words of the choices stand in the paper's language, whatever its reader's is."""

    @wraps(values)
    def chosen(*args: P.args, **kwargs: P.kwargs) -> Mapping[str, Value]:
        with translation.override(settings.LANGUAGE_CODE):
            return values(*args, **kwargs)

    return chosen


def day(value: date | None) -> str:
    """Return a day as papers write it; nothing for none.

    >>> day(date(2026, 9, 1))
    '2026年9月1日'
    """
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def day_of(moment: datetime | None) -> str:
    """Return the day of a moment in China as papers write it; nothing for none."""
    return day(clock.local_day(moment)) if moment else ""


def span(start: datetime, end: datetime) -> str:
    """Return from when until when something lasted, on one day in China.

    >>> from datetime import UTC
    >>> span(datetime(2026, 9, 1, 1, tzinfo=UTC), datetime(2026, 9, 1, 2, 30, tzinfo=UTC))
    '2026年9月1日9时00分至10时30分'
    """
    first, last = start.astimezone(clock.SHANGHAI), end.astimezone(clock.SHANGHAI)
    return f"{day(first.date())}{first.hour}时{first:%M}分至{last.hour}时{last:%M}分"


def tick(*, is_so: bool) -> str:
    """Return the box of a form, ticked or empty."""
    return "☑" if is_so else "□"


def party_name(party: Party) -> str:
    """Return what a party is called on paper: by name, an informant by the letter."""
    return party.pseudonym or party.name


def party_rows(parties: Iterable[Party]) -> list[Row]:
    """Return the parties by role and name."""
    return [{"role": str(party.get_role_display()), "name": party_name(party)} for party in parties]


def reachable_rows(parties: Iterable[Party]) -> list[Row]:
    """Return the parties with where they can be reached, for papers that are of no use without."""
    return [
        {**row, "mobile": party.mobile, "address": party.address}
        for party, row in zip(parties, party_rows(parties), strict=True)
    ]


def party_names(parties: Iterable[Party]) -> str:
    """Return the names of the parties in one line."""
    return "、".join(map(party_name, parties))


def handler(case: Case) -> str:
    """Return who has the matter on the desk; nothing while nobody has."""
    return case.handler.full_name if case.handler else ""


def result(case: Case) -> Result | None:
    """Return the newest result of the present round."""
    rows = rows_of(case, case.results.filter(round=case.round)).order_by("-pk")
    return once(("result of the round", case.pk, case.round), rows.first)


def kept_for(case: Case) -> str:
    """Return how long the file is kept: as its archive has decided, before that as is proposed."""
    archive = archived_file(case)
    return _YEARS[Retention(archive.retention) if archive else retention_of(Category(case.category))]
