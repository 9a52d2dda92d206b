"""Which papers the file of a petition must have, by what was done in its round; what each act owes, its records say."""

from collections.abc import Callable
from typing import Final

from cases.enums import Outcome
from cases.models import Case
from cases.reports import blanks
from cases.reports.papers import Need
from petitions.enums import Action, Kind, State
from petitions.models import Petition
from petitions.reports.papers import records
from petitions.rules.procedure import TRANSITIONS

Rule = Callable[[Petition], Need]
_OPEN: Final = {action: {state for state, other in TRANSITIONS if other is action} for action in Action}


def of_petition(rule: Rule) -> Callable[[Case], Need]:
    """Return a rule about petitions as one about their matters."""

    def need(case: Case) -> Need:
        return rule(case.petition)

    return need


@of_petition
def must(_petition: Petition) -> Need:
    """Every petition is registered, and its file begins with that (art. 19)."""
    return Need.MUST


@of_petition
def may(_petition: Petition) -> Need:
    """Any petition may have the paper."""
    return Need.MAY


def none(_case: Case) -> Need:
    """Only what is on record has the paper."""
    return Need.NONE


@of_petition
def of_handled(petition: Petition) -> Need:
    """Return that the file of what was accepted, or led into a procedure, has a cover."""
    return Need.MUST if petition.accepted_on or records.is_in_procedure(petition.case) else Need.MAY


@of_petition
def of_represented(petition: Petition) -> Need:
    """Return that whoever speaks for a petitioner shows by what right."""
    return Need.MUST if petition.agency else Need.NONE


@of_petition
def of_accepted(petition: Petition) -> Need:
    """Return that of an accepted claim there may be the paper."""
    return Need.MAY if petition.accepted_on else Need.NONE


@of_petition
def of_entered(petition: Petition) -> Need:
    """Return that a claim that was led into a procedure may have the paper."""
    return Need.MAY if records.is_in_procedure(petition.case) else Need.NONE


@of_petition
def of_procedure(petition: Petition) -> Need:
    """Return that what a statutory procedure ended with lies in the file, or was seen, once it ended."""
    result = blanks.result(petition.case)
    if result and result.outcome == Outcome.IN_PROCEDURE and result.is_confirmed is not False:
        return Need.MUST
    return Need.MAY if petition.state == State.IN_PROCEDURE else Need.NONE


@of_petition
def of_settling(petition: Petition) -> Need:
    """Return that what both sides may sign is made ready while a claim can be settled (art. 33)."""
    return _before(petition, Action.SETTLE)


@of_petition
def of_withdrawing(petition: Petition) -> Need:
    """Return that the petitioner may be given the form of a statement while a petition can be withdrawn."""
    return _before(petition, Action.WITHDRAW)


def of_end(outcome: Outcome) -> Callable[[Case], Need]:
    """Return that a paper tells of such an end; it may be made even where nobody can be served."""
    return lambda case: Need.MAY if records.ended_as(case, outcome) else Need.NONE


def may_be_transferred(case: Case) -> bool:
    """Return whether the letter with which an accusation goes under seal may be made."""
    petition = case.petition
    return petition.kind == Kind.ACCUSATION and _before(petition, Action.TRANSFER) is Need.MAY


def _before(petition: Petition, action: Action) -> Need:
    return Need.MAY if petition.state in _OPEN[action] else Need.NONE
