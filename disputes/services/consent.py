"""Consent: mediation begins and goes on only with the yes of every party (People's Mediation Law, arts. 3, 17, 23)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind
from cases.models import Case, Party
from cases.services.events import record
from core import clock
from core.errors import DomainError
from core.models import User
from disputes.enums import Action, ConsentForm
from disputes.models import Consent
from disputes.reports import mediating_center, parties_to_ask
from disputes.services.obtain import obtain_dispute


@dataclass(frozen=True, slots=True)
class Said:
    """What parties said to mediation: on which day, and how."""

    on: date
    form: ConsentForm


@transaction.atomic
def ask_consent(case_id: int, *, actor: User, now: datetime) -> Case:
    """Note that the other parties have been asked, where one party alone applied or the committee itself began.

    Raises DomainError when every party has consented already.
    """
    dispute, case, state = obtain_dispute(case_id, Action.ASK_CONSENT, actor=actor)
    if not parties_to_ask(case):
        raise DomainError(_("Every party has consented already. Accept the matter."))
    dispute.state = state
    dispute.save(update_fields=["state"])
    record(case, EventKind.CONSENT_ASKED, actor=actor, now=now)
    return case


@transaction.atomic
def record_consent(case_id: int, *, party_id: int, said: Said, actor: User, now: datetime) -> Consent:
    """Take down that one party consents to mediation by the committee that has the matter.

    Raises Party.DoesNotExist for somebody who is no party, DomainError for one who has consented already, and for a
    day in the future or before the matter was received.
    """
    _dispute, case, _state = obtain_dispute(case_id, Action.CONSENT, actor=actor)
    party = case.parties.get(pk=party_id)
    if party not in parties_to_ask(case):
        raise DomainError(_("This party has consented already."))
    (consent,) = write_said(case, parties=[party], said=said, is_given=True, actor=actor, now=now)
    record(case, EventKind.CONSENTED, actor=actor, now=now, said_on=said.on.isoformat())
    return consent


def write_said(
    case: Case, *, parties: list[Party], said: Said, is_given: bool, actor: User, now: datetime
) -> list[Consent]:
    """Write down what ``parties`` of a locked case said. Raises DomainError for a day that cannot be."""
    if not clock.local_day(case.received_at) <= said.on <= clock.local_day(now):
        raise DomainError(_("What the parties said lies between the day the matter was received and today."))
    center = mediating_center(case)
    told = {"case": case, "round": case.round, "center": center, "is_given": is_given}
    told |= {"said_on": said.on, "form": said.form, "recorded_by": actor, "recorded_at": now}
    return Consent.objects.bulk_create([Consent(party=party, **told) for party in parties])


def check_consents(case: Case) -> None:
    """Raise DomainError while a party has not consented to mediation by the committee that has the matter."""
    if parties_to_ask(case):
        raise DomainError(
            _(
                "Not every party has consented to mediation by %(center)s. Record the consent of each, "
                "or end the mediation."
            ),
            center=mediating_center(case).name,
        )
