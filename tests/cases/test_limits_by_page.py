"""Pausing, extending and taking away by the buttons of the case page, and the notice that tells of an extension."""

import pytest
from django.urls import reverse

from cases.enums import Category, ClockKind, ClockState, ExtensionState
from cases.models import Case, Extension, Pause
from core import clock
from tests.cases.papers import with_papers
from tests.factories import at, mediating, triaged

NOW = at("2026-11-18")
FRIDAY = at("2026-11-20", 10)
VILLAGE = ClockKind.LVL_VILLAGE


@pytest.fixture(autouse=True)
def on_friday(monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: FRIDAY)


@pytest.fixture
def case(house):
    return mediating(house, now=NOW, category=Category.MEDICAL)


@pytest.fixture
def press(client, house):
    """Return a function that does an act on the newest case as somebody, and follows where it leads."""

    def act(who, name, **typed):
        client.force_login(getattr(house, who))
        url = reverse("admin:cases_case_act", args=[Case.objects.latest("pk").pk, name])
        return client.post(url, typed, follow=True) if typed else client.get(url)

    return act


def _offered(client, house, who):
    client.force_login(getattr(house, who))
    page = client.get(reverse("admin:cases_case_change", args=[Case.objects.latest("pk").pk]))
    return {act.name for act in page.context["buttons"].acts}


def _text(answer):
    return answer.content.decode()


def test_a_pause_and_its_end_by_page(press, case, client, house):
    answer = press("mediator", "pause", reason="medical_appraisal", ground="已委托鉴定（示例）")
    case.clocks.filter(kind=ClockKind.PAUSE).update(is_provisional=True)
    assert "已中止，最迟至2027-01-19" in _text(answer)
    assert case.clocks.get(kind=VILLAGE).state == ClockState.PAUSED
    assert _offered(client, house, "mediator") & {"pause", "resume", "extend"} == {"resume"}
    assert "end_pause" in _offered(client, house, "town_supervisor")
    page = reverse("admin:cases_case_change", args=[case.pk])
    assert 'class="provisional">暂定' in _text(client.get(page))
    resumed = _text(press("mediator", "resume", yes="1"))
    assert ("时限恢复计算" in resumed, 'class="provisional">暂定' in resumed) == (True, False)
    assert case.clocks.get(kind=VILLAGE).state == ClockState.RUNNING


@pytest.mark.parametrize("reason", ["", "holiday", "court_appraisal"])
def test_a_pause_without_a_listed_reason_is_refused_with_the_articles(press, case, reason):
    answer = press("mediator", "pause", reason=reason, ground="休假（示例）")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    assert all(article in _text(answer) for article in ("第36条", "第38条", "第26条"))
    assert not Pause.objects.exists()


def test_where_no_reason_fits_there_is_no_button(client, house):
    triaged(house, now=NOW)
    assert "pause" not in _offered(client, house, "mediator")


def _ask(press, case, **typed):
    given = {"clock": case.clocks.get(kind=VILLAGE).pk, "amount": "2", "ground": "一方外出（示例）", "agreed_on": ""}
    return press("mediator", "extend", **{**given, **typed})


@pytest.mark.parametrize(
    ("agreed_on", "said"),
    [("", "请填写书面同意日期"), ("2026-11-17", "时限起算日至今日"), ("2026-11-21", "时限起算日至今日")],
)
def test_the_day_on_which_the_parties_agreed_is_asked_for_at_its_field(press, case, agreed_on, said):
    answer = _ask(press, case, clock=case.clocks.get(kind=ClockKind.MED_MEDICAL).pk, agreed_on=agreed_on)
    errors = answer.context["form"].errors
    assert (answer.status_code, list(errors), said in errors["agreed_on"][0]) == (422, ["agreed_on"], True)
    assert "一方外出（示例）</textarea>" in _text(answer)


def test_an_extension_from_the_request_to_the_notice_that_was_given(press, case, client, house):
    assert "由上一级审批" in _text(_ask(press, case))
    asked = Extension.objects.get()
    assert {"grant", "refuse"} <= _offered(client, house, "town_supervisor")
    answer = press("town_supervisor", "grant", extension=asked.pk, remark="理由成立（示例）")
    assert "截止日改为2026-11-25" in _text(answer)
    assert ("尚未告知申请人" in _text(answer), "tell" in _offered(client, house, "mediator")) == (True, True)
    press("mediator", "tell", extension=asked.pk, told_on="2026-11-20")
    asked.refresh_from_db()
    assert asked.told_on == FRIDAY.date()
    assert "tell" not in _offered(client, house, "mediator")


