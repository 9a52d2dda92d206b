from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from cases.models import Case
from cases.reports.holdings import rows_of
from disputes.enums import SafetyDuty, SafetyKind
from disputes.models import SafetyMeasure
from disputes.rules.safety import SOURCES, duties_open_to, duties_owed


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty on the checklist: by which article, whether it must be done, and what has been done of it."""

    label: str
    source: str | Promise
    is_owed: bool
    done: list[SafetyMeasure]


def safety_panel(case: Case) -> dict[str, Any] | None:
    """Return the safety flags of a matter and the checklist of its duties; None where none was ever set."""
    flags = list(rows_of(case, case.safety_flags.select_related("set_by", "cleared_by")))
    if not flags:
        return None
    done: dict[str, list[SafetyMeasure]] = defaultdict(list)
    for measure in case.safety_measures.standing():
        done[measure.duty].append(measure)
    kinds = [SafetyKind(flag.kind) for flag in flags if flag.cleared_at is None]
    owed, also = duties_owed(kinds), duties_open_to(kinds)
    duties = [
        DutyLine(str(duty.label), SOURCES[duty], duty in owed, done[duty])
        for duty in SafetyDuty
        if duty in owed or duty in also or done[duty]
    ]
    return {"flags": flags, "duties": duties, "is_set": bool(kinds)}
