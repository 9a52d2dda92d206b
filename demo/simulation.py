"""Lives through the last weeks of the sample city: people act through the real services, the real sweep runs daily."""

import heapq
import itertools
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from cases.enums import Category, Channel, Grade, PartyRole, Procedure, Sensitivity, Stage
from cases.models import Case, Transfer
from cases.services.assign import assign_case
from cases.services.identities import NewParty
from cases.services.register import NewCase
from centers.enums import Role
from centers.models import Center
from centers.reports import work_calendar
from centers.services.deliver import deliver_messages
from core import clock
from core.models import User
from demo import mediation, stories
from demo.files import archive_file, complete_file
from demo.world import World
from disputes.enums import Action, ConsentForm, EndReason, Route, State
from disputes.models import Dispute, HandOff, Obligation
from disputes.reports import closes_with_check, parties_to_ask
from disputes.services.consent import Said, record_consent
from disputes.services.end import NewEnding, end_dispute
from disputes.services.mediate import accept_dispute, start_mediation
from disputes.services.register import register_dispute
from disputes.services.triage import triage_dispute
from disputes.services.verify import confirm_dispute, return_dispute
from grids.models import Grid
from supervision.models import SupervisionNotice
from supervision.services.answer import close_notice, reply_to_notice, sign_for_notice
from supervision.services.sweep import sweep

DAYS_BACK: Final = 40
OFFICE_HOURS: Final = (9, 17)
CONFIDENTIAL_ONE_IN: Final = 12
BETWEEN_LETTERS: Final = 12  # days


def _handler(case_id: int) -> User | None:
    return Case.objects.select_related("handler").get(pk=case_id).handler


@dataclass(frozen=True, slots=True)
class Fate:
    """How one matter will go: how long until it is triaged and worked on, in hours, and how it ends."""

    triage_hours: float
    work_hours: float | None
    fails: bool
    is_returned: bool
    grade: Grade


