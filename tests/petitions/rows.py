from datetime import datetime

from cases.models import Case
from core import clock
from core.models import User
from petitions.models import Conclusion, Notice, Opinion, Petition, StatutoryProcedure

OF_A_PETITION = (Conclusion, Notice, Opinion, Petition, StatutoryProcedure)


def write_rows_of_a_petition(case: Case, *, by: User, text: str, now: datetime) -> None:
    """Write one row of each kind that a petition can have, with ``text`` in it, as quickly as can be."""
    on, unit = clock.local_day(now), case.unit or by.posts.exclude(unit=None)[0].unit
    Petition.objects.get_or_create(case=case, defaults={"kind": "claim", "agency": "guardian", "authority": text})
    told = {"served_on": on, "method": "in_person", "proof": text, "served_by": by, "served_at": now}
    case.petition_notices.create(round=1, kind="acceptance", owed_since=now, **told)
    parts = dict.fromkeys(("claim", "facts", "opinion", "basis", "review_organ", "remark"), text)
    drafted = {"round": 1, "unit": unit, "outcome": "supported", "drafted_by": by, "drafted_at": now}
    case.opinions.create(**drafted, **parts)
    entered = {
        "round": 1,
        "route": "criminal",
        "basis": text,
        "due_on": on,
        "ended_on": on,
        "entered_by": by,
        "entered_at": now,
    }
    case.statutory_procedures.create(**entered)
    reported = {"round": 1, "outcome": "settled", "summary": text, "reported_by": by, "reported_at": now}
    checked = {"is_confirmed": True, "verified_by": case.registered_by, "verified_at": now}
    result = case.results.create(**reported, **checked)
    case.conclusions.create(result=result, organ=text, basis=text, stated_on=on)
