"""The petition office of the sample city: what it was asked in the last weeks, and how far each petition has come."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from cases.enums import Channel, ClockKind, Grade, PartyRole, Procedure, Sensitivity
from cases.models import Case
from cases.services.extend import NewExtension, ask_extension, tell_extension
from cases.services.identities import NewParty
from cases.services.recuse import Target, name_accused
from cases.services.register import NewCase
from centers.enums import Role
from centers.reports import work_calendar
from core import clock
from core.models import User
from core.workdays import WorkCalendar
from demo import petition_stories as stories
from demo.files import complete_file
from demo.petition_stories import Tale, Turn
from demo.world import Office, World
from petitions.enums import (
    Action,
    Kind,
    NotAcceptedReason,
    OpinionOutcome,
    ReferralKind,
    ServiceMethod,
    State,
    StatutoryRoute,
    SuggestionOutcome,
)
from petitions.rules.instances import TO_EXECUTE
from petitions.services.conclude import NewConclusion, conclude_petition
from petitions.services.extend import decide_extension
from petitions.services.notices import NewService, serve_notice
from petitions.services.opinion import NewOpinion, accept_petition, draft_opinion, serve_opinion, sign_opinion
from petitions.services.procedures import enter_procedure
from petitions.services.refer import (
    NewReferral,
    decide_objection,
    object_to_referral,
    receive_referral,
    refer_petition,
)
from petitions.services.register import NewPetition, register_petition
from petitions.services.review import NewRequest, ask_review, draft_review, name_reviewer
from petitions.services.triage import Triage, triage_petition
from petitions.services.verify import confirm_petition

Act = Callable[[datetime], None]
MORNING: Final = timedelta(hours=9)
BETWEEN_TALES: Final = timedelta(minutes=7)
LONGER_DAYS: Final = 15
PROCEDURE_LASTS: Final = timedelta(days=60)
EXECUTION_TAKES: Final = timedelta(days=45)


def lead_petitions(world: World, *, now: datetime) -> Iterator[tuple[datetime, Act]]:
    """Yield what the petition office of the sample town does, and when; what lies in the future is left undone."""
    calendar, today = work_calendar(), clock.local_day(now)
    for number, tale in enumerate(stories.TALES):
        received_on = _workdays_from(calendar, today, -tale.ago)
        led = _Led(world, tale)
        hour = MORNING + number * BETWEEN_TALES
        yield clock.start_of(received_on) + hour, led.register
        for order, (after, turn) in enumerate(tale.turns, start=1):
            day = _workdays_from(calendar, received_on, after)
            yield clock.start_of(day) + hour + timedelta(hours=order), partial(led.take, turn)


def _workdays_from(calendar: WorkCalendar, day: date, count: int) -> date:
    return calendar.add_workdays(day, count) if count else day


class _Led:
    """One petition as the people of the office lead it."""

    def __init__(self, world: World, tale: Tale) -> None:
        self.world, self.tale = world, tale
        self.case_id = 0

    def register(self, moment: datetime) -> None:
        tale, is_accusation = self.tale, self.tale.kind is Kind.ACCUSATION
        parties = [NewParty(PartyRole.APPLICANT, name, "13800000000", "示例路1号") for name in tale.names]
        new = NewCase(
            procedure=Procedure.PETITION,
            category=tale.category,
            channel=tale.channel,
            title=tale.title,
            summary=tale.summary,
            place=self._office.center,
            parties=parties,
            sensitivity=Sensitivity.SEALED if is_accusation else Sensitivity.NORMAL,
            is_anonymous=not parties,
        )
        petition = NewPetition(new, tale.kind, tale.participants, is_oral=tale.channel == Channel.VISIT)
        clerk = self._officer if is_accusation else self._office.people[Role.INTAKE_CLERK]
        case, _code = register_petition(petition, actor=clerk, received_at=moment, now=moment)
        self.case_id = case.pk

    def take(self, turn: Turn, moment: datetime) -> None:
        _TURNS[turn](self, moment)

    @property
    def _office(self) -> Office:
        return self.world.petition_office

    @property
    def _handler(self) -> User:
        return self._office.people[Role.HANDLER]

    @property
    def _leader(self) -> User:
        return self._office.people[Role.UNIT_LEADER]

    @property
    def _officer(self) -> User:
        return self._in_town(Role.CONFIDENTIAL_OFFICER)

    def _in_town(self, role: Role) -> User:
        return self.world.holder(self._office.center.pk, role)

    def _triage(self, moment: datetime) -> None:
        is_accusation = self.tale.kind is Kind.ACCUSATION
        handler = self._officer if is_accusation else self._handler
        triage = Triage(self.tale.kind, self.tale.route, self.tale.category, Grade.GENERAL, handler)
        by = self._officer if is_accusation else self._in_town(Role.TRIAGE_OFFICER)
        triage_petition(self.case_id, triage=triage, actor=by, now=moment)

    def _accept(self, moment: datetime) -> None:
        accept_petition(self.case_id, actor=self._handler, now=moment)

    def _tell(self, moment: datetime) -> None:
        notice = Case.objects.get(pk=self.case_id).petition_notices.owed().latest("pk")
        serve_notice(self.case_id, notice_id=notice.pk, new=_handed_over(moment), actor=self._handler, now=moment)

    def _draft(self, moment: datetime) -> None:
        obliges = self.tale.outcome in TO_EXECUTE
        new = NewOpinion(
            self.tale.outcome,
            claim=stories.CLAIM,
            facts=stories.FACTS,
            opinion=stories.OPINION if obliges else stories.NOT_SUPPORTED,
            basis=stories.BASIS,
            review_organ=stories.REVIEW_ORGAN,
            heard_on=clock.local_day(moment),
            execute_by=clock.local_day(moment) + EXECUTION_TAKES if obliges else None,
        )
        draft_opinion(self.case_id, new=new, actor=self._handler, now=moment)

    def _sign(self, moment: datetime) -> None:
        sign_opinion(self.case_id, remark=stories.SIGNED_REMARK, actor=self._leader, now=moment)

    def _serve(self, moment: datetime) -> None:
        serve_opinion(self.case_id, new=_handed_over(moment), actor=self._handler, now=moment)

    def _confirm(self, moment: datetime) -> None:
        complete_file(Case.objects.get(pk=self.case_id), by=self._handler, moment=moment)
        by = self._in_town(Role.SUPERVISOR)
        confirm_petition(self.case_id, remark=stories.CHECKED, actor=by, now=moment)

    def _ask_longer(self, moment: datetime) -> None:
        limit = Case.objects.get(pk=self.case_id).clocks.get(kind=ClockKind.PET_HANDLE)
        new = NewExtension(limit.pk, LONGER_DAYS, stories.LONGER)
        ask_extension(self.case_id, new=new, actor=self._handler, now=moment)

    def _grant(self, moment: datetime) -> None:
        asked = Case.objects.get(pk=self.case_id).clocks.get(kind=ClockKind.PET_HANDLE).extensions.get()
        decided: dict[str, Any] = {"is_granted": True, "remark": stories.GRANTED, "actor": self._leader}
        decide_extension(self.case_id, extension_id=asked.pk, now=moment, **decided)
        tell_extension(asked.pk, told_on=clock.local_day(moment), actor=self._handler, now=moment)

    def _ends(self, action: Action, new: NewConclusion, *, by: User, moment: datetime) -> None:
        conclude_petition(self.case_id, action=action, new=new, actor=by, now=moment)

    def _reply(self, moment: datetime) -> None:
        new = NewConclusion(stories.REPLY, outcome=SuggestionOutcome.ADOPTED)
        self._ends(Action.REPLY, new, by=self._handler, moment=moment)

    def _guide(self, moment: datetime) -> None:
        new = NewConclusion(stories.GUIDED, route=StatutoryRoute.LABOUR_ARBITRATION, organ=stories.ARBITRATION)
        self._ends(Action.GUIDE_OUT, new, by=self._handler, moment=moment)

    def _decline(self, moment: datetime) -> None:
        said: dict[str, Any] = {"organ": stories.COMPETENT, "basis": stories.NOT_OURS}
        new = NewConclusion(stories.DECLINED, reason=NotAcceptedReason.NOT_COMPETENT, **said)
        self._ends(Action.DECLINE, new, by=self._leader, moment=moment)

    def _settle(self, moment: datetime) -> None:
        new = NewConclusion(stories.SETTLED, basis=stories.SETTLED_BY, stated_on=clock.local_day(moment))
        self._ends(Action.SETTLE, new, by=self._handler, moment=moment)

    def _withdraw(self, moment: datetime) -> None:
        new = NewConclusion(stories.WITHDRAWN, stated_on=clock.local_day(moment))
        self._ends(Action.WITHDRAW, new, by=self._handler, moment=moment)

    def _enter(self, moment: datetime) -> None:
        due_on = clock.local_day(moment) + PROCEDURE_LASTS
        way: dict[str, Any] = {"route": StatutoryRoute.PERFORMANCE_OF_DUTY, "basis": stories.DUTY_BY, "due_on": due_on}
        enter_procedure(self.case_id, actor=self._handler, now=moment, **way)

    def _sort(self, moment: datetime) -> None:
        triage = Triage(self.tale.kind, self.tale.route, self.tale.category, Grade.GENERAL, None)
        triage_petition(self.case_id, triage=triage, actor=self._in_town(Role.TRIAGE_OFFICER), now=moment)

    def _refer(self, moment: datetime) -> None:
        new = NewReferral(ReferralKind.FORWARD, self._competent.unit, stories.REQUIREMENT)
        refer_petition(self.case_id, new=new, actor=self._in_town(Role.TRIAGE_OFFICER), now=moment)

    @property
    def _competent(self) -> Office:
        return self.world.competent_office

    def _object(self, moment: datetime) -> None:
        said = {"reasons": stories.OBJECTION, "suggested": stories.INSTEAD}
        object_to_referral(self.case_id, **said, actor=self._competent.people[Role.UNIT_LEADER], now=moment)

    def _reject(self, moment: datetime) -> None:
        said: dict[str, Any] = {"is_upheld": False, "decision": stories.REJECTED}
        decide_objection(self.case_id, **said, actor=self._in_town(Role.TRIAGE_OFFICER), now=moment)

    def _receive(self, moment: datetime) -> None:
        people = self._competent.people
        receive_referral(self.case_id, handler=people[Role.HANDLER], actor=people[Role.UNIT_LEADER], now=moment)

    def _case(self) -> Case:
        return Case.objects.select_related("holder").get(pk=self.case_id)

    def _above(self, role: Role) -> User:
        """Return who holds an office where the review lies."""
        holder = self._case().holder_id
        people = self.world.review_offices[holder].people
        return people[role] if role in people else self.world.holder(holder, role)

    def _ask_review(self, moment: datetime) -> None:
        new = NewRequest(clock.local_day(moment), stories.ASKED)
        ask_review(self.case_id, new=new, actor=self._office.people[Role.INTAKE_CLERK], now=moment)

    def _name_reviewer(self, moment: datetime) -> None:
        reviewer = self._above(Role.HANDLER)
        name_reviewer(self.case_id, reviewer=reviewer, actor=self._above(Role.SUPERVISOR), now=moment)

    def _draft_review(self, moment: datetime) -> None:
        is_last = self._case().petition.state == State.UNDER_REREVIEW
        new = NewOpinion(
            OpinionOutcome.UPHELD,
            claim=stories.ASKED,
            facts=stories.REVIEW_FACTS,
            opinion=stories.UPHELD,
            basis=stories.BASIS,
            review_organ="" if is_last else stories.REREVIEW_ORGAN,
            heard_on=clock.local_day(moment),
        )
        draft_review(self.case_id, new=new, actor=self._above(Role.HANDLER), now=moment)

    def _sign_review(self, moment: datetime) -> None:
        sign_opinion(self.case_id, remark=stories.SIGNED_REMARK, actor=self._above(Role.UNIT_LEADER), now=moment)

    def _serve_review(self, moment: datetime) -> None:
        serve_opinion(self.case_id, new=_handed_over(moment), actor=self._above(Role.HANDLER), now=moment)

    def _confirm_review(self, moment: datetime) -> None:
        complete_file(self._case(), by=self._above(Role.HANDLER), moment=moment)
        confirm_petition(self.case_id, remark=stories.CHECKED, actor=self._above(Role.SUPERVISOR), now=moment)

    def _name_accused(self, moment: datetime) -> None:
        head = self.world.holder(self.world.villages[0].pk, Role.UNIT_LEADER)
        name_accused(self.case_id, accused=Target(person=head), actor=self._officer, now=moment)


_TURNS: Final[Mapping[Turn, Callable[[_Led, datetime], None]]] = {
    turn: getattr(_Led, f"_{turn.name.lower()}") for turn in Turn
}


def _handed_over(moment: datetime) -> NewService:
    return NewService(clock.local_day(moment), ServiceMethod.IN_PERSON, stories.PROOF)