class Simulation:
    """A queue of acts in the order of time; each act may queue the next one."""

    def __init__(self, world: World, grids: list[Grid], *, now: datetime, seed: int = 2026) -> None:
        self.world = world
        self.now = now
        self.rng = random.Random(seed)
        self.calendar = work_calendar()
        self._letters = list(stories.LETTERS)
        self.grids = {
            village.pk: [grid for grid in grids if grid.village_id == village.pk] for village in world.villages
        }
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = itertools.count()
        self._picked_up: set[int] = set()
        self._noticed: set[int] = set()

    def also(self, acts: Iterable[tuple[datetime, Callable[[datetime], None]]]) -> None:
        """Let what others do happen at its time among all the rest."""
        for moment, act in acts:
            self._at(moment, act)

    def live(self, matters: int) -> None:
        """Register ``matters`` over the last weeks and let everything happen that would have happened since."""
        first = clock.local_day(self.now) - timedelta(days=DAYS_BACK)
        days = [first + timedelta(days=offset) for offset in range(DAYS_BACK + 1)]
        workdays = [day for day in days if self.calendar.is_workday(day)]
        for index in range(matters):
            village = self.world.villages[min(int(self.rng.expovariate(0.12)), len(self.world.villages) - 1)]
            self._at(self._moment_on(workdays[index * len(workdays) // matters]), self._registers(village.pk))
        for day in days:
            self._at(clock.start_of(day) + timedelta(minutes=1), self._sweeps)
            self._at(clock.duty_start_of(day) + timedelta(minutes=1), self._sweeps)
        while self._queue and self._queue[0][0] <= self.now:
            moment, _, act = heapq.heappop(self._queue)
            act(moment)
        self._sweeps(self.now)

    def _at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self._queue, (moment, next(self._order), act))

    def _moment_on(self, day: date) -> datetime:
        return clock.start_of(day) + timedelta(hours=self.rng.uniform(*OFFICE_HOURS))

    def _later(self, moment: datetime, hours: float) -> datetime:
        """Return a moment of office time about ``hours`` after ``moment``."""
        then = moment + timedelta(hours=hours * self.rng.uniform(0.7, 1.3))
        local = then.astimezone(clock.SHANGHAI)
        in_office = OFFICE_HOURS[0] <= local.hour < OFFICE_HOURS[1] and self.calendar.is_workday(local.date())
        return then if in_office else self._moment_on(self.calendar.add_workdays(local.date(), 1))

    def _fate(self) -> Fate:
        pace = self.rng.random()
        work_hours = None if pace > 0.93 else self.rng.uniform(150, 420) if pace > 0.80 else self.rng.uniform(4, 26)
        return Fate(
            triage_hours=self.rng.choice([1, 2, 3, 5, 16] if self.rng.random() > 0.06 else [60, 110]),
            work_hours=work_hours,
            fails=self.rng.random() > 0.9,
            is_returned=self.rng.random() > 0.92,
            grade=self.rng.choices(list(Grade), [85, 12, 3])[0],
        )

    def _registers(self, village_id: int) -> Callable[[datetime], None]:
        def act(moment: datetime) -> None:
            category, title, summary = self.rng.choice(stories.STORIES)
            number = self.rng.randrange(10_000)
            new = NewCase(
                procedure=Procedure.DISPUTE,
                category=category,
                channel=self.rng.choice(list(Channel)),
                title=title,
                summary=summary,
                place=self.world.offices[village_id].center,
                grid=self.rng.choice(self.grids[village_id] or [None]),
                parties=[
                    NewParty(PartyRole.APPLICANT, "样本甲", f"1380000{number:04d}", "示例路1号"),
                    NewParty(PartyRole.RESPONDENT, "样本乙", f"1390000{number:04d}", "示例路2号"),
                ],
                sensitivity=Sensitivity.NORMAL if number % CONFIDENTIAL_ONE_IN else Sensitivity.CONFIDENTIAL,
            )
            case, _code = register_dispute(
                new, actor=self.world.holder(village_id, Role.INTAKE_CLERK), received_at=moment, now=moment
            )
            if new.channel == Channel.REFERRED and moment > self._next_letter_at():
                clerk = self.world.holder(village_id, Role.INTAKE_CLERK)
                mediation.entrust(case, letter=self._letters.pop(), clerk=clerk, moment=moment)
            fate = self._fate()
            self._at(self._later(moment, fate.triage_hours), self._triages(case.pk, fate))

        return act

    def _next_letter_at(self) -> datetime:
        """Return from when on the next letter comes, the last so late that its matter is still open at the end."""
        days = BETWEEN_LETTERS * (len(self._letters) - 1) + 2 if self._letters else 0
        return self.now - timedelta(days=days)

    def _triages(self, case_id: int, fate: Fate) -> Callable[[datetime], None]:
        def act(moment: datetime) -> None:
            case = Case.objects.get(pk=case_id)
            grade = fate.grade
            is_sent_up = grade == Grade.CRITICAL and case.holder_id == case.village_id
            triage_dispute(
                case_id,
                grade=grade,
                category=Category(case.category),
                handler=None if is_sent_up else self.world.holder(case.holder_id, Role.MEDIATOR),
                actor=self.world.holder(case.holder_id, Role.TRIAGE_OFFICER),
                now=moment,
            )
            if is_sent_up:
                self._at(self._later(moment, 4), self._takes_over(case_id))
            if fate.work_hours is not None:
                self._at(self._later(moment, max(6.0, fate.work_hours * 0.3)), self._accepts(case_id, fate))

        return act

    def _takes_over(self, case_id: int) -> Callable[[datetime], None]:
        def act(moment: datetime) -> None:
            case = Case.objects.get(pk=case_id)
            if case.stage in {Stage.TRIAGED, Stage.HANDLING}:
                assign_case(
                    case_id,
                    handler=self.world.holder(case.holder_id, Role.MEDIATOR),
                    actor=self.world.holder(case.holder_id, Role.TRIAGE_OFFICER),
                    now=moment,
                )

        return act

    def _accepts(self, case_id: int, fate: Fate) -> Callable[[datetime], None]:
        def act(moment: datetime) -> None:
            handler = _handler(case_id)
            if handler is None:
                self._at(self._later(moment, 12), act)
                return
            today = clock.local_day(moment)
            accept_dispute(case_id, said=Said(today, ConsentForm.ORAL), actor=handler, now=moment)
            start_mediation(case_id, rights_told_on=today, actor=handler, now=moment + timedelta(minutes=20))
            self._at(self._later(moment, (fate.work_hours or 12) * 0.7), self._ends(case_id, fate))

        return act

    def _ends(self, case_id: int, fate: Fate) -> Callable[[datetime], None]:
        def act(moment: datetime) -> None:
            handler = _handler(case_id)
            if handler is None:
                return
            if fate.fails:
                new = NewEnding(EndReason.IMPOSSIBLE, stories.FAILED, list(Route), clock.local_day(moment))
                end_dispute(case_id, action=Action.TERMINATE, new=new, actor=handler, now=moment)
            else:
                self._asks_again(case_id, handler, moment)
                case, content = Case.objects.get(pk=case_id), self.rng.choice(stories.CONTENTS)
                mediation.meet(case, mediator=handler, content=content, moment=moment)
                mediation.agree(case, mediator=handler, content=content, moment=moment)
            case = Case.objects.get(pk=case_id)
            mediation.tell_organs(case, mediator=handler, moment=moment)
            if fate.fails and not HandOff.objects.outgoing().exists():
                mediation.hand_to_court(case, mediator=handler, moment=moment)
            self._at(self._later(moment, 20), self._is_checked(case_id, fate))

        return act

    def _asks_again(self, case_id: int, handler: User, moment: datetime) -> None:
        """Let the parties consent to the committee that has taken the matter over since they were asked."""
        said = Said(clock.local_day(moment), ConsentForm.ORAL)
        for party in parties_to_ask(Case.objects.get(pk=case_id)):
            record_consent(case_id, party_id=party.pk, said=said, actor=handler, now=moment)

    def _is_checked(self, case_id: int, fate: Fate) -> Callable[[datetime], None]:
        def act(moment: datetime) -> None:
            case = Case.objects.get(pk=case_id)
            checker = self._supervisor_over(case.holder, case)
            is_first = not case.results.filter(is_confirmed=False).exists()
            if fate.is_returned and is_first and not fate.fails:
                return_dispute(case_id, remark=stories.INCOMPLETE, actor=checker, now=moment)
                self._at(self._later(moment, 10), self._ends(case_id, fate))
            else:
                if closes_with_check(case):
                    complete_file(case, by=case.handler or checker, moment=moment)
                case = confirm_dispute(case_id, remark=stories.CHECKED, actor=checker, now=moment)
                archive_file(case, by=checker, moment=moment)
                if case.closed_at is None:
                    self._awaits_instalments(case_id, fate)

        return act

    def _awaits_instalments(self, case_id: int, fate: Fate) -> None:
        """Let each instalment be paid on its day, or some days late."""
        for obligation in Obligation.objects.of_newest_agreement(case_id).open():
            late = self.rng.choice([0, 0, 0, 4])
            moment = self._moment_on(obligation.due_on + timedelta(days=late))
            self._at(moment, self._pays(case_id, obligation.pk, fate))

    def _pays(self, case_id: int, obligation_id: int, fate: Fate) -> Callable[[datetime], None]:
        def act(moment: datetime) -> None:
            handler = _handler(case_id)
            if handler is not None and mediation.perform(obligation_id, mediator=handler, moment=moment):
                self._at(self._later(moment, 20), self._is_checked(case_id, fate))

        return act

    def _supervisor_over(self, center: Center, case: Case) -> User:
        """Return who supervises ``center``: villages have no supervisor of their own, their town has."""
        return self.world.holder(case.town_id if center.pk == case.village_id else center.pk, Role.SUPERVISOR)

    def _sweeps(self, moment: datetime) -> None:
        sweep(now=moment)
        while deliver_messages(now=moment):
            pass
        climbed = Transfer.objects.waiting().filter(reason="escalation", case__procedure=Procedure.DISPUTE)
        for move in climbed.exclude(pk__in=self._picked_up):
            self._picked_up.add(move.pk)
            if self.rng.random() > 0.25:
                self._at(self._later(moment, self.rng.uniform(8, 60)), self._picks_up(move.pk))
        for notice in SupervisionNotice.objects.filter(state="issued").exclude(pk__in=self._noticed):
            self._noticed.add(notice.pk)
            if self.rng.random() > 0.4:
                self._at(self._later(moment, self.rng.uniform(3, 90)), self._answers(notice.pk))

    def _picks_up(self, move_id: int) -> Callable[[datetime], None]:
        def act(moment: datetime) -> None:
            move = Transfer.objects.get(pk=move_id)
            is_waiting = move.signed_at is None and move.superseded_at is None
            if is_waiting and Dispute.objects.get(case=move.case_id).state != State.REGISTERED:
                self._takes_over(move.case_id)(moment)

        return act

    def _answers(self, notice_id: int) -> Callable[[datetime], None]:
        def act(moment: datetime) -> None:
            notice = SupervisionNotice.objects.select_related("case", "center", "issuer").get(pk=notice_id)
            people = self.world.offices[notice.center_id].people
            if Role.UNIT_LEADER not in people:
                return
            sign_for_notice(notice_id, actor=people[Role.UNIT_LEADER], now=moment)
            reply_to_notice(
                notice_id, reply=stories.ANSWER, actor=people[Role.UNIT_LEADER], now=moment + timedelta(hours=1)
            )
            if self.rng.random() > 0.5:
                checker = self._supervisor_over(notice.issuer, notice.case)
                close_notice(notice_id, verdict=stories.VERDICT, actor=checker, now=moment + timedelta(hours=3))

        return act
