"""What staff are told of an extension: whoever decides that one was asked for, whoever asked what came of it."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.enums import ClockKind, ExtensionState
from cases.models import Case, Extension
from cases.reports import limit_of
from cases.reports.recusals import Recusals, deciders, unit_leaders
from cases.rules.lengths import length_text
from core import clock
from core.channels import MessageKind
from core.links import page_of
from core.outbox import Message, queue_messages


def tell_deciders(asked: Extension, *, case: Case, now: datetime) -> None:
    """Tell whoever can decide that an extension was asked for; at once, if the limit ends today.

    That of a petition the leaders of the unit that handles it can grant as well.
    """
    today = clock.local_day(now)
    with override(settings.LANGUAGE_CODE):
        subject = _("%(number)s: an extension waits for your decision")
        body = _("%(length)s more are asked for: %(limit)s, last day %(due)s. It can be granted only until then.")
        reason = _("You decide on extensions of this center.")
        but = {asked.asked_by_id, case.handler_id}
        people = dict.fromkeys(deciders(case, on=today, but=but), reason)
        if asked.clock.kind == ClockKind.PET_HANDLE:
            leads = _("You lead the unit that handles the matter.")
            people |= dict.fromkeys(unit_leaders(case, on=today) - but, leads)
        _tell(asked, case, people, (subject, body), is_urgent=asked.clock.due_on <= today, now=now)


def tell_outcome(decided: Extension, *, case: Case, now: datetime) -> None:
    """Tell whoever asked, and whoever handles the matter now, how the request was decided and why."""
    with override(settings.LANGUAGE_CODE):
        if decided.state == ExtensionState.GRANTED:
            subject = _("%(number)s: the extension was granted")
            body = _("%(limit)s: %(length)s more, last day now %(due)s. Reason: %(remark)s")
        else:
            subject = _("%(number)s: the extension was refused")
            body = _("%(limit)s stays as it is, last day %(due)s. Reason: %(remark)s")
        people = {decided.asked_by_id: _("You asked for the extension.")}
        if case.handler_id not in {None, decided.asked_by_id, decided.decided_by_id}:
            people[case.handler_id] = _("You handle the matter.")
        _tell(decided, case, people, (subject, body), is_urgent=False, now=now)


def _tell(
    asked: Extension, case: Case, people: dict[int, str], words: tuple[str, str], *, is_urgent: bool, now: datetime
) -> None:
    names = {
        "number": case.number,
        "limit": ClockKind(asked.clock.kind).label,
        "length": length_text(limit_of(asked)),
        "due": asked.due_on or asked.clock.due_on,
        "remark": asked.remark,
    }
    subject, body = (text % names for text in words)
    recusals = Recusals.of([case.pk])
    key, link = f"{MessageKind.EXTENSION}:{asked.pk}:{asked.state}", page_of("admin:cases_case_change", case.pk)
    queue_messages(
        [
            Message(key, person, subject, body, reason, link, is_urgent, case.pk)
            for person, reason in sorted(people.items())
            if not recusals.exclude_person(case.pk, person)
        ],
        now=now,
    )
