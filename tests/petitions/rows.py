from datetime import datetime

from cases.models import Case
from core import clock
from core.models import User
from petitions.models import Conclusion, Hearing, Notice, Opinion, Petition, Referral, Review, StatutoryProcedure

OF_A_PETITION = (Conclusion, Hearing, Notice, Opinion, Petition, Referral, Review, StatutoryProcedure)


def write_rows_of_a_petition(case: Case, *, by: User, text: str, now: datetime) -> None:
    """Write one row of each kind that a petition can have, with ``text`` in it, as quickly as can be."""
    on, unit = clock.local_day(now), case.unit or by.posts.exclude(unit=None)[0].unit
    Petition.objects.get_or_create(case=case, defaults={"kind": "claim", "agency": "guardian", "authority": text})
    told = {"served_on": on, "method": "in_person", "proof": text, "served_by": by, "served_at": now}
    case.petition_notices.create(round=1, kind="acceptance", owed_since=now, **told)
    parts = dict.fromkeys(("claim", "facts", "opinion", "basis", "review_organ", "remark"), text)
    drafted = {"round": 1, "unit": unit, "outcome": "supported", "drafted_by": by, "drafted_at": now}
    done = {"execute_by": on, "executed_on": on, "execution": text, "executed_by": by}
    case.opinions.create(**drafted, **parts, **done)
    _write_review(case, by=by, text=text, now=now)
    _write_referral(case, by=by, text=text, now=now)
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


def _write_review(case: Case, *, by: User, text: str, now: datetime) -> None:
    on, of = clock.local_day(now), {"round": 1, "instance": "review"}
    asked = {"organ": text, "from_center": case.holder, "asked_on": on, "request": text, "late_reason": text}
    decided = {"number": text, "outcome": "upheld", "decision": text, "served_on": on, "next_organ": text}
    withdrawn = {"withdrawn_on": on, "statement": text, "ended_at": now}
    case.reviews.create(**of, **asked, **decided, **withdrawn, filed_by=by, filed_at=now)
    said = dict.fromkeys(("place", "chair", "participants", "statements", "findings"), text)
    case.hearings.create(**of, **said, held_on=on, recorded_by=by, recorded_at=now)


def _write_referral(case: Case, *, by: User, text: str, now: datetime) -> None:
    unit = case.unit or by.posts.exclude(unit=None)[0].unit
    passed = {"round": 1, "kind": "forward", "from_center": case.holder, "to_unit": unit, "requirement": text}
    objected = {"reasons": text, "suggested": text, "objected_by": by, "objected_at": now}
    decided = {"is_upheld": True, "decision": text, "decided_by": by, "decided_at": now}
    signed = {"referred_by": by, "referred_at": now, "received_by": by, "received_at": now}
    case.referrals.create(**passed, **signed, **objected, **decided)
