"""Steps whose effects were refused: who is told what of them, and that they are tried again."""

from datetime import timedelta

import pytest
from django.db.models import Q
from django.urls import reverse

from cases.enums import ClockKind, Step
from cases.models import Case, ClockRule, ClockStep
from cases.services.retry_steps import retry_steps
from centers.enums import Role
from supervision.pages.set_aside import set_aside_context, told
from supervision.services.sweep import sweep
from tests.factories import at, make_person, triaged

PAGE, RETRY = reverse("admin:cases_clockstep_changelist"), reverse("admin:cases_clockstep_retry")
NOW, EXPIRY = at("2026-11-18"), at("2026-11-24", 0)
CANARY = "金丝雀"


@pytest.fixture
def step(house):
    """Return the climb of a matter that could not be done because the town's limit has no rule."""
    case = triaged(house, now=NOW, title=f"{CANARY}漏水（示例）")
    ClockRule.objects.filter(kind=ClockKind.LVL_TOWN).update(valid_until="2026-11-01")
    sweep(now=EXPIRY)
    return ClockStep.objects.exclude(failed_at=None).get(clock__case=case, step=Step.CLIMB)


def _fail(step, error):
    ClockStep.objects.filter(pk=step.pk).update(error=error)


def _get(client, user):
    client.force_login(user)
    return client.get(PAGE)


def test_a_missing_rule_is_told_in_words_with_what_to_do(house, step, client):
    text = _get(client, house.town_supervisor).content.decode()
    for words in ("该步骤应当启动的时限没有规则", "请在“时限规则”页面设定该时限", "镇级时限", step.clock.case.number):
        assert words in text
    assert "2026-11-24 00:00" in text
    assert "2026-11-24 01:00" in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("CalendarMissing: 2028", "请系统管理员载入该年度的工作日历"),
        ("IntegrityError: violates x\nDETAIL: Failing row contains (金丝雀)", "数据库约束拒绝了该步骤"),
        ("IntegrityError: violates x", "更正相互抵触的内容"),
        ("DataError: value too long\nCONTEXT: 金丝雀", "过长，或者类型不符"),
        ("DataError: value too long", "缩短该步骤涉及的中心或单位的过长名称"),
        ("OperationalError: gone", "未预料的数据库错误"),
        ("InternalError: gone", "请联系系统管理员"),
        ("DomainError: 不行", "违反业务规则"),
        ("CalendarMissing", "超出已载入的工作日历"),
    ],
)
def test_every_refusal_is_told_in_words_with_what_to_do(house, step, client, error, words):
    _fail(step, error)
    text = _get(client, house.town_supervisor).content.decode()
    assert words in text
    assert CANARY not in text


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("IntegrityError: a\nDETAIL: b", "a"),
        ("DataError: a\nb", "a"),
        ("DomainError: a\nb", "a\nb"),
        ("DomainError", ""),
    ],
)
def test_of_the_databases_text_only_the_first_line_is_told(error, text):
    assert told(error) == text


@pytest.mark.parametrize("error", ["IntegrityError", "DataError", "InternalError"])
def test_the_databases_own_text_stands_only_in_a_detail_for_the_administrator(house, step, client, error):
    _fail(step, f"{error}: something english")
    text = _get(client, house.town_supervisor).content.decode()
    before, _tag, rest = text.partition("<details>")
    inside, _tag, after = rest.partition("</details>")
    assert ("供系统管理员" in inside, "something english" in inside) == (True, True)
    assert "something english" not in before + after


def test_what_a_rule_of_the_house_said_needs_no_detail(house, step, client):
    _fail(step, "DomainError: 上级中心无人在岗")
    text = _get(client, house.town_supervisor).content.decode()
    assert ("上级中心无人在岗" in text, "供系统管理员" in text) == (True, False)


def test_the_system_administrator_sees_the_step_and_nothing_of_the_case(house, step, client):
    text = _get(client, house.sysadmin).content.decode()
    assert "镇级时限" in text
    assert "不显示" in text
    assert step.clock.case.number not in text
    assert CANARY not in text


@pytest.mark.parametrize("name", ["neighbour_town_supervisor", "other_county_supervisor", "far"])
def test_elsewhere_nothing_is_told_of_it(house, step, client, name):
    house.people["far"] = make_person("far", Role.SYSADMIN, house.centers["330602"])
    assert set_aside_context(house.town_supervisor)["blocks"]
    text = _get(client, house.people[name]).content.decode()
    assert "各步骤均已执行" in text
    assert step.clock.case.number not in text


@pytest.mark.parametrize("name", ["clerk", "mediator", "unit_leader", "village_triage", "secadmin", "nobody"])
def test_the_page_is_for_who_may_let_a_step_be_tried_again(house, step, client, name):
    assert _get(client, house.people[name]).status_code == 403
    assert client.post(RETRY, {"step": step.pk}).status_code == 404
    assert ClockStep.objects.get(pk=step.pk).failed_at == EXPIRY


@pytest.mark.parametrize("name", ["town_supervisor", "county_supervisor", "sysadmin"])
@pytest.mark.parametrize("which", ["step", "name"])
def test_a_step_is_tried_again_at_the_next_sweep(house, step, client, name, which):
    client.force_login(house.people[name])
    ClockRule.objects.filter(kind=ClockKind.LVL_TOWN).update(valid_until=None)
    assert client.post(RETRY, {which: {"step": step.pk, "name": "RuleMissing"}[which]}).status_code == 302
    sweep(now=EXPIRY + timedelta(minutes=1))
    assert ClockStep.objects.get(pk=step.pk).fired_at == EXPIRY + timedelta(minutes=1)
    assert Case.objects.get().holder == house.town


def test_a_step_that_is_refused_once_more_is_set_aside_once_more(house, step):
    again = EXPIRY + timedelta(minutes=1)
    assert retry_steps(Q(pk=step.pk), actor=house.town_supervisor) == 1
    sweep(now=again)
    assert ClockStep.objects.set_aside().get().failed_at == again


@pytest.mark.parametrize("given", [{"step": "NEVER"}, {"name": "OtherError"}, {"step": "9" * 30}, {}])
def test_what_is_not_set_aside_is_not_tried_again(house, step, client, given):
    client.force_login(house.town_supervisor)
    client.post(RETRY, given)
    assert client.get(RETRY).status_code == 404
    assert ClockStep.objects.get(pk=step.pk).failed_at == EXPIRY


def test_an_outsider_lets_nothing_be_tried_again(house, step):
    wanted = Q(pk=step.pk)
    actors = [house.neighbour_town_supervisor, house.other_county_supervisor, house.mediator, house.nobody]
    assert [retry_steps(wanted, actor=actor) for actor in actors] == [0, 0, 0, 0]
    assert retry_steps(wanted, actor=house.county_supervisor) == 1


def test_the_home_page_counts_them_only_while_there_are_some(house, step, client):
    home = reverse("admin:index")
    client.force_login(house.town_supervisor)
    cards = {str(card.label): card.count for card in client.get(home).context["cards"]}
    retry_steps(Q(), actor=house.town_supervisor)
    after = {str(card.label) for card in client.get(home).context["cards"]}
    assert (cards["未能执行的时限步骤"], "未能执行的时限步骤" in after) == ("1", False)


def test_a_step_has_no_page_of_its_own(house, step, client):
    client.force_login(house.town_supervisor)
    assert client.get(reverse("admin:cases_clockstep_change", args=[step.pk])).status_code == 404
