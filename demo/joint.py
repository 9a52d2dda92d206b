"""Units of the sample city that were asked to take part in a mediation: one agreed, one declined."""

from datetime import datetime
from typing import Final

from cases.models import Case
from cases.reports.recusals import handlers_of
from core import clock
from disputes.enums import State
from disputes.reports.joint import people_of, units_to_ask
from disputes.services.joint import agree_to_join, ask_unit, decline_to_join

PURPOSE: Final = "请协助核实现场情况，并派员参加调解。（样本）"
GROUND: Final = "近期人员外出培训，无法派员参加。（样本）"


def ask_units(*, now: datetime) -> None:
    """Ask one unit into each of two mediations, the newest that still lie with their mediator."""
    today = clock.local_day(now)
    mediating = Case.objects.open().filter(dispute__state=State.MEDIATING, handler__isnull=False)
    cases = [case for case in mediating.select_related("handler") if case.handler in handlers_of(case, on=today)]
    for case, is_willing in zip(cases[:2], (True, False), strict=False):
        _ask(case, is_willing=is_willing, now=now)


def _ask(case: Case, *, is_willing: bool, now: datetime) -> None:
    today = clock.local_day(now)
    handler = case.handler
    for unit in units_to_ask(case):
        person = people_of([unit.pk], case, on=today).first()
        if handler is None or person is None or person == handler:
            continue
        row = ask_unit(case.pk, unit_id=unit.pk, purpose=PURPOSE, consented_on=today, actor=handler, now=now)
        if is_willing:
            agree_to_join(row.pk, actor=person, now=now)
        else:
            decline_to_join(row.pk, ground=GROUND, actor=person, now=now)
        return
