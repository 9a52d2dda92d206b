"""A petition by its pages: the window, the path on the case page, the acts, the desks."""

import pytest
from django.contrib.admin import site
from django.urls import reverse

from cases.admin import CaseAdmin
from cases.models import Case
from cases.reports import DESKS
from petitions.enums import ClaimRoute, Kind
from petitions.services.opinion import accept_petition
from tests.cases.papers import with_papers
from tests.factories import at, hold_every_office, make_person
from tests.factories import triaged as dispute
from tests.petitions.office import accepted, drafted, opinion_served, petitioned, signed, triaged

NOW = at("2026-03-02")
GIVEN = {
    "kind": "claim",
    "channel": "visit",
    "is_oral": "on",
    "category": "D08",
    "sensitivity": "normal",
    "title": "征地补偿（示例）",
    "summary": "请求发放补偿款。（示例）",
    "participants": "1",
    "name_1": "样本甲",
    "mobile_1": "13800000001",
    "address_1": "示例路1号",
}
SERVED = {"served_on": "2026-03-02", "method": "in_person", "proof": "信访人签收（示例）"}
OPINION = {
    "heard_on": "2026-03-02",
    "claim": "请求发放补偿款",
    "facts": "款项已到账",
    "outcome": "supported",
    "opinion": "十五日内发放",
    "basis": "土地管理法第48条",
    "review_organ": "诸暨市人民政府",
    "execute_by": "2026-03-16",
}


EXECUTED = {"executed_on": "2026-03-10", "execution": "已转账，有回单（示例）"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)


def _register(client, house, by="petition_clerk", **changes):
    client.force_login(getattr(house, by))
    return client.post(reverse("admin:petitions_petition_register"), {"place": house.town.pk, **GIVEN, **changes})


def _page(client, case, by):
    client.force_login(by)
    return client.get(reverse("admin:cases_case_change", args=[case.pk]))


def _act(client, case, name, by, **given):
    client.force_login(by)
    return client.post(reverse("admin:cases_case_act", args=[case.pk, name]), given)


def _buttons(client, case, by):
    return {act.name for act in _page(client, case, by).context["buttons"].acts}


def test_the_window_registers_a_petition_and_prints_the_receipt(house, client):
    answer = _register(client, house)
    case = Case.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("admin:cases_case_receipt", args=[case.pk]))
    assert (case.channel, case.petition.is_oral, case.parties.get().name) == ("visit", True, "样本甲")
    receipt = client.get(answer.url).content.decode()
    assert (case.number in receipt, case.code in receipt, "2026年3月2日" in receipt) == (True, True, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_1": ""}, "name_1"),
        ({"name_2": "样本乙"}, "participants"),
        ({"kind": "accusation"}, "kind"),
        ({"channel": "letter"}, "is_oral"),
        ({"agent_name": "样本丙"}, "authority"),
        ({"mobile_1": "12"}, "mobile_1"),
        ({"participants": "0"}, "participants"),
    ],
)
def test_a_slip_is_told_at_its_field_and_nothing_typed_is_lost(house, client, changes, field):
    answer = _register(client, house, **changes)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "请求发放补偿款。（示例）" in answer.content.decode()
    assert not Case.objects.exists()


def test_the_window_takes_five_an_anonymous_one_and_a_guardian(house, client):
    people = {f"name_{number}": f"样本{number}" for number in range(1, 6)}
    agent = {"agent_name": "样本丙", "agency": "guardian", "authority": "户口簿（示例）"}
    assert _register(client, house, **people, **agent, participants="30").status_code == 302
    assert _register(client, house, name_1="", is_anonymous="on").status_code == 302
    assert [case.parties.count() for case in Case.objects.order_by("pk")] == [6, 0]


@pytest.mark.parametrize("by", ["petition_handler", "petition_leader", "town_supervisor", "nobody"])
def test_nobody_without_a_window_registers(house, client, by):
    assert _register(client, house, by=by).status_code == 403


