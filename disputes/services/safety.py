"""Somebody's safety comes before an agreement: it is flagged by whoever notices, and cleared by a second person."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind
from cases.models import Case
from cases.reports.holdings import rows_of
from cases.services.events import record
from cases.services.obtain import obtain_case
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User
from core.once import once
from core.separation import require_another
from disputes.enums import RelationGround, SafetyDuty, SafetyKind
from disputes.models import Dispute, HandOff, Relation, SafetyFlag, SafetyMeasure
from disputes.rules.safety import duties_open_to, duties_owed


class JointSessionBlocked(DomainError):
    """The parties must not be brought together in one session."""

    code = "joint_session_blocked"


class DutyOwed(DomainError):
    """Something that the law asks for the protection of a person has not been recorded."""

    code = "duty_owed"


@transaction.atomic
def flag_safety(case_id: int, *, kind: SafetyKind, ground: str, actor: User, now: datetime) -> SafetyFlag:
    """Note that somebody's safety is at stake in a matter. Whoever sees the matter may do so until it is closed.

    Raises DomainError where it is noted already, IllegalTransition for a matter that is closed or no dispute.
    """
    case = _obtain(case_id, "disputes.flag_safety", actor=actor)
    if case.safety_flags.standing().filter(kind=kind).exists():
        raise DomainError(_("This is noted already: %(kind)s."), kind=kind.label)
    flag = SafetyFlag.objects.create(case=case, kind=kind, ground=ground, set_by=actor, set_at=now)
    record(case, EventKind.SAFETY_FLAGGED, actor=actor, now=now, flag=flag.pk)
    return flag


@transaction.atomic
def clear_safety(case_id: int, *, flag_id: int, clearance: str, actor: User, now: datetime) -> SafetyFlag:
    """Clear a flag that has proved unfounded, or whose danger is over, with the reason.

    Raises SeparationOfDuties for the one who set it and for the handler, SafetyFlag.DoesNotExist for one that is
    cleared or of another matter.
    """
    case = _obtain(case_id, "cases.verify_case", actor=actor)
    flag = case.safety_flags.standing().get(pk=flag_id)
    require_another(
        actor,
        than={flag.set_by_id, case.handler_id},
        refusal=_("Whoever set the flag or handles the matter cannot clear it. Ask another one."),
    )
    flag.cleared_by, flag.cleared_at, flag.clearance = actor, now, clearance
    flag.save(update_fields=["cleared_by", "cleared_at", "clearance"])
    record(case, EventKind.SAFETY_CLEARED, actor=actor, now=now, flag=flag.pk)
    return flag


@transaction.atomic
def record_measure(
    case_id: int, *, duty: SafetyDuty, done_on: date, note: str, actor: User, now: datetime
) -> SafetyMeasure:
    """Write down what was done on one day for whoever is in danger.

    Raises DomainError where the flags of the matter do not ask for it, and for a day that cannot be.
    """
    case = _obtain(case_id, "cases.handle_case", actor=actor)
    kinds = flagged_kinds(case)
    if duty not in {*duties_owed(kinds), *duties_open_to(kinds)}:
        raise DomainError(_("No safety flag of the matter asks for this: %(duty)s."), duty=duty.label)
    if not clock.local_day(case.received_at) <= done_on <= clock.local_day(now):
        raise DomainError(_("It was done between the day the matter was received and today."))
    return _measured(case, {"duty": duty, "done_on": done_on, "note": note}, actor=actor, now=now)


def credit_report(report: HandOff, *, actor: User, now: datetime) -> SafetyMeasure | None:
    """Write a report to the police that was just recorded down as done, where a flag of a locked matter asks for it."""
    case, kinds = report.case, flagged_kinds(report.case)
    if SafetyDuty.POLICE_REPORT not in {*duties_owed(kinds), *duties_open_to(kinds)}:
        return None
    note = f"{report.organ_name} {report.letter_number}".strip()
    told = {"duty": SafetyDuty.POLICE_REPORT, "done_on": report.handed_on, "note": note, "hand_off": report}
    return _measured(case, told, actor=actor, now=now)


def _measured(case: Case, told: dict[str, Any], *, actor: User, now: datetime) -> SafetyMeasure:
    measure = SafetyMeasure.objects.create(case=case, **told, recorded_by=actor, recorded_at=now)
    on = measure.done_on.isoformat()
    record(case, EventKind.SAFETY_CARED_FOR, actor=actor, now=now, done_on=on, duty=measure.duty)
    return measure


def flagged_kinds(case: Case) -> list[SafetyKind]:
    """Return whose safety is at stake in a matter now."""
    kinds = rows_of(case, case.safety_flags.standing()).values_list("kind", flat=True)
    return once(("flagged kinds", case.pk), lambda: [SafetyKind(kind) for kind in kinds])


def matters_in_danger(case: Case, *, user: User) -> list[Case]:
    """Return the matters of the same parties in which somebody's safety is at stake, as far as ``user`` sees them."""
    same = Relation.objects.visible_to(user).standing().of(case.pk).filter(ground=RelationGround.SAME_PARTIES)
    others = [row.far_side(case.pk) for row in same.select_related("case", "other")]
    flagged = SafetyFlag.objects.standing().filter(case__in=[other.pk for other in others])
    in_danger = set(flagged.values_list("case", flat=True))
    return [other for other in others if other.pk in in_danger]


def check_joint_session(dispute: Dispute, *, actor: User) -> None:
    """Raise JointSessionBlocked while somebody's safety is at stake: the parties are heard apart.

    Danger does not stop at the number of a matter: it counts too where another one of the same parties, which the actor
    sees, bears a flag.
    """
    kinds = flagged_kinds(dispute.case)
    if not kinds and (others := matters_in_danger(dispute.case, user=actor)):
        raise JointSessionBlocked(
            _(
                "Somebody's safety is at stake in a matter of the same parties: %(numbers)s. The parties are heard"
                " apart in this one as well."
            ),
            numbers="、".join(other.number for other in others),
        )
    if kinds:
        raise JointSessionBlocked(
            _(
                "%(kind)s: the parties are heard apart, not in one session, until a supervisor has cleared the safety"
                " flag."
            ),
            kind="、".join(str(kind.label) for kind in kinds),
        )


def duties_missing(case: Case) -> list[SafetyDuty]:
    """Return what the standing flags ask for and has not been recorded, in the order of the vocabulary."""
    done = set(case.safety_measures.standing().values_list("duty", flat=True))
    return [duty for duty in duties_owed(flagged_kinds(case)) if duty.value not in done]


def check_duties(case: Case) -> None:
    """Raise DutyOwed while a flag is set and something it asks for has not been recorded."""
    if missing := duties_missing(case):
        raise DutyOwed(
            _("Somebody's safety is at stake. Record first what is owed to them: %(duties)s."),
            duties="、".join(str(duty.label) for duty in missing),
        )


def _obtain(case_id: int, permission: str, *, actor: User) -> Case:
    case = obtain_case(case_id, actor=actor, permission=permission)
    if case.closed_at is not None or not Dispute.objects.filter(case=case).exists():
        raise IllegalTransition(_("Only in the mediation of a matter that is not closed."))
    return case
