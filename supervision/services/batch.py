"""What one batch of the sweep knows: the steps it claimed, read together with everything their effects need."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.urls import reverse

from cases.enums import EventKind
from cases.models import Case, Clock, ClockStep, Event, Recusal
from cases.reports import RuleBook
from centers.enums import Role
from centers.models import Post
from centers.reports import Calendars, people_on_duty
from core import clock
from core.jobs import system_account
from core.models import User
from core.outbox import Message

WATCHERS = (Role.UNIT_LEADER, Role.SUPERVISOR, Role.TRIAGE_OFFICER, Role.CENTER_DIRECTOR)
LOOK_BACK = timedelta(days=400)


@dataclass
class Batch:
    """Steps claimed together, and the events and messages they cause, written at the end in one go."""

    steps: list[ClockStep]
    now: datetime
    events: list[Event] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    postponed: set[int] = field(default_factory=set)

    @cached_property
    def actor(self) -> User:
        return system_account()

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars.load(since=clock.local_day(self.now - LOOK_BACK))

    @cached_property
    def book(self) -> RuleBook:
        return RuleBook.load()

    @cached_property
    def _posts(self) -> dict[int, list[Post]]:
        """Return who watches over which center, for all centers of all cases in the batch."""
        centers: set[int] = set()
        for step in self.steps:
            centers.update(ancestor_ids(step.clock.case))
        posts: dict[int, list[Post]] = defaultdict(list)
        for post in people_on_duty(centers, WATCHERS, on=clock.local_day(self.now)):
            posts[post.center_id].append(post)
        return posts

    def people(self, center_ids: Iterable[int | None], *roles: Role, unit_id: int | None = None) -> set[int]:
        """Return who is in office with ``roles`` at exactly these centers; only those of ``unit_id``, if given."""
        return {
            post.user_id
            for center_id in center_ids
            if center_id is not None
            for post in self._posts[center_id]
            if post.role in roles and (unit_id is None or post.unit_id == unit_id)
        }

    def leaders(self, late: Clock) -> set[int]:
        """Return the leaders of the unit that answers for ``late``."""
        return self.people([late.holder_id], Role.UNIT_LEADER, unit_id=late.unit_id)

    def watchers(self, late: Clock) -> set[int]:
        """Return the supervisors of the center that answers for ``late`` and of the one above it."""
        return self.people([late.holder_id, late.holder.parent_id], Role.SUPERVISOR)

    def is_staffed(self, center_id: int) -> bool:
        """Return whether somebody at the center is in office who can give a matter to a handler."""
        return bool(self.people([center_id], Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.CENTER_DIRECTOR))

    def is_recused(self, case_id: int, center_id: int) -> bool:
        """Return whether the matter is about the center, which then has no part in it."""
        return (case_id, center_id) in self._recused

    @cached_property
    def _recused(self) -> set[tuple[int, int]]:
        rows = Recusal.objects.filter(case__in={step.clock.case_id for step in self.steps})
        return set(rows.values_list("case_id", "center_id"))

    def put_off(self, steps: Iterable[ClockStep]) -> None:
        """Let ``steps`` fire again at the start of the next working day instead of counting as fired."""
        ids = {step.pk for step in steps}
        if ids:
            next_day = self.calendars.everywhere.add_workdays(clock.local_day(self.now), 1)
            ClockStep.objects.filter(pk__in=ids).update(at=clock.duty_start_of(next_day))
            self.postponed |= ids

    def note(self, step: ClockStep, kind: EventKind, **data: object) -> None:
        """Add a line to the step's case, true at the step's own moment even if it fires late."""
        at = max(step.at, step.clock.case.received_at)
        self.events.append(
            Event(case=step.clock.case, kind=kind, at=at, recorded_at=self.now, actor=self.actor, data=data)
        )

    def tell(
        self, step: ClockStep, people: Iterable[int], *, subject: str, body: str, reason: str, always: bool = False
    ) -> None:
        """Queue a message about the step to each of ``people``.

        Unless it must ``always`` be told, a later step of the same clock that is due as well speaks for it.
        """
        if not always and not step.is_newest:  # type: ignore[attr-defined]  # annotated by the claim
            return
        link = case_link(step.clock.case)
        self.messages.extend(
            Message(key=f"step:{step.pk}", recipient_id=person, subject=subject, body=body, reason=reason, link=link)
            for person in sorted(people)
        )


def ancestor_ids(case: Case) -> list[int]:
    """Return the centers over the place where the case arose, and the one that holds it."""
    ids = [case.village_id, case.town_id, case.county_id, case.city_id, case.province_id, case.holder_id]
    return [pk for pk in ids if pk is not None]


def case_link(case: Case) -> str:
    return reverse("admin:cases_case_change", args=[case.pk])