def test_a_place_of_somebody_else_is_no_choice(house, client):
    answer = _register(client, house, place=house.centers["330681110"].pk)
    assert list(answer.context["form"].errors) == ["place"]


def test_a_claim_is_accepted_by_the_pages(house, client):
    _register(client, house)
    case, handler = Case.objects.get(), house.petition_handler
    sort = {"kind": "claim", "route": "31_6", "category": "D08", "grade": "general", "handler": handler.pk}
    assert _act(client, case, "triage_petition", house.town_triage, **{**sort, "route": ""}).status_code == 422
    assert _act(client, case, "triage_petition", house.town_triage, **sort).status_code == 302
    assert _act(client, case, "accept_petition", handler).status_code == 302
    notice = case.petition_notices.get().pk
    assert _act(client, case, "serve_notice", handler, **SERVED).status_code == 422
    assert _act(client, case, "serve_notice", handler, notice=notice, **SERVED).status_code == 302


def test_a_claim_is_answered_and_closed_by_the_pages(house, client, monkeypatch):
    case, handler = accepted(house, now=NOW), house.petition_handler
    acts = [
        ("draft_opinion", handler, OPINION),
        ("sign_opinion", house.petition_leader, {"remark": "同意（示例）"}),
        ("serve_opinion", handler, SERVED),
        ("confirm_petition", house.town_supervisor, {"remark": "已核实（示例）"}),
    ]
    assert [_act(client, case, name, by, **said).status_code for name, by, said in acts] == [302] * 4
    assert "close_petition" not in _buttons(client, case, house.town_supervisor)
    monkeypatch.setattr("core.clock.now", lambda: at("2026-04-02"))
    client.logout()
    assert _act(client, case, "record_execution", house.petition_leader, **EXECUTED).status_code == 302
    assert "卷宗缺少" in _act(client, case, "close_petition", house.town_supervisor).text
    _act(client, with_papers(case), "close_petition", house.town_supervisor)
    assert Case.objects.get().petition.state == "closed"


@pytest.mark.parametrize(
    ("build", "asks", "article"),
    [
        (petitioned, "甄别信访目的和办理途径", "信访工作条例第22条"),
        (triaged, "受理，或者书面告知", "信访工作条例第23条"),
        (accepted, "听取信访人陈述", "信访工作条例第31条第6项"),
        (drafted, "签发处理意见书或者退回", "信访工作条例第32条"),
        (signed, "送达处理意见书", "信访工作条例第32条"),
        (opinion_served, "由未参与办理的人员核实", ""),
    ],
)
def test_the_page_says_what_the_law_asks_next(house, client, build, asks, article):
    body = _page(client, build(house, now=NOW), house.town_supervisor).content.decode()
    assert (asks in body, article in body, "法定办理流程" in body) == (True, True, True)


def test_r7_the_page_shows_the_opinion_with_the_route_and_the_limit_of_the_remedy(house, client):
    body = _page(client, opinion_served(house, now=NOW), house.petition_handler).content.decode()
    assert "自收到之日起30日内" in body
    assert "诸暨市人民政府" in body
    assert "(2026)枫桥访意字第0001号" in body


@pytest.mark.parametrize(("on", "standing"), [("2026-03-17", "待送达"), ("2026-03-18", "逾期未送达")])
def test_the_page_shows_what_is_owed_and_from_when_on_it_is_late(house, client, monkeypatch, on, standing):
    case = triaged(house, now=NOW)
    accept_petition(case.pk, actor=house.petition_handler, now=NOW)
    monkeypatch.setattr("core.clock.now", lambda: at(on))
    page = _page(client, case, house.petition_handler)
    (line,) = next(values for _name, values in page.context["leading"] if "notices" in values)["notices"]
    assert (line.standing, line.due_on.isoformat(), "信访工作条例第23条" in page.content.decode()) == (
        standing, "2026-03-17", True,
    )  # fmt: skip
    owed = [DESKS[name].rows(house.petition_handler, now=at(on)).count() for name in _DESKS_OF_NOTICES]
    assert owed == [1, int(on == "2026-03-18")]


