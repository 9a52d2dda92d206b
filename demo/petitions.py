"""The petition office of the sample town: one petition at every stage that a clerk of such an office meets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cases.enums import Channel, ClockKind, Grade, PartyRole, Procedure, Sensitivity
from cases.models import Case, Extension
from cases.services.extend import NewExtension, ask_extension
from cases.services.identities import NewParty
from cases.services.recuse import Target, name_accused
from cases.services.register import NewCase
from centers.enums import Role
from centers.models import Center
from centers.reports import work_calendar
from core import clock
from core.models import User
from demo import letters
from demo.world import FENGQIAO, World
from petitions.enums import Action, ClaimRoute, Kind, ServiceMethod, StatutoryRoute
from petitions.services.conclude import NewConclusion, conclude_petition
from petitions.services.extend import decide_extension
from petitions.services.notices import NewService, serve_notice
from petitions.services.opinion import accept_petition, draft_opinion, serve_opinion, sign_opinion
from petitions.services.procedures import enter_procedure
from petitions.services.register import NewPetition, register_petition
from petitions.services.triage import Triage, triage_petition
from petitions.services.verify import confirm_petition

OFFICE_OPENS: Final = timedelta(hours=9)
EXTENDED_BY: Final = 30  # days
LASTS: Final = timedelta(days=45)


def seed_petitions(world: World, *, now: datetime) -> None:
    """Let the office of the town have had petitions of every kind and stage; none of them is late today."""
    office = PetitionOffice(world, now=now)
    for letter in letters.CLAIMS_UNTOUCHED:
        office.registers(letter)
    office.sorts(office.registers(letters.TO_ACCEPT))
    for act in (
        _accepted,
        _drafted,
        _signed,
        _served,
        _in_review,
        _extended,
        _suggestions,
        _elsewhere,
        _ended,
        _sealed,
    ):
        act(office)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A petition that was taken down, and the letter it came with."""

    case: Case
    letter: letters.Letter


class PetitionOffice:
    """The people of the office, and what each of them does; a day is told as so many days ago."""

    def __init__(self, world: World, *, now: datetime) -> None:
        self.now = now
        self.clerk, self.handler, self.leader = (
            User.objects.get(username=name) for name in ("petclerk", "pethandler", "petleader")
        )
        self.town = Center.objects.get(code=FENGQIAO)
        self.villages = [village for village in world.villages if village.parent_id == self.town.pk]
        self.triage, self.checker, self.officer = (
            world.holder(self.town.pk, role)
            for role in (Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.CONFIDENTIAL_OFFICER)
        )
        self._acts = 0

    def on(self, days_ago: int) -> datetime:
        """Return a moment of office time that many days ago, later than any that was returned for that day before."""
        day = clock.local_day(self.now) - timedelta(days=days_ago)
        while days_ago and not work_calendar().is_workday(day):
            day -= timedelta(days=1)
        self._acts += 1
        then = clock.start_of(day) + OFFICE_OPENS + self._acts * timedelta(minutes=1)
        return min(then, self.now)

    def registers(self, letter: letters.Letter) -> _Taken:
        sealed = letter.kind is Kind.ACCUSATION
        matter = NewCase(
            procedure=Procedure.PETITION,
            category=letter.category,
            channel=letter.channel,
            title=letter.title,
            summary=letter.summary,
            place=self.villages[0] if sealed else self.town,
            parties=_people(letter.names),
            sensitivity=Sensitivity.SEALED if sealed else Sensitivity.NORMAL,
            is_anonymous=not letter.names,
        )
        new = NewPetition(
            matter, letter.kind, max(letter.participants, len(letter.names)), letter.channel is Channel.PHONE
        )
        then = self.on(letter.days_ago)
        actor = self.officer if sealed else self.clerk
        return _Taken(register_petition(new, actor=actor, received_at=then, now=then)[0], letter)

    def sorts(self, taken: _Taken, route: ClaimRoute | None = ClaimRoute.PETITION) -> _Taken:
        letter = taken.letter
        sealed = letter.kind is Kind.ACCUSATION
        triage = Triage(
            kind=letter.kind,
            route=route if letter.kind is Kind.CLAIM else None,
            category=letter.category,
            grade=Grade.GENERAL,
            handler=self.officer if sealed else self.handler,
        )
        actor = self.officer if sealed else self.triage
        triage_petition(taken.case.pk, triage=triage, actor=actor, now=self.on(max(letter.days_ago - 1, 0)))
        return taken

    def tells(self, taken: _Taken, days_ago: int) -> None:
        """Record the service of the notice that is owed; of whom nobody knows none is."""
        now = self.on(days_ago)
        for notice in taken.case.petition_notices.to_serve():
            serve_notice(taken.case.pk, notice_id=notice.pk, new=_by_hand(now), actor=self.handler, now=now)

    def accepts(self, letter: letters.Letter) -> _Taken:
        """Take a claim down, sort it, accept it and tell the petitioner."""
        taken = self.sorts(self.registers(letter))
        accept_petition(taken.case.pk, actor=self.handler, now=self.on(max(letter.days_ago - 3, 0)))
        self.tells(taken, max(letter.days_ago - 4, 0))
        return taken

    def drafts(self, letter: letters.Letter, days_ago: int) -> _Taken:
        taken, now = self.accepts(letter), self.on(days_ago)
        heard_on = clock.local_day(now) if letter.names else None
        draft_opinion(taken.case.pk, new=letters.opinion(letter, heard_on), actor=self.handler, now=now)
        return taken

    def signs(self, letter: letters.Letter, days_ago: int) -> _Taken:
        taken = self.drafts(letter, days_ago + 2)
        sign_opinion(taken.case.pk, remark=letters.AGREED, actor=self.leader, now=self.on(days_ago))
        return taken

    def serves(self, letter: letters.Letter, days_ago: int) -> _Taken:
        taken, now = self.signs(letter, days_ago + 2), self.on(days_ago)
        serve_opinion(taken.case.pk, new=_by_hand(now), actor=self.handler, now=now)
        return taken

    def checks(self, taken: _Taken, days_ago: int) -> None:
        confirm_petition(taken.case.pk, remark=letters.CHECKED, actor=self.checker, now=self.on(days_ago))

    def ends(self, taken: _Taken, action: Action, days_ago: int, **said: Any) -> _Taken:
        actor = {Action.DECLINE: self.leader, Action.TRANSFER: self.officer}.get(action, self.handler)
        now = self.on(days_ago)
        dated = {"stated_on": clock.local_day(now)} if said.pop("is_dated", False) else {}
        new = NewConclusion(**said, **dated)
        conclude_petition(taken.case.pk, action=action, new=new, actor=actor, now=now)
        return taken