def test_the_request_names_by_how_much_at_most(press, case):
    text = _text(press("mediator", "extend"))
    assert "村级时限，截止日2026-11-23，最多可延长3 个工作日" in text
    assert "调解期限（医疗纠纷），截止日2026-12-30，最多可延长30 日" in text


@pytest.mark.parametrize(("typed", "said"), [({"amount": "4"}, "最多可再延长3 个工作日"), ({"amount": "0"}, "1")])
def test_too_much_is_refused_on_the_form(press, case, typed, said):
    answer = _ask(press, case, **typed)
    assert (answer.status_code, said in _text(answer)) == (422, True)
    assert not Extension.objects.exists()


def test_after_the_limit_has_ended_the_request_is_refused_and_says_why(press, case, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: at("2026-11-24", 10))
    answer = _ask(press, case)
    assert (answer.status_code, Extension.objects.exists()) == (422, False)


def test_a_refusal_by_page(press, case):
    _ask(press, case)
    answer = press("town_supervisor", "refuse", extension=Extension.objects.get().pk, remark="理由不足（示例）")
    assert "不予延期，时限不变" in _text(answer)
    assert Extension.objects.get().state == ExtensionState.REFUSED


@pytest.fixture
def granted(press, case):
    _ask(press, case)
    press("town_supervisor", "grant", extension=Extension.objects.get().pk, remark="理由成立（示例）")
    return Extension.objects.get()


def test_the_notice_names_both_last_days_the_reason_and_the_basis(client, house, granted):
    client.force_login(house.mediator)
    text = _text(client.get(reverse("admin:cases_case_extension", args=[granted.clock.case_id, granted.pk])))
    told = [
        "延期告知书",
        "(2026)枫源村延字第0001号",
        "2026年11月23日",
        "2026年11月25日",
        "一方外出（示例）",
        "经上一级批准",
    ]
    assert [words for words in told if words not in text] == []


@pytest.mark.parametrize("who", ["neighbour_clerk", "neighbour_town_supervisor", "town_mediator"])
def test_the_notice_is_not_there_for_an_outsider(client, house, granted, who):
    client.force_login(getattr(house, who))
    assert (
        client.get(reverse("admin:cases_case_extension", args=[granted.clock.case_id, granted.pk])).status_code == 404
    )


def test_there_is_no_notice_of_what_was_not_granted_or_belongs_to_another_matter(client, house, granted):
    other = triaged(house, now=NOW)
    client.force_login(house.town_supervisor)
    assert client.get(reverse("admin:cases_case_extension", args=[other.pk, granted.pk])).status_code == 404
    Extension.objects.create(
        clock=granted.clock, amount=1, unit_of_time="days", ground="示例", asked_by=house.mediator, asked_at=clock.now()
    )
    asked = Extension.objects.latest("pk")
    assert client.get(reverse("admin:cases_case_extension", args=[granted.clock.case_id, asked.pk])).status_code == 404


@pytest.mark.parametrize(
    ("center", "said"),
    [("village", "枫源村不再参与本事项，现由枫桥镇承办"), ("town", "枫桥镇不再参与本事项，现由枫源村承办")],
)
def test_a_recusal_by_page(press, case, house, center, said):
    answer = press("village_triage", "recuse", center=getattr(house, center).pk, ground="反映本单位（示例）")
    assert said in _text(answer)


def test_a_recusal_with_nobody_above_says_that_the_matter_stays(press, case, house):
    for person in ("town_triage", "town_supervisor", "county_supervisor", "county_triage"):
        getattr(house, person).posts.update(ends_on="2026-01-01")
    answer = press("village_triage", "recuse", center=house.village.pk, ground="反映本单位（示例）")
    assert "事项暂留该处" in _text(answer)


def test_a_closed_matter_is_reopened_by_page(press, case, house, client):
    typed = {"form": "oral", "facts": "示例", "content": "示例", "performance": "示例", "signed_on": "2026-11-20"}
    press("mediator", "agree", **typed)
    with_papers(case)
    press("town_supervisor", "confirm", remark="已核实（示例）")
    assert "reopen" in _offered(client, house, "town_supervisor")
    answer = press("town_supervisor", "reopen", ground="出现新证据（示例）", handler=house.mediator.pk)
    assert "新一轮时限开始计算" in _text(answer)
    assert "出现新证据（示例）" in _text(answer)
    assert Case.objects.get().round == 2


def test_the_list_shows_a_matter_whose_limits_are_all_paused_as_paused(press, case, client, house):
    press("mediator", "pause", reason="medical_appraisal", ground="已委托鉴定（示例）")
    client.force_login(house.town_supervisor)
    assert "已中止" in _text(client.get(reverse("admin:cases_case_changelist")))