_DESKS_OF_NOTICES = ("petition_notices", "petition_notices_late")


def test_the_leader_finds_what_waits_to_be_signed_and_nobody_else_does(house, client):
    drafted(house, now=NOW)
    client.force_login(house.petition_leader)
    cards = {card.url.partition("desk=")[2] for card in client.get(reverse("admin:index")).context["cards"]}
    assert "petitions_to_sign" in cards
    assert DESKS["petitions_to_sign"].rows(house.unit_leader, now=NOW).count() == 0


def test_what_nobody_asked_to_review_waits_to_be_closed(house, client):
    case = opinion_served(house, now=NOW)
    _act(client, case, "confirm_petition", house.town_supervisor, remark="已核实（示例）")
    desk = DESKS["petitions_to_close"]
    assert [desk.rows(house.town_supervisor, now=at(day)).count() for day in ("2026-04-01", "2026-04-02")] == [0, 1]


def test_buttons_are_those_that_the_state_and_the_right_allow(house, client):
    case = triaged(house, now=NOW)
    assert {"accept_petition", "withdraw_petition"} <= _buttons(client, case, house.petition_handler)
    assert "decline_petition" in _buttons(client, case, house.petition_leader)
    assert not {"accept", "guide_petition", "reply_suggestion"} & _buttons(client, case, house.petition_handler)
    assert not {name for name in _buttons(client, dispute(house, now=NOW), house.mediator) if "petition" in name}


def _untold(house, *, now):
    return accept_petition(triaged(house, now=now).pk, actor=house.petition_handler, now=now)


def _of(kind, route=None):
    return lambda house, *, now: triaged(house, now=now, kind=kind, route=route)


@pytest.mark.parametrize(
    ("build", "standing", "step"),
    [
        (triaged, "分流", "accept_petition"),
        (_of(Kind.CLAIM, ClaimRoute.ARBITRATION), "分流", "guide_petition"),
        (_of(Kind.CLAIM, ClaimRoute.DUTY), "分流", "enter_procedure"),
        (_of(Kind.SUGGESTION), "分流", "reply_suggestion"),
        (_untold, "受理", "serve_notice"),
        (accepted, "受理", "draft_opinion"),
        (drafted, "处理意见书已拟制", ""),
    ],
)
def test_a_handlers_desk_tells_how_a_petition_stands_and_what_it_asks(house, client, build, standing, step):
    case = build(house, now=NOW)
    client.force_login(house.petition_handler)
    (line,) = client.get(reverse("admin:index")).context["desk"]["lines"]
    assert (line.standing, line.asked_url) == (
        standing, step and reverse("admin:cases_case_act", args=[case.pk, step]),
    )  # fmt: skip
    assert not step or step in {act.name for act in _page(client, case, house.petition_handler).context["buttons"].acts}


def test_r9_names_are_masked_on_the_page_of_a_petition(house, client):
    body = _page(client, accepted(house, now=NOW), house.petition_clerk).content.decode()
    assert ("样本甲" in body, "13800000001" in body, "信访人" in body) == (False, False, True)


@pytest.mark.parametrize("build", [accepted, dispute])
def test_no_act_of_another_procedure_breaks_on_a_matter_or_changes_it(house, client, build):
    case, person = build(house, now=NOW), make_person("every_office")
    hold_every_office(person, house.centers["3306"])
    Case.objects.filter(pk=case.pk).update(handler=person)
    others = [act.name for act in CaseAdmin(Case, site).acts() if not act.fits(case)]
    before = case.events.count()
    client.force_login(person)
    for name in others:
        url = reverse("admin:cases_case_act", args=[case.pk, name])
        assert client.post(url, {"remark": "示例"}).status_code == 422, name
    assert (len(others) > 15, case.events.count()) == (True, before)
