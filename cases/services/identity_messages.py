"""What staff are told of requests that take a second person: numbers of matters, never what stands in them."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.enums import DecisionState
from cases.models import Case, IdentityReveal, SensitivityChange
from cases.reports.recusals import Recusals
from core.channels import MessageKind
from core.outbox import Message, queue_messages


def tell_custodians(asked: IdentityReveal, *, people: Iterable[int], now: datetime) -> None:
    """Tell whoever can decide that somebody asks who brought a matter."""
    with override(settings.LANGUAGE_CODE):
        subject = _("%(number)s: a request to be shown the informant waits for your decision")
        body = _("Read the reason on the page of the matter, and decide there. Without a decision it lapses in a day.")
        _tell(asked.case, f"{asked.pk}:asked", people, subject, body, reason=_custodian(), now=now)


def tell_asker(decided: IdentityReveal, *, now: datetime) -> None:
    """Tell whoever asked what was decided."""
    with override(settings.LANGUAGE_CODE):
        if decided.state == DecisionState.APPROVED:
            subject = _("%(number)s: you may be shown the informant")
            body = _("Open the page of the matter within half an hour. Every showing goes on record.")
        else:
            subject = _("%(number)s: the informant is not shown")
            body = _("The reason stands on the page of the matter.")
        key, reason = f"{decided.pk}:{decided.state}", _("You asked to be shown the informant.")
        _tell(decided.case, key, [decided.asked_by_id], subject, body, reason=reason, now=now)


def tell_of_proposal(proposed: SensitivityChange, *, people: Iterable[int], now: datetime) -> None:
    """Tell whoever can confirm that a matter is to be kept less closely."""
    with override(settings.LANGUAGE_CODE):
        subject = _("%(number)s: a lower sensitivity waits for a second person")
        body = _("Read the reason on the page of the matter, and decide there. Without a decision it lapses in a day.")
        _tell(proposed.case, f"lower:{proposed.pk}", people, subject, body, reason=_custodian(), now=now)


def _custodian() -> str:
    return _("You decide who is shown an informant at this place.")


def _tell(
    case: Case, occasion: str, people: Iterable[int], subject: str, body: str, *, reason: str, now: datetime
) -> None:
    recusals = Recusals.of([case.pk])
    key, link = f"{MessageKind.IDENTITY}:{occasion}", reverse("admin:cases_case_change", args=[case.pk])
    title = subject % {"number": case.number}
    queue_messages(
        [
            Message(key, person, title, body, reason, link, urgent=True, matter_id=case.pk)
            for person in sorted(people)
            if not recusals.exclude_person(case.pk, person)
        ],
        now=now,
    )
