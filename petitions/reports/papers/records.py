"""What one round of a petition owes papers about: what was told and served, what was decided, and how it ended."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from cases.enums import ClockKind, ExtensionState, Outcome
from cases.models import Case, Extension
from cases.reports import blanks
from cases.reports.papers import Need, Record, Records
from core import clock
from core.once import once
from core.papers.fields import Value
from petitions.enums import Instance, NoticeKind
from petitions.models import Conclusion, Notice, Opinion, Referral, Review

Say = Callable[[Case, Any], Mapping[str, Value]]


def notices(case: Case, number: int) -> Sequence[Notice]:
    """Return the notices of a round that were not waived, the oldest first."""
    rows = case.petition_notices.filter(round=number, waived_at=None).order_by("pk")
    return once(("notices", case.pk, number), lambda: list(rows))


def conclusions(case: Case, number: int) -> Sequence[Conclusion]:
    """Return how a round ended without an opinion, the oldest first, with what the check sent back."""
    rows = case.conclusions.filter(result__round=number).select_related("result").order_by("pk")
    return once(("conclusions", case.pk, number), lambda: list(rows))


def opinions(case: Case, number: int) -> Sequence[Opinion]:
    """Return the opinions of a round, drafts that were not sent back included, the newest first."""
    rows = case.opinions.filter(round=number, sent_back_at=None).select_related("unit").order_by("-pk")
    return once(("opinions", case.pk, number), lambda: list(rows))


def reviews(case: Case, number: int) -> Sequence[Review]:
    """Return what was asked of higher organs in a round, the oldest first."""
    rows = case.reviews.filter(round=number).select_related("from_unit", "from_center").order_by("pk")
    return once(("asked for", case.pk, number), lambda: list(rows))


def referrals(case: Case, number: int) -> Sequence[Referral]:
    """Return to which units a petition was passed in a round, the first one first."""
    rows = case.referrals.filter(round=number).select_related("to_unit").order_by("pk")
    return once(("referred", case.pk, number), lambda: list(rows))


def of_instance(case: Case, number: int, instance: Instance) -> list[Opinion]:
    """Return the opinions of one instance in a round, the newest first."""
    return [row for row in opinions(case, number) if row.instance == instance]


def is_in_procedure(case: Case) -> bool:
    """Return whether the present round of a claim was led into a statutory procedure."""
    entered = case.statutory_procedures.filter(round=case.round)
    return once(("entered", case.pk, case.round), entered.exists)


def extensions(case: Case, number: int) -> Sequence[Extension]:
    """Return by what the limit of a round was extended, the first one first."""
    granted = Extension.objects.filter(clock__case=case, clock__round=number, clock__kind=ClockKind.PET_HANDLE)
    rows = granted.filter(state=ExtensionState.GRANTED).select_related("decided_by").order_by("decided_at", "pk")
    return once(("extensions", case.pk, number), lambda: list(rows))


def ended_as(case: Case, outcome: Outcome) -> Conclusion | None:
    """Return how the present round ended, if it ended so and the check did not send it back."""
    standing = [row for row in conclusions(case, case.round) if row.result.is_confirmed is not False]
    return next((row for row in reversed(standing) if row.result.outcome == outcome), None)


def of_notice(kind: NoticeKind, say: Say) -> Records:
    """Return that each notice of a kind owes a paper, by the day since which it is owed."""

    def of(case: Case, number: int) -> list[Record]:
        owed = [row for row in notices(case, number) if row.kind == kind]
        return [Record(str(row.pk), f"{clock.local_day(row.owed_since):%Y-%m-%d}") for row in owed]

    def values(case: Case, _today: date, record: Record) -> Mapping[str, Value]:
        return blanks.in_chinese(say)(case, case.petition_notices.get(pk=record.key))

    return Records(of, values)


def of_end(outcome: Outcome, say: Say) -> Records:
    """Return that the last such end of a round, unless the check sent it back, owes a paper, by its day."""

    def of(case: Case, number: int) -> list[Record]:
        standing = [row for row in conclusions(case, number) if row.result.is_confirmed is not False]
        ends = [row for row in standing if row.result.outcome == outcome][-1:]
        return [Record(str(row.pk), f"{clock.local_day(row.result.reported_at):%Y-%m-%d}") for row in ends]

    def values(case: Case, _today: date, record: Record) -> Mapping[str, Value]:
        return blanks.in_chinese(say)(case, case.conclusions.select_related("result").get(pk=record.key))

    return Records(of, values)


def behind(case: Case, notice: Notice | None) -> Conclusion | None:
    """Return the end of which a notice tells; without a notice, because none could be served, the newest there is."""
    rows = conclusions(case, notice.round if notice else case.round)
    if notice is None:
        return rows[-1] if rows else None
    return next((row for row in rows if row.result.reported_at == notice.owed_since), None)


def hearings(case: Case, number: int) -> list[Record]:
    """Return the days on which the petitioner was heard: each owes its record once an opinion was signed upon it."""
    handling = of_instance(case, number, Instance.HANDLING)
    signed = {row.heard_on for row in handling if row.signed_at}
    days = sorted({row.heard_on for row in handling if row.heard_on})
    return [Record(f"{day}", f"{day}", Need.MUST if day in signed else Need.MAY) for day in days]
