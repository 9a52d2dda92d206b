"""The petition offices above the town's, and petitions led before them. Every person is a sample."""

from datetime import date, datetime
from typing import Any

from cases.models import Case
from centers.enums import Role, UnitKind
from centers.models import Unit
from core import clock
from petitions.enums import OpinionOutcome
from petitions.services.opinion import NewOpinion, serve_opinion, sign_opinion
from petitions.services.review import NewRequest, ask_review, draft_review, name_reviewer
from petitions.services.verify import confirm_petition
from tests.factories import House, make_person
from tests.petitions.office import opinion_served, told

LEVELS = {"county": "330681", "city": "3306"}


def with_higher_offices(house: House) -> House:
    """Give county and city a petition office with a reviewer, a leader and somebody who assigns and checks."""
    for level, code in LEVELS.items():
        center = house.__dict__[level] = house.centers[code]
        unit = Unit.objects.create(center=center, name=f"{center.name}信访局（示例）", kind=UnitKind.PETITION_DEPT)
        roles = {"reviewer": Role.HANDLER, "leader": Role.UNIT_LEADER}
        house.people |= {
            f"{level}_{name}": make_person(f"{level}_{name}", role, center, unit=unit) for name, role in roles.items()
        }
        house.people |= {f"{level}_checker": make_person(f"{level}_checker", Role.SUPERVISOR, center)}
    return house


def checked(house: House, case: Case, *, now: datetime, by: str = "town_supervisor") -> Case:
    confirm_petition(case.pk, remark="已核实（示例）", actor=getattr(house, by), now=now)
    return Case.objects.get(pk=case.pk)


def open_to_review(house: House, *, now: datetime, **changes: Any) -> Case:
    return checked(house, opinion_served(house, now=now, **changes), now=now)


def request(asked_on: date, **changes: Any) -> NewRequest:
    return NewRequest(**{"asked_on": asked_on, "request": "认为面积认定有误，请求复查。（示例）", **changes})


def asked(house: House, case: Case, *, now: datetime, by: str = "petition_clerk", **changes: Any) -> Case:
    new = request(**{"asked_on": clock.local_day(now), **changes})
    ask_review(case.pk, new=new, actor=getattr(house, by), now=now)
    return Case.objects.get(pk=case.pk)


def named(house: House, case: Case, *, now: datetime, level: str = "county") -> Case:
    reviewer, checker = house.people[f"{level}_reviewer"], house.people[f"{level}_checker"]
    name_reviewer(case.pk, reviewer=reviewer, actor=checker, now=now)
    return Case.objects.get(pk=case.pk)


def new_review(**changes: Any) -> NewOpinion:
    parts: dict[str, Any] = {
        "outcome": OpinionOutcome.UPHELD,
        "claim": "请求重新核对面积。（示例）",
        "facts": "经核对测绘资料，面积认定无误。（示例）",
        "opinion": "维持原处理意见。（示例）",
        "basis": "信访工作条例第35条",
        "review_organ": "绍兴市人民政府",
        "heard_on": None,
    }
    return NewOpinion(**{**parts, **changes})


def decided(house: House, case: Case, *, now: datetime, level: str = "county", **changes: Any) -> Case:
    """Name a reviewer, let that one draft, the leader sign, and serve what was decided."""
    named(house, case, now=now, level=level)
    reviewer = house.people[f"{level}_reviewer"]
    if level == "city":
        changes.setdefault("review_organ", "")
    draft_review(case.pk, new=new_review(**changes), actor=reviewer, now=now)
    sign_opinion(case.pk, remark="同意（示例）", actor=house.people[f"{level}_leader"], now=now)
    serve_opinion(case.pk, new=told(clock.local_day(now)), actor=reviewer, now=now)
    return Case.objects.get(pk=case.pk)


def open_to_rereview(house: House, *, now: datetime) -> Case:
    case = asked(house, open_to_review(house, now=now), now=now)
    return checked(house, decided(house, case, now=now), now=now, by="county_checker")
