"""What belongs together in the sample city: three disputes of one cause that are heard together, and a related pair."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cases.enums import Category, Channel, Grade, PartyRole, Procedure
from cases.models import Case
from cases.services.identities import NewParty
from cases.services.register import NewCase
from centers.enums import Role
from centers.models import Center
from centers.reports import work_calendar
from core import clock
from demo import mediation, stories
from demo.world import World
from disputes.enums import ConsentForm, RelationGround
from disputes.services.consent import Said
from disputes.services.gather import NewMeeting, plan_group_session
from disputes.services.group import form_group
from disputes.services.mediate import accept_dispute, start_mediation
from disputes.services.register import register_dispute
from disputes.services.relate import relate_cases
from disputes.services.represent import name_representatives
from disputes.services.triage import triage_dispute

SINCE: Final = timedelta(minutes=60)  # before now: none of it is late, or looks as if it had been forgotten
DAYS_TO_MEETING: Final = 3  # working days
MEETING_HOUR: Final = 14


def gather_disputes(world: World, *, now: datetime) -> None:
    """Let three disputes in the village seen first be heard together: two speak for all, and a session is planned."""
    village, since, today = world.villages[0], now - SINCE, clock.local_day(now)
    mediator = world.holder(village.pk, Role.MEDIATOR)
    cases = [
        _in_mediation(
            world,
            _matter(village, stories.GROUP_CATEGORY, f"物业服务费争议·{name}（示例）", stories.GROUP_SUMMARY, names),
            moment=since,
        )
        for name in stories.GROUP_APPLICANTS
        for names in [(name, stories.GROUP_RESPONDENT)]
    ]
    first, *others = (case.pk for case in cases)
    form_group(first, others=others, cause=stories.GROUP_CAUSE, actor=mediator, now=now)
    speakers = [case.parties.get(role=PartyRole.APPLICANT).pk for case in cases[:2]]
    name_representatives(first, party_ids=speakers, chosen_on=today, actor=mediator, now=now)
    day = work_calendar().add_workdays(today, DAYS_TO_MEETING)
    starts_at = clock.start_of(day) + timedelta(hours=MEETING_HOUR)
    meeting = NewMeeting(starts_at, stories.GROUP_ROOM, [mediator.pk], mediator.pk)
    plan_group_session(first, new=meeting, actor=mediator, now=now)


def relate_pair(world: World, *, now: datetime) -> None:
    """Let two matters of one event be related; of the first the parties have agreed at a session that is on record."""
    village, names = world.villages[0], ("样本己", "样本庚")
    mediator = world.holder(village.pk, Role.MEDIATOR)
    first, second = (
        _in_mediation(world, _matter(village, stories.PAIR_CATEGORY, title, summary, names), moment=now - 2 * SINCE)
        for title, summary in stories.PAIR
    )
    mediation.meet(first, mediator=mediator, content=stories.PAIR_TERMS, moment=now)
    relate_cases(first.pk, number=second.number, ground=RelationGround.SAME_EVENT, actor=mediator, now=now)


def _matter(place: Center, category: Category, title: str, summary: str, names: Sequence[str]) -> NewCase:
    applicant, respondent = names
    parties = [
        NewParty(PartyRole.APPLICANT, applicant, "13800000000", "示例路1号"),
        NewParty(PartyRole.RESPONDENT, respondent, "13900000000", "示例路2号"),
    ]
    return NewCase(
        procedure=Procedure.DISPUTE,
        category=category,
        channel=Channel.CENTER_WINDOW,
        title=title,
        summary=summary,
        place=place,
        grid=None,
        parties=parties,
    )


def _in_mediation(world: World, new: NewCase, *, moment: datetime) -> Case:
    """Register a matter and bring it to where the parties meet, on the desk of the village's mediator."""
    village, today = new.place, clock.local_day(moment)
    clerk, triage, mediator = (
        world.holder(village.pk, role) for role in (Role.INTAKE_CLERK, Role.TRIAGE_OFFICER, Role.MEDIATOR)
    )
    case, _code = register_dispute(new, actor=clerk, received_at=moment, now=moment)
    triage_dispute(case.pk, grade=Grade.GENERAL, category=new.category, handler=mediator, actor=triage, now=moment)
    accept_dispute(case.pk, said=Said(today, ConsentForm.ORAL), actor=mediator, now=moment)
    return start_mediation(case.pk, rights_told_on=today, actor=mediator, now=moment)
