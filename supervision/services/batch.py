"""What one batch of the sweep knows: the steps it claimed, and all that their effects need, read once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Final

from cases.enums import EventKind
from cases.models import ClockStep, Event
from cases.reports.recusals import ASSIGNERS, Recusals
from centers.enums import Level, Role
from centers.models import Center, Post
from core import clock
from core.bulk import among, write_rows
from core.jobs import system_account
from core.links import page_of
from core.outbox import Message, queue_messages
from supervision.services.claim import DueStep
from supervision.services.known import Known

WATCHERS: Final = (Role.UNIT_LEADER, *ASSIGNERS, Role.CONFIDENTIAL_OFFICER)
PLACE: Final = attrgetter(*(f"{level}_id" for level in Level.values))
EVENT: Final = ("case_id", "kind", "at", "recorded_at", "actor_id", "data")


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says, with places for ``%(names)s``. ``effect`` tells apart what one step may tell one person."""

    effect: str
    subject: str
    body: str
    reason: str


@dataclass
class Batch:
    """Steps claimed together, and the events and messages they cause, written at the end in one go."""

    steps: list[DueStep]
    known: Known
    events: list[tuple[object, ...]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    postponed: set[int] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        return self.known.now

    @cached_property
    def actor_id(self) -> int:
        return system_account().pk

    @cached_property
    def _center_ids(self) -> set[int]:
        """Return the centers over the places where the cases arose, those that hold them, and the late ones."""
        ids = {pk for step in self.steps for pk in PLACE(step.case) if pk}
        return ids.union(*((step.clock.holder_id, step.case.holder_id) for step in self.steps))

    @cached_property
    def centers(self) -> Mapping[int, Center]:
        return self.known.centers(self._center_ids)

    @cached_property
    def _in_office(self) -> Mapping[tuple[int, str], list[tuple[int, int | None]]]:
        """Return who holds which office at which center: the people, each with their unit."""
        parents = {pk for step in self.steps if (pk := self.center(step).parent_id)}
        posts = Post.objects.on_duty(on=clock.local_day(self.now)).filter(
            among("center", self._center_ids | parents), role__in=WATCHERS
        )
        people: dict[tuple[int, str], list[tuple[int, int | None]]] = defaultdict(list)
        for center_id, role, person, unit_id in posts.values_list("center", "role", "user", "unit"):
            people[center_id, role].append((person, unit_id))
        return people

    @cached_property
    def recusals(self) -> Recusals:
        """Return who has no part in which of the cases."""
        return Recusals.of({step.case.pk for step in self.steps})

    def people(self, center_ids: Iterable[int | None], *roles: Role, unit_id: int | None = None) -> set[int]:
        """Return who is in office with ``roles`` at exactly these centers; only those of ``unit_id``, if given."""
        return {
            person
            for center_id in center_ids
            if center_id is not None
            for role in roles
            for person, unit in self._in_office.get((center_id, role), ())
            if unit_id is None or unit == unit_id
        }

    def center(self, late: DueStep) -> Center:
        """Return the center that answers for the limit."""
        return self.centers[late.clock.holder_id]

    def holder(self, step: DueStep) -> Center:
        """Return the center that holds the case now, which is above the late one if the case has climbed."""
        return self.centers[step.case.holder_id]

    def handler(self, step: DueStep) -> set[int]:
        """Return whoever has the case on the desk, if anybody."""
        return {step.case.handler_id} if step.case.handler_id else set()

    def leaders(self, late: DueStep) -> set[int]:
        """Return the leaders of the unit that answers for the limit."""
        return self._people(
            late, self.with_part(late, late.clock.holder_id), Role.UNIT_LEADER, unit_id=late.clock.unit_id
        )

    def watchers(self, late: DueStep) -> set[int]:
        """Return the supervisors of the center that answers for the limit and of the one above it."""
        centers = self.with_part(late, late.clock.holder_id, self.center(late).parent_id)
        return self._people(late, centers, Role.SUPERVISOR)

    def concerned(self, late: DueStep) -> set[int]:
        """Return whoever handles the case, leads the unit that does, or supervises its center."""
        return self.handler(late) | self.leaders(late) | self.watchers(late)

    def directors_above(self, late: DueStep) -> set[int]:
        """Return the directors of the center above the one that answers for the limit."""
        return self._people(late, self.with_part(late, self.center(late).parent_id), Role.CENTER_DIRECTOR)

    def with_part(self, step: DueStep, *center_ids: int | None) -> list[int]:
        """Return those of the centers that have a part in the matter; the others are told nothing of it."""
        centers = self.known.centers(pk for pk in center_ids if pk)
        return [pk for pk in center_ids if pk and not self.recusals.exclude_center(step.case.pk, centers[pk])]

    def assigners(self, step: DueStep, center_id: int) -> set[int]:
        """Return who is in office at the center, can give the matter to a handler, and has a part in it."""
        return self._with_part(step, self._people(step, self.with_part(step, center_id), *ASSIGNERS))

    def _with_part(self, step: DueStep, people: Iterable[int]) -> set[int]:
        return {person for person in people if not self.recusals.exclude_person(step.case.pk, person)}

    def _people(self, step: DueStep, center_ids: Iterable[int], *roles: Role, unit_id: int | None = None) -> set[int]:
        """Return who is in office there with ``roles``; for a matter under seal, its confidential officers alone."""
        if step.case.is_sealed:
            return self.people(center_ids, Role.CONFIDENTIAL_OFFICER)
        return self.people(center_ids, *roles, unit_id=unit_id)

    def put_off(self, steps: Iterable[DueStep]) -> None:
        """Let ``steps`` fire again at the start of the next working day instead of counting as fired."""
        ids = {step.pk for step in steps}
        if ids:
            next_day = self.known.calendars.everywhere.add_workdays(clock.local_day(self.now), 1)
            ClockStep.objects.filter(among("pk", ids)).update(at=clock.duty_start_of(next_day))
            self.postponed |= ids

    def note(self, step: DueStep, kind: EventKind, **data: object) -> None:
        """Add a line to the step's case, true at the step's own moment even if it fires late."""
        at = max(step.at, step.case.received_at)
        self.events.append((step.case.pk, kind.value, at, self.now, self.actor_id, data))

    def tell(
        self,
        step: DueStep,
        people: Iterable[int],
        words: Words,
        *,
        names: Mapping[str, str],
        always: bool = False,
    ) -> None:
        """Queue a message about the step to each of ``people``.

        Unless it must ``always`` be told, a later step of the same clock that is due as well speaks for it.
        """
        if not always and not step.is_newest:
            return
        key, link = f"step:{step.pk}:{words.effect}", page_of("admin:cases_case_change", step.case.pk)
        subject, body = words.subject % names, words.body % names
        self.messages.extend(
            Message(key, person, subject, body, words.reason, link, matter_id=step.case.pk)
            for person in sorted(self._with_part(step, people))
        )

    def write(self) -> None:
        """Write the events and queue the messages that the steps have caused."""
        write_rows(Event, EVENT, self.events)
        queue_messages(self.messages, now=self.now)
