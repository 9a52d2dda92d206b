"""Which papers the file of a mediation must have, by how far the mediation has come and how it ended."""

from collections.abc import Callable
from typing import Final

from cases.enums import Channel
from cases.models import Case
from cases.reports import blanks
from cases.reports.papers import Need
from disputes.enums import AgreementForm, State
from disputes.models import Dispute
from disputes.reports.papers import rounds
from disputes.rules.hand_offs import ENTRUSTED

REACHED: Final = frozenset({State.AGREED, State.PERFORMING, State.PERFORMED, State.BREACHED})
ENDED: Final = frozenset(
    {
        State.PERFORMED,
        State.BREACHED,
        State.TERMINATED,
        State.REFUSED,
        State.NOT_ACCEPTED,
        State.GUIDED_OUT,
        State.WITHDRAWN,
    }
)
APPLIED_IN_PERSON: Final = frozenset({Channel.CENTER_WINDOW, Channel.ONLINE})
Rule = Callable[[Dispute], Need]


def of_mediation(rule: Rule) -> Callable[[Case], Need]:
    """Return a rule about mediations as one about their matters."""

    def need(case: Case) -> Need:
        return rule(case.dispute)

    return need


@of_mediation
def may(_dispute: Dispute) -> Need:
    """Any mediation may have the paper."""
    return Need.MAY


@of_mediation
def of_accepted(dispute: Dispute) -> Need:
    """Return that the file, which is opened with the acceptance, must have the paper."""
    return Need.MUST if dispute.accepted_on else Need.MAY


@of_mediation
def of_begun(dispute: Dispute) -> Need:
    """Return that there must be the paper once mediation has begun; accepted, it may be made ready."""
    if dispute.rights_told_on:
        return Need.MUST
    return Need.MAY if dispute.accepted_on else Need.NONE


@of_mediation
def of_talks(dispute: Dispute) -> Need:
    """Return that what was talked about is on record, unless the applicant withdrew, perhaps before the first word."""
    if not dispute.rights_told_on:
        return Need.NONE
    return Need.MAY if _end(dispute) == State.WITHDRAWN else Need.MUST


@of_mediation
def of_application(dispute: Dispute) -> Need:
    """Return that a matter brought in person is accepted upon an application; any other has none."""
    if dispute.case.channel not in APPLIED_IN_PERSON:
        return Need.NONE
    return Need.MUST if dispute.accepted_on else Need.MAY


@of_mediation
def of_intake(dispute: Dispute) -> Need:
    """Return that there must be the form of the intake where there is no application (art. 17 lets it be oral)."""
    return Need.MAY if dispute.accepted_on and dispute.case.channel in APPLIED_IN_PERSON else Need.MUST


@of_mediation
def of_entrusted(dispute: Dispute) -> Need:
    """Return that a matter which another organ passed on may come with its letter."""
    return Need.MAY if dispute.source in ENTRUSTED or dispute.case.channel == Channel.REFERRED else Need.NONE


@of_mediation
def of_agreement(dispute: Dispute) -> Need:
    """Return that there may be what follows an agreement."""
    return Need.MAY if _end(dispute) in REACHED else Need.NONE


@of_mediation
def of_written(dispute: Dispute) -> Need:
    """Return that there must be the agreement, if the parties made it in writing."""
    return _agreed_as(dispute, AgreementForm.WRITTEN)


@of_mediation
def of_oral(dispute: Dispute) -> Need:
    """Return that there must be what the mediator took down, if the parties agreed by word of mouth (art. 28)."""
    return _agreed_as(dispute, AgreementForm.ORAL)


@of_mediation
def of_terminated(dispute: Dispute) -> Need:
    """Return that the parties must have it in writing that a mediation ended without agreement (art. 26)."""
    return Need.MUST if _end(dispute) == State.TERMINATED else Need.NONE


@of_mediation
def of_ended(dispute: Dispute) -> Need:
    """Return that there may be a report once the matter has an end."""
    return Need.MAY if dispute.state == State.CLOSED or dispute.state in ENDED else Need.NONE


def _agreed_as(dispute: Dispute, form: AgreementForm) -> Need:
    if _end(dispute) not in REACHED:
        return Need.NONE
    newest = next(iter(rounds.agreements(dispute.case, dispute.case.round)), None)
    return Need.MUST if newest is not None and newest.form == form else Need.NONE


def _end(dispute: Dispute) -> State:
    """Return where the mediation stands, or stood before it was closed, which its last result says."""
    state = State(dispute.state)
    if state is not State.CLOSED:
        return state
    result = blanks.result(dispute.case)
    return State(result.outcome if result else state)
