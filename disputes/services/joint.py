"""Several units mediate one matter together: others are asked, answer for themselves, and are released again.

People's Mediation Law, art. 20: others are brought in with the consent of the parties.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cases.enums import EventKind
from cases.models import Case
from cases.querysets import HANDLE
from cases.services.events import record
from cases.services.obtain import obtain_case
from centers.models import Unit
from core import clock
from core.channels import MessageKind
from core.errors import DomainError, IllegalTransition
from core.links import page_of
from core.models import User
from core.outbox import Message, queue_messages
from disputes.enums import JointAnswer, State
from disputes.models import Dispute, JointUnit
from disputes.reports.joint import people_of, units_to_ask
from disputes.rules.procedure import NAMES_MEDIATORS


@transaction.atomic
def ask_unit(case_id: int, *, unit_id: int, purpose: str, consented_on: date, actor: User, now: datetime) -> JointUnit:
    """Ask another unit to take part in a mediation, to which the parties have consented, and tell its people.

    Raises IllegalTransition where the mediation has not come to it or is over, DomainError for a matter under seal, a
    unit that cannot be asked or is asked already, and for a day of consent outside receipt and today.
    """
    case = obtain_case(case_id, actor=actor, permission=HANDLE)
    _check_goes_on(case)
    if case.is_sealed:
        raise DomainError(gettext_lazy("A matter under seal is told to no other unit."))
    unit = units_to_ask(case).filter(pk=unit_id).first()
    if unit is None:
        raise DomainError(
            gettext_lazy(
                "Choose another unit of the county: this one mediates or is asked already, or has no part in the"
                " matter."
            )
        )
    if not clock.local_day(case.received_at) <= consented_on <= clock.local_day(now):
        raise DomainError(
            gettext_lazy("The parties consented between the day the matter was received and today. Check the day.")
        )
    asked = JointUnit.objects.create(
        case=case,
        round=case.round,
        unit=unit,
        purpose=purpose,
        consented_on=consented_on,
        asked_by=actor,
        asked_at=now,
    )
    record(case, EventKind.UNIT_ASKED, actor=actor, now=now, unit=unit.name)
    _tell_unit(asked, case, unit, now=now)
    return asked


def agree_to_join(row_id: int, *, actor: User, now: datetime) -> JointUnit:
    """Say for a unit that it takes part; from then on its mediators can be asked to sessions.

    Raises what ``decline_to_join`` raises.
    """
    return _answer(row_id, JointAnswer.AGREED, ground="", actor=actor, now=now)


def decline_to_join(row_id: int, *, ground: str, actor: User, now: datetime) -> JointUnit:
    """Say for a unit that it does not take part, with the reason.

    Raises JointUnit.DoesNotExist for whoever does not serve at the unit or has no part in the matter, and
    IllegalTransition where it was answered or released already, or the mediation is over.
    """
    return _answer(row_id, JointAnswer.DECLINED, ground=ground, actor=actor, now=now)


@transaction.atomic
def _answer(row_id: int, answer: JointAnswer, *, ground: str, actor: User, now: datetime) -> JointUnit:
    rows = JointUnit.objects.visible_to(actor).select_for_update(of=("self",)).select_related("case", "unit")
    row = rows.get(pk=row_id)
    if row.answer or row.released_at is not None or row.round != row.case.round:
        raise IllegalTransition(gettext_lazy("This was answered or taken back already."))
    _check_goes_on(row.case)
    row.answer, row.ground, row.answered_by, row.answered_at = answer, ground, actor, now
    row.save(update_fields=["answer", "ground", "answered_by", "answered_at"])
    kind = EventKind.UNIT_AGREED if answer == JointAnswer.AGREED else EventKind.UNIT_DECLINED
    record(row.case, kind, actor=actor, now=now, unit=row.unit.name)
    _tell_handler(row, answer, now=now)
    return row


@transaction.atomic
def release_unit(case_id: int, *, row_id: int, ground: str, actor: User, now: datetime) -> JointUnit:
    """Let a unit go that was asked or takes part, with the reason; its people are told unless the matter is sealed.

    Its mediators are asked to no further session, and have no part in those that begin later
    (``AttendanceQuerySet.with_departure``). Raises JointUnit.DoesNotExist for one that has declined or was released
    already.
    """
    case = obtain_case(case_id, actor=actor, permission=HANDLE)
    row = case.joint_units.standing(round_number=case.round).select_related("unit").get(pk=row_id)
    row.released_at, row.release_ground = now, ground
    row.save(update_fields=["released_at", "release_ground"])
    record(case, EventKind.UNIT_RELEASED, actor=actor, now=now, unit=row.unit.name)
    if not case.is_sealed:
        _tell_released(row, case, now=now)
    return row


def is_joinable(case: Case) -> bool:
    """Return whether a mediation stands where other units can be asked and answer."""
    dispute = Dispute.objects.filter(case=case).first()
    return dispute is not None and case.closed_at is None and State(dispute.state) in NAMES_MEDIATORS


def _check_goes_on(case: Case) -> None:
    if not is_joinable(case):
        raise IllegalTransition(gettext_lazy("Other units take part only while the mediation goes on."))


def _tell_unit(asked: JointUnit, case: Case, unit: Unit, *, now: datetime) -> None:
    with override(settings.LANGUAGE_CODE):
        subject = _("%(number)s: your unit is asked to take part in a mediation") % {"number": case.number}
        body = _("%(center)s asks %(unit)s to take part. Answer on the page of what your unit was asked.")
        text = body % {"center": case.holder.name, "unit": unit.name}
        people = people_of([unit.pk], case, on=clock.local_day(now)).values_list("pk", flat=True)
        _tell(asked, subject, text, dict.fromkeys(people, _("You handle matters at this unit.")), now=now)


def _tell_released(row: JointUnit, case: Case, *, now: datetime) -> None:
    with override(settings.LANGUAGE_CODE):
        subject = _("%(number)s: your unit is released from a mediation") % {"number": case.number}
        body = _("%(center)s has released %(unit)s. Nobody of your unit comes to its sessions any more.")
        text = body % {"center": case.holder.name, "unit": row.unit.name}
        people = people_of([row.unit_id], case, on=clock.local_day(now)).values_list("pk", flat=True)
        _tell(row, subject, text, dict.fromkeys(people, _("You handle matters at this unit.")), now=now)


def _tell_handler(row: JointUnit, answer: JointAnswer, *, now: datetime) -> None:
    if row.case.handler_id is None:
        return
    with override(settings.LANGUAGE_CODE):
        text = _("%(unit)s: %(answer)s.") % {"unit": row.unit.name, "answer": answer.label}
        subject = _("%(number)s: a unit has answered") % {"number": row.case.number}
        _tell(row, subject, text, {row.case.handler_id: _("You handle the matter.")}, now=now)


def _tell(row: JointUnit, subject: str, body: str, people: Mapping[int, str], *, now: datetime) -> None:
    """Queue a message about what was asked; the handler is led to the matter, everybody else to what was asked."""
    is_answer = bool(row.answer) and row.released_at is None
    page = page_of("admin:cases_case_change", row.case_id) if is_answer else _page_of(row)
    step = "released" if row.released_at else row.answer or "asked"
    messages = [
        Message(f"{MessageKind.JOINT}:{row.pk}:{step}", person, subject, body, reason, page, matter_id=row.case_id)
        for person, reason in sorted(people.items())
    ]
    queue_messages(messages, now=now)


def _page_of(row: JointUnit) -> str:
    return page_of("admin:disputes_jointunit_change", row.pk)
