"""Who is told of a request for an extension and of its end, what they are told, and who is not."""

import pytest
from django.utils.translation import override

from cases.enums import ClockKind
from cases.models import Case
from cases.services.extend import NewExtension, ask_extension, grant_extension, refuse_extension
from cases.services.recuse import recuse_center
from centers.enums import Role
from centers.models import Post
from core.models import OutboxMessage
from tests.factories import LONG_AGO, appoint, at, make_person, mediating

NOW = at("2026-11-18")
FRIDAY = at("2026-11-20", 10)
REMARK = "理由成立（示例）"


@pytest.fixture
def case(house):
    return mediating(house, now=NOW)


def _asked(house, case, *, kind=ClockKind.LVL_VILLAGE, actor=None, now=FRIDAY):
    new = NewExtension(case.clocks.get(kind=kind).pk, 2, "一方外出（示例）")
    return ask_extension(case.pk, new=new, actor=actor or house.mediator, now=now)


def _told(state):
    rows = OutboxMessage.objects.filter(key__contains=f":{state}:").select_related("recipient")
    return {row.recipient.username: row for row in rows}


def test_whoever_decides_at_the_nearest_center_above_is_told_that_one_was_asked_for(house, case):
    _asked(house, case)
    (row,) = _told("asked").values()
    assert (row.recipient, row.kind, row.reason) == (house.town_supervisor, "extension", "您负责审批该中心的延期申请。")
    assert row.subject == f"{case.number}：有延期申请待您审批"
    assert row.body == "申请延期2 个工作日：村级时限，截止日2026-11-23。只能在截止日届满前批准。"
    assert row.link == f"/admin/cases/case/{case.pk}/change/"


@pytest.mark.parametrize(("now", "is_urgent"), [(FRIDAY, False), (at("2026-11-23", 18), True)])
def test_on_the_last_day_the_request_does_not_wait_for_the_next_morning(house, case, now, is_urgent):
    _asked(house, case, now=now)
    assert _told("asked")["town_supervisor"].is_urgent is is_urgent


def test_where_nobody_nearer_can_decide_the_next_center_above_is_told(house, case):
    Post.objects.filter(user=house.town_supervisor).update(ends_on=LONG_AGO)
    _asked(house, case)
    assert set(_told("asked")) == {"county_supervisor"}


def test_a_center_without_a_part_in_the_matter_is_not_told(house, case):
    recuse_center(case.pk, center=house.town, ground="涉及本镇（示例）", actor=house.village_triage, now=FRIDAY)
    _asked(house, case)
    assert set(_told("asked")) == {"county_supervisor"}


def test_whoever_asks_is_not_told_to_decide(house, case):
    appoint(house.mediator, role=Role.SUPERVISOR, center=house.town, starts_on=LONG_AGO)
    _asked(house, case)
    assert set(_told("asked")) == {"town_supervisor"}


def test_whoever_asked_is_told_that_it_was_granted_and_until_when(house, case):
    grant_extension(_asked(house, case).pk, remark=REMARK, actor=house.town_supervisor, now=FRIDAY)
    (row,) = _told("granted").values()
    assert (row.recipient, row.reason) == (house.mediator, "延期由您申请。")
    assert row.body == f"村级时限延长2 个工作日，截止日改为2026-11-25。理由：{REMARK}"


def test_whoever_asked_is_told_that_it_was_refused_and_why(house, case):
    refuse_extension(_asked(house, case).pk, remark="理由不足（示例）", actor=house.town_supervisor, now=FRIDAY)
    (row,) = _told("refused").values()
    assert (row.recipient, row.subject) == (house.mediator, f"{case.number}：延期申请未获批准")
    assert row.body == "村级时限不变，截止日2026-11-23。理由：理由不足（示例）"


def test_whoever_has_taken_the_matter_over_meanwhile_is_told_as_well(house, case):
    asked = _asked(house, case)
    Case.objects.filter(pk=case.pk).update(handler=house.town_mediator)
    refuse_extension(asked.pk, remark=REMARK, actor=house.town_supervisor, now=FRIDAY)
    reasons = {name: row.reason for name, row in _told("refused").items()}
    assert reasons == {"mediator": "延期由您申请。", "town_mediator": "您是该事项的承办人。"}


def test_whoever_serves_at_a_center_that_was_recused_since_is_told_nothing(house, case):
    asked = _asked(house, case)
    recuse_center(case.pk, center=house.village, ground="涉及本村（示例）", actor=house.village_triage, now=FRIDAY)
    refuse_extension(asked.pk, remark=REMARK, actor=house.county_supervisor, now=FRIDAY)
    assert _told("refused") == {}


def test_the_words_are_chinese_whatever_language_the_asker_reads(house, case):
    with override("en"):
        _asked(house, case)
    assert _told("asked")["town_supervisor"].reason == "您负责审批该中心的延期申请。"


def test_at_the_top_the_director_is_told(house, case):
    city = house.centers["3306"]
    for name in ("director", "other_director"):
        make_person(name, Role.CENTER_DIRECTOR, city)
    make_person("city_supervisor", Role.SUPERVISOR, city)
    Case.objects.filter(pk=case.pk).update(holder=city)
    _asked(house, case)
    assert set(_told("asked")) == {"director", "other_director"}
