"""A matter's whole life by the buttons of its page: every act is a form whose POST calls its service."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Case
from core import clock
from tests.cases.papers import with_papers
from tests.factories import met, registered, triaged

AGREEMENT = {"form": "written", "facts": "事实（示例）", "content": "内容（示例）", "performance": "十日内"}


@pytest.fixture
def press(client, house):
    """Return a function that does an act on the newest case as somebody, and follows where it leads."""

    def act(who, name, **typed):
        client.force_login(getattr(house, who))
        return client.post(
            reverse("admin:cases_case_act", args=[Case.objects.latest("pk").pk, name]), typed, follow=True
        )

    return act


def _signed(today):
    parties = Case.objects.latest("pk").parties.values_list("pk", flat=True)
    return {"signed_on": today} | {f"signed_by_{pk}": today for pk in parties}


@pytest.fixture
def today():
    return clock.today().isoformat()


def _stands(stage, state):
    case = Case.objects.latest("pk")
    return (case.stage, case.dispute.state) == (stage, state)


def _mediating(press, house, today):
    press("village_triage", "triage", grade="general", category="D02", handler=house.mediator.pk)
    press("mediator", "accept", said_on=today, said_how="oral")
    press("mediator", "start", rights_told_on=today)
    met(Case.objects.latest("pk"), now=clock.now())


def test_from_the_window_to_the_end_with_an_agreement_that_went_back_once(press, house, today):
    registered(house, now=clock.now())
    _mediating(press, house, today)
    for judge in ("return", "confirm"):
        assert press("mediator", "agree", **AGREEMENT, **_signed(today)).status_code == 200
        assert _stands("reported", "agreed")
        with_papers(Case.objects.get())
        answer = press("town_supervisor", judge, remark="已核实（示例）")
        assert answer.redirect_chain[-1][0] == reverse("admin:cases_case_change", args=[Case.objects.get().pk])
    assert _stands("closed", "closed")


def test_to_the_end_without_an_agreement(press, house, today):
    registered(house, now=clock.now())
    _mediating(press, house, today)
    press("mediator", "terminate", reason="impossible", explanation="分歧（示例）", routes=["court"], told_on=today)
    assert _stands("reported", "terminated")


def test_a_critical_matter_goes_up_and_the_town_names_its_mediator(press, house):
    registered(house, now=clock.now())
    press("village_triage", "triage", grade="critical", category="D02", handler="")
    assert Case.objects.get().holder == house.town
    press("town_triage", "assign", handler=house.town_mediator.pk)
    assert Case.objects.get().handler == house.town_mediator


def test_a_matter_that_stays_needs_its_mediator_named(press, house):
    registered(house, now=clock.now())
    answer = press("village_triage", "triage", grade="general", category="D02", handler="")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["handler"])
    assert _stands("registered", "registered")


def test_a_rule_that_says_no_is_told_on_the_form_and_what_was_typed_stays(press, house, client):
    triaged(house, now=clock.now())
    answer = press("mediator", "accept", said_on="2020-01-01", said_how="oral")
    assert (answer.status_code, bool(answer.context["form"].non_field_errors())) == (422, True)
    assert "2020-01-01" in answer.content.decode()


def test_an_act_that_is_not_open_says_so_and_offers_no_button(press, house, client):
    case = triaged(house, now=clock.now())
    client.force_login(house.mediator)
    page = client.get(reverse("admin:cases_case_act", args=[case.pk, "agree"]))
    assert (page.status_code, page.context["is_open"], '<form method="post" novalidate' in page.content.decode()) == (
        200,
        False,
        False,
    )


def test_an_act_by_an_unknown_name_is_not_found(press, house):
    triaged(house, now=clock.now())
    assert press("mediator", "nonsense").status_code == 404


EVERYBODY = {"interest", "flag_safety", "relate"}
HANDS_OFF = {"receive_hand_off", "hand_off"}
OFFERED = {
    "mediator": {"accept", "ask_consent", "refuse_mediation", "decline", "withdraw", "extend"}
    | {"name_mediator", "note_languages", "add_party", "ask_unit", *HANDS_OFF},
    "village_triage": {"assign", "accused", "raise", "recuse", "recuse_person", "reissue", *HANDS_OFF},
    "clerk": {"reissue", *HANDS_OFF},
    "town_supervisor": {"assign", "accused", "raise", "recuse", "recuse_person"},
    "unit_leader": set(),
}


def test_the_page_offers_exactly_the_acts_that_are_open_to_its_reader(client, house):
    case = triaged(house, now=clock.now())
    for who, acts in OFFERED.items():
        client.force_login(getattr(house, who))
        page = client.get(reverse("admin:cases_case_change", args=[case.pk]))
        assert (who, {act.name for act in page.context["buttons"].acts}) == (who, acts | EVERYBODY)


def _perform(press, case, today):
    owed = {"obligation": case.obligations.get().pk, "amount": "800"}
    return press("mediator", "perform", **owed, performed_on=today, proof="收条（示例）").text


def test_an_agreement_with_instalments_by_the_buttons(press, house, today):
    case = registered(house, now=clock.now())
    _mediating(press, house, today)
    debtor, creditor = case.parties.order_by("-role").values_list("pk", flat=True)
    rows = {"debtor": [debtor, ""], "creditor": [creditor, ""], "what": ["赔偿款（示例）", ""], "amount": ["800", ""]}
    typed = {f"obligations_{column}": cells for column, cells in rows.items()} | AGREEMENT | _signed(today)
    refused = press("mediator", "agree", **typed, obligations_due_on=["2026-01-01", ""])
    assert (refused.status_code, "早于协议签订日期" in refused.text, "赔偿款" in refused.text) == (422, True, True)
    press("mediator", "agree", **typed, obligations_due_on=[today, ""])
    assert "跟踪约定的履行期限" in press("town_supervisor", "confirm", remark="属实（示例）").text
    page = _perform(press, case, today)
    assert ("收条（示例）" in page, "已按期履行" in page) == (True, True)
    press("mediator", "fulfil", summary="全部付清（示例）")
    with_papers(case)
    press("town_supervisor", "confirm", remark="属实（示例）")
    assert _stands("closed", "closed")


def test_sessions_and_what_follows_an_agreement_by_the_buttons(press, house, today):
    case = registered(house, now=clock.now() - timedelta(days=9))
    _mediating(press, house, today)
    case.dispute.__class__.objects.update(accepted_on=clock.today() - timedelta(days=9))
    parties = list(case.parties.values_list("pk", flat=True))
    people = {"parties": parties, "mediators": house.mediator.pk, "recorder": house.mediator.pk}
    others = {"participants": "样本丙，亲属", "consented_on": today}
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    when = {"starts_at": f"{yesterday}T09:00", "place": "调解室（示例）", "kind": "joint"}
    assert "亲属 样**" in press("mediator", "plan_session", **when, **people, **others).text
    session = case.sessions.planned().get()
    present = list(session.attendances.values_list("pk", flat=True))
    times = {"started_at": f"{yesterday}T09:00", "ended_at": f"{yesterday}T10:00", "read_back": "read"}
    told = {"session": session.pk, "present": present, "signed": present[:2], "statements": "陈述", "outcome": "条款"}
    assert "（已签名）" in press("mediator", "hold_session", **times, **told).text
