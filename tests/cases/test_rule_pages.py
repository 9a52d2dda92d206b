"""The pages of the rules: who finds which, what the table marks, what a refused form says, and the confirmation."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cases.enums import ClockKind
from cases.models import Clock, ClockRule
from cases.services.set_rule import NewRule, set_rule
from centers.enums import Role
from centers.models import WorkCalendarDay
from core.workdays import Limit, LimitUnit
from tests.factories import at, make_person, triaged

LIST, ADD = reverse("admin:cases_clockrule_changelist"), reverse("admin:cases_clockrule_add")
NOW = at("2026-11-18")
TODAY = date(2026, 11, 18)
KIND = ClockKind.LVL_VILLAGE
SOUND = {"kind": KIND.value, "amount": "2", "unit_of_time": "working_days", "roll_forward": "on", "article": "示例"}
SOUND |= {"valid_from": "2026-11-19"}


@pytest.fixture
def house(house, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    for name, code in (("city", "3306"), ("county", "330681"), ("town", "330681109")):
        house.people[f"{name}_director"] = make_person(f"{name}_director", Role.CENTER_DIRECTOR, house.centers[code])
    house.rule = _set(house, house.town, 2)
    return house


def _set(house, center, amount, valid_from=TODAY, **about):
    new = NewRule(KIND, center, Limit(amount, LimitUnit.WORKING_DAYS), "示例文件", valid_from, **about)
    return set_rule(new, actor=house.city_director, now=NOW)


def _get(client, user, url):
    client.force_login(user)
    return client.get(url)


def _page(rule, act=None):
    return reverse("admin:cases_clockrule_act", args=[rule.pk, act]) if act else _change(rule)


def _change(rule):
    return reverse("admin:cases_clockrule_change", args=[rule.pk])


def _lines(answer, kind=KIND):
    """Return length, place and standing of the rules of one kind as the table shows them."""
    block = next(block for block in answer.context["blocks"] if block.kind is kind)
    return [(line.length, line.place, line.standing) for line in block.lines]


SEEN = {"town_director": 200, "town_supervisor": 200, "sysadmin": 200, "clerk": 403, "mediator": 403, "nobody": 403}


@pytest.mark.parametrize("name", SEEN)
def test_the_rules_are_seen_by_who_watches_or_runs_the_house(house, client, name):
    urls = [LIST, _page(house.rule)]
    assert {_get(client, house.people[name], url).status_code for url in urls} == {SEEN[name]}


@pytest.mark.parametrize("name", SEEN)
def test_only_a_director_finds_the_form(house, client, name):
    may = name == "town_director"
    assert _get(client, house.people[name], ADD).status_code == (200 if may else 403)
    assert client.post(ADD, {**SOUND, "center": house.town.pk, "_confirm": ""}).status_code == (302 if may else 403)
    assert (ADD in client.get(LIST).content.decode()) == may


def test_the_table_marks_what_holds_at_the_place_today(house, client):
    assert _lines(_get(client, house.town_director, LIST)) == [
        ("2 个工作日", "诸暨市 / 枫桥镇", "现行"),
        ("3 个工作日", "各地", "由更具体的规则取代"),
        ("2 个工作日", "各地", "由更具体的规则取代"),
    ]


def test_a_rule_for_one_grade_leaves_the_others_as_they_are(house, client):
    _set(house, house.centers["330681110"], 1, grade="major")
    answer = _get(client, house.county_director, f"{LIST}?place={house.centers['330681110'].pk}")
    assert _lines(answer) == [
        ("1 个工作日", "诸暨市 / 赵家镇", "现行"),
        ("3 个工作日", "各地", "现行"),
        ("2 个工作日", "各地", "由更具体的规则取代"),
    ]


def test_above_the_place_its_rule_is_counted_and_shown_with_the_limit(house, client):
    answer = _get(client, house.county_director, LIST)
    assert _lines(answer) == [("3 个工作日", "各地", "现行"), ("2 个工作日", "各地", "现行")]
    block = next(block for block in answer.context["blocks"] if block.kind is KIND)
    assert block.below == 1
    assert ("2 个工作日", "诸暨市 / 枫桥镇", "在当地施行") in _lines(client.get(block.url))


def test_one_limit_at_a_place_is_shown_with_all_that_held_before(house, client, monkeypatch):
    _set(house, house.town, 1, TODAY + timedelta(days=2))
    _set(house, house.town, 4, TODAY + timedelta(days=9))
    monkeypatch.setattr("core.clock.now", lambda: NOW + timedelta(days=3))
    answer = _get(client, house.town_director, f"{LIST}?kind={KIND}&place={house.town.pk}")
    assert [(length, standing) for length, _place, standing in _lines(answer)[:3]] == [
        ("4 个工作日", "尚未施行"),
        ("1 个工作日", "现行"),
        ("2 个工作日", "已终止"),
    ]
    assert [line.length for line in client.get(_page(house.rule)).context["history"]] == [
        "4 个工作日",
        "1 个工作日",
        "2 个工作日",
    ]


@pytest.mark.parametrize("query", ["place=1&kind=X", "place=x", "place=99999999999999999999"])
def test_a_filter_that_makes_no_sense_shows_the_own_place(house, client, query):
    answer = _get(client, house.town_director, f"{LIST}?{query}")
    assert (answer.status_code, answer.context["view"].place) == (200, house.town)


def test_a_place_out_of_reach_is_no_choice(house, client):
    answer = _get(client, house.town_director, f"{LIST}?place={house.centers['330602'].pk}")
    assert answer.context["view"].place == house.town
    assert [name for _pk, name in answer.context["places"]] == ["诸暨市 / 枫桥镇"]


def test_the_law_stands_beside_the_length(house, client):
    block = next(one for one in _get(client, house.town_director, LIST).context["blocks"] if one.kind == "PET_HANDLE")
    assert (block.most, block.lines[0].length, block.article) == ("60 日", "60 日", "信访工作条例（2022）第34条")


def test_the_form_tells_the_longest_limit_of_each_kind(house, client):
    text = _get(client, house.town_director, f"{ADD}?kind=PET_HANDLE").content.decode()
    assert "最长 60 日：信访工作条例（2022）第34条。单位：日 / 小时。</p>" in text
    assert 'data-help="最长 5 个工作日' in text
    assert 'value="PET_ASKREVIEW"' not in text


def test_the_form_starts_from_what_the_table_was_about(house, client):
    form = _get(client, house.county_director, f"{ADD}?kind={KIND}&center={house.town.pk}").context["form"]
    assert (form["kind"].value(), form["center"].value()) == (KIND, str(house.town.pk))


def test_everything_wrong_is_told_at_once_beside_the_fields_and_above_them(house, client):
    client.force_login(house.town_director)
    wrong = {"kind": "PET_HANDLE", "amount": "61", "unit_of_time": "days", "valid_from": "2026-11-17", "article": ""}
    answer = client.post(ADD, {**wrong, "center": house.centers["330602"].pk})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"amount", "valid_from", "article", "center"}
    text = answer.content.decode()
    assert text.count("信访工作条例（2022）第34条：最长 60 日。请缩短时限。") == 2
    assert 'value="61"' in text


@pytest.mark.parametrize("missing", ["kind", "amount", "unit_of_time", "valid_from", "article", "center"])
def test_what_is_missing_is_asked_for_once(house, client, missing):
    client.force_login(house.town_director)
    answer = client.post(ADD, {**SOUND, "center": house.town.pk, missing: ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [missing])
    assert len(answer.context["form"].errors[missing]) == 1


@pytest.mark.parametrize(("name", "is_offered"), [("city_director", True), ("county_director", False)])
def test_only_who_directs_the_whole_is_offered_everywhere(house, client, name, is_offered):
    form = _get(client, house.people[name], ADD).context["form"]
    assert (("", "各地") in list(form.fields["center"].choices)) == is_offered
    answer = client.post(ADD, {**SOUND, "grade": "general", "_confirm": ""})
    assert answer.status_code == (302 if is_offered else 422)


def test_the_preview_writes_nothing_and_says_that_nothing_moves(house, client):
    triaged(house, now=NOW)
    client.force_login(house.town_director)
    before = list(ClockRule.objects.values()), list(Clock.objects.values())
    answer = client.post(ADD, {**SOUND, "center": house.town.pk, "amount": "1"})
    assert answer.status_code == 200
    assert (answer.context["total"], answer.context["groups"][0].name) == (1, "earlier")
    assert "今日运行中的时限一律不变" in answer.content.decode()
    assert (list(ClockRule.objects.values()), list(Clock.objects.values())) == before


def test_what_was_previewed_is_confirmed_as_it_was(house, client):
    client.force_login(house.town_director)
    preview = client.post(ADD, {**SOUND, "center": house.town.pk, "roll_forward": ""})
    hidden = {field.html_name: field.value() for field in preview.context["form"] if field.value() is not None}
    assert "_confirm" in preview.content.decode()
    answer = client.post(ADD, {**hidden, "_confirm": ""})
    rule = ClockRule.objects.latest("pk")
    assert answer.headers["Location"] == f"{LIST}?kind={KIND}&place={house.town.pk}"
    assert (rule.amount, rule.roll_forward, rule.valid_from, rule.set_by) == (
        2,
        False,
        date(2026, 11, 19),
        house.town_director,
    )


def test_the_way_back_from_the_preview_keeps_what_was_entered(house, client):
    client.force_login(house.town_director)
    answer = client.post(ADD, {**SOUND, "center": house.town.pk, "amount": "4", "_change": ""})
    assert (answer.status_code, answer.context["form"]["amount"].value()) == (200, "4")
    assert "data-error-summary" not in answer.content.decode()


def test_a_preview_past_the_calendar_is_refused_on_the_form(house, client):
    triaged(house, now=NOW)
    WorkCalendarDay.objects.filter(date__gt=date(2026, 12, 3)).delete()
    client.force_login(house.town_director)
    answer = client.post(ADD, {**SOUND, "center": house.town.pk, "amount": "5"})
    assert answer.status_code == 422
    assert "工作日历" in answer.content.decode()


def test_the_own_rule_is_ended_by_its_act(house, client):
    client.force_login(house.town_director)
    assert "终止该规则" in client.get(_page(house.rule)).content.decode()
    answer = client.post(_page(house.rule, "end"), {"last_day": "2026-11-20", "ground": "示例理由"})
    assert answer.status_code == 302
    assert ClockRule.objects.get(pk=house.rule.pk).valid_until == date(2026, 11, 20)
    assert "示例理由" in client.get(_page(house.rule)).content.decode()


def test_a_rule_that_has_not_begun_is_withdrawn_by_its_act(house, client):
    coming = _set(house, house.town, 1, TODAY + timedelta(days=1))
    client.force_login(house.town_director)
    assert client.post(_page(coming, "end"), {"last_day": "2026-11-20", "ground": "示例"}).status_code == 422
    assert client.post(_page(coming, "withdraw"), {"ground": "示例"}).status_code == 302
    assert ClockRule.objects.get(pk=coming.pk).is_withdrawn
    assert client.get(_page(coming)).context["line"].standing == "已撤回"


@pytest.mark.parametrize("name", ["town_supervisor", "sysadmin", "other"])
@pytest.mark.parametrize("act", ["end", "withdraw", "unknown"])
def test_an_act_is_not_found_by_who_does_not_direct_the_place(house, client, name, act):
    house.people["other"] = make_person("other", Role.CENTER_DIRECTOR, house.centers["330681110"])
    client.force_login(house.people[name])
    answers = [client.get(_page(house.rule, act)), client.post(_page(house.rule, act), {"ground": "示例"})]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "/act/" not in client.get(_page(house.rule)).content.decode()


def test_a_default_has_no_act_even_for_who_directs_the_whole(house, client):
    default = ClockRule.objects.get(kind=KIND, grade="general", center=None)
    assert _get(client, house.city_director, _page(default)).context["buttons"].acts == []
    assert client.post(_page(default, "end"), {"last_day": "2026-11-20", "ground": "x"}).status_code == 422
