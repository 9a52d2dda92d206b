"""Who comes to a form that is not open reads why, and what to do."""

from datetime import date

import pytest
from django.urls import reverse

from disputes.enums import FollowUpState, State
from disputes.models import Dispute, FollowUp
from disputes.reports.obstacles import why_no_follow_up
from disputes.services.reopen import reopen_dispute
from disputes.services.verify import confirm_dispute
from tests.cases.papers import with_papers
from tests.factories import agreed, at, registered

NOW = at("2026-09-04")
DUE = date(2026, 9, 11)


@pytest.fixture
def open_form(client, house):
    """Return a function that opens, or sends, the form of an act as somebody."""

    def see(case, who, name, **typed):
        client.force_login(getattr(house, who))
        url = reverse("admin:cases_case_act", args=[case.pk, name])
        return client.post(url, typed) if typed else client.get(url)

    return see


@pytest.mark.parametrize(
    ("state", "says", "step"),
    [
        (State.TRIAGED, "“分流”环节。受理并开始调解后", None),
        (State.ACCEPTED, "请先“开始调解”", "start"),
        (State.MEDIATING, "没有待记录的调解会。请先安排", "plan_session"),
        (State.AGREED, "请核查人退回补办", None),
        (State.CLOSED, "不再记录调解会", None),
    ],
)
def test_the_form_of_a_session_says_what_comes_first(house, open_form, state, says, step):
    case = registered(house, now=NOW)
    Dispute.objects.update(state=state)
    type(case).objects.update(handler=house.mediator, unit=house.unit)
    page = open_form(case, "mediator", "hold_session").content.decode()
    assert (says in page, "还没有到这一环节" in page) == (True, False)
    assert [name for name in ("start", "plan_session") if f"/act/{name}/" in page] == ([step] if step else [])


def test_what_was_typed_for_a_session_that_is_gone_is_still_there(house, open_form):
    case = registered(house, now=NOW)
    Dispute.objects.update(state=State.MEDIATING)
    type(case).objects.update(handler=house.mediator, unit=house.unit)
    answer = open_form(case, "mediator", "hold_session", statements="双方陈述（示例）")
    assert (answer.status_code, "双方陈述（示例）</textarea>" in answer.content.decode()) == (422, True)


def test_why_nobody_is_followed_up_is_told_with_the_day_or_what_is_missing(house):
    case = agreed(house, now=NOW)
    assert "协议核查通过后" in why_no_follow_up(case, today=DUE)
    case = confirm_dispute(with_papers(case).pk, remark="属实", actor=house.town_supervisor, now=at("2026-09-07"))
    case.refresh_from_db()
    assert "2026-09-11起" in why_no_follow_up(case, today=date(2026, 9, 10))
    assert "2026-10-04起" in why_no_follow_up(case, today=DUE)
    FollowUp.objects.update(state=FollowUpState.DROPPED)
    assert "协议未履行" in why_no_follow_up(case, today=DUE)


def test_where_nothing_was_agreed_nobody_is_followed_up(house):
    case = registered(house, now=NOW)
    case.dispute.state = State.CLOSED
    assert "未达成协议" in why_no_follow_up(case, today=DUE)


def test_all_done_and_taken_up_again_are_told_apart(house, open_form):
    case = agreed(house, now=NOW)
    case = confirm_dispute(with_papers(case).pk, remark="属实", actor=house.town_supervisor, now=at("2026-09-07"))
    done = {"party": case.parties.first(), "done_by": house.town_supervisor, "result": "satisfied"}
    FollowUp.objects.update(state=FollowUpState.DONE, **done)
    assert "均已完成" in open_form(case, "town_supervisor", "follow_up").content.decode()
    again = {"handler": house.mediator, "ground": "示例", "actor": house.town_supervisor}
    reopen_dispute(case.pk, **again, now=at("2026-09-12"))
    assert "“分流”环节。回访在协议" in open_form(case, "town_supervisor", "follow_up").content.decode()