def _people(names: Sequence[str]) -> list[NewParty]:
    return [
        NewParty(PartyRole.APPLICANT, name, f"1370000000{number}", f"示例路{number}号")
        for number, name in enumerate(names, start=1)
    ]


def _by_hand(now: datetime) -> NewService:
    return NewService(clock.local_day(now), ServiceMethod.IN_PERSON, letters.SIGNED_FOR)


def _accepted(office: PetitionOffice) -> None:
    office.accepts(letters.ACCEPTED)
    office.accepts(letters.JOINT)
    office.accepts(letters.ANONYMOUS)


def _drafted(office: PetitionOffice) -> None:
    office.drafts(letters.DRAFTED, 1)


def _signed(office: PetitionOffice) -> None:
    office.signs(letters.SIGNED, 1)


def _served(office: PetitionOffice) -> None:
    office.serves(letters.SERVED, 1)


def _in_review(office: PetitionOffice) -> None:
    office.checks(office.serves(letters.IN_REVIEW, 12), 10)


def _extended(office: PetitionOffice) -> None:
    """One extension was granted and waits to be told, another one waits for the leader."""
    granted = _asks(office, letters.EXTENDED)
    decide_extension(
        granted.clock.case_id,
        extension_id=granted.pk,
        is_granted=True,
        remark=letters.AGREED,
        actor=office.leader,
        now=office.on(1),
    )
    _asks(office, letters.TO_EXTEND)


def _asks(office: PetitionOffice, letter: letters.Letter) -> Extension:
    case = office.accepts(letter).case
    limit = case.clocks.get(kind=ClockKind.PET_HANDLE)
    new = NewExtension(limit.pk, EXTENDED_BY, letters.GROUND_OF_EXTENSION)
    return ask_extension(case.pk, new=new, actor=office.handler, now=office.on(3))


def _suggestions(office: PetitionOffice) -> None:
    office.sorts(office.registers(letters.SUGGESTION_OPEN))
    for letter in (letters.SUGGESTION, letters.SUGGESTION_DONE):
        replied = office.sorts(office.registers(letter))
        office.ends(replied, Action.REPLY, 4, **letters.REPLY)
        office.tells(replied, 3)
    office.checks(replied, 2)


def _elsewhere(office: PetitionOffice) -> None:
    guided = office.sorts(office.registers(letters.GUIDED), ClaimRoute.ARBITRATION)
    office.ends(guided, Action.GUIDE_OUT, 5, **letters.GUIDANCE)
    office.tells(guided, 4)
    entered = office.sorts(office.registers(letters.IN_PROCEDURE), ClaimRoute.DUTY)
    now = office.on(4)
    enter_procedure(
        entered.case.pk,
        route=StatutoryRoute.PERFORMANCE_OF_DUTY,
        basis=letters.BASIS_OF_PROCEDURE,
        due_on=clock.local_day(now) + LASTS,
        actor=office.handler,
        now=now,
    )
    office.tells(entered, 3)


def _ended(office: PetitionOffice) -> None:
    office.ends(office.sorts(office.registers(letters.DECLINED)), Action.DECLINE, 2, **letters.REFUSAL)
    withdrawn = office.accepts(letters.WITHDRAWN)
    office.ends(withdrawn, Action.WITHDRAW, 4, is_dated=True, **letters.WITHDRAWAL)
    settled = office.accepts(letters.SETTLED)
    office.ends(settled, Action.SETTLE, 3, is_dated=True, **letters.SETTLEMENT)
    office.tells(settled, 2)


def _sealed(office: PetitionOffice) -> None:
    """One accusation lies with the confidential officer, one went on; the accused leads a unit of the first village."""
    accused = User.objects.get(username="leader")
    for letter in (letters.SEALED, letters.SEALED_AND_SENT):
        taken = office.registers(letter)
        now = office.on(letter.days_ago)
        name_accused(taken.case.pk, accused=Target(person=accused), actor=office.officer, now=now)
        office.sorts(taken)
    office.ends(taken, Action.TRANSFER, 2, is_dated=True, **letters.TRANSFER)
