"""A notice's life by the buttons of its page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from supervision.models import SupervisionNotice
from tests.factories import at, noticed


@pytest.fixture
def press(client, house):
    noticed(house, now=at("2025-11-18"))

    def act(who, name, **typed):
        client.force_login(getattr(house, who))
        url = reverse("admin:supervision_supervisionnotice_act", args=[SupervisionNotice.objects.get().pk, name])
        return client.post(url, {"csrfmiddlewaretoken": "x", **typed}, follow=True)

    return act


def _state():
    return SupervisionNotice.objects.get().state


def test_signed_for_answered_returned_answered_again_and_closed_out(press):
    steps = [("unit_leader", "sign_for", {}), ("unit_leader", "reply", {"reply": "原因（示例）"})]
    steps += [("town_supervisor", "return", {"verdict": "不足（示例）"}), steps[1]]
    steps += [("town_supervisor", "close", {"verdict": "可以（示例）"})]
    states = [_state() for who, name, typed in steps if press(who, name, **typed).status_code == 200]
    assert states == ["signed_for", "replied", "returned", "replied", "closed"]


def test_an_empty_answer_is_none(press):
    press("unit_leader", "sign_for")
    assert press("unit_leader", "reply", reply="").status_code == 422
    assert _state() == "signed_for"


def test_the_page_offers_each_reader_the_own_acts_only(press, client, house):
    url = reverse("admin:supervision_supervisionnotice_change", args=[SupervisionNotice.objects.get().pk])
    offered = []
    for who in ("unit_leader", "town_supervisor"):
        client.force_login(getattr(house, who))
        offered.append({act.name for act in client.get(url).context["buttons"].acts})
    assert offered == [{"sign_for"}, set()]


@pytest.mark.parametrize(
    ("values", "tone"),
    [
        ({}, "late"),
        ({"reply_due_on": clock.today() + timedelta(days=2)}, "open"),
        ({"state": "replied"}, "open"),
        ({"state": "closed"}, "closed"),
    ],
)
def test_the_list_tells_how_a_notice_stands(press, client, house, values, tone):
    SupervisionNotice.objects.update(**values)
    client.force_login(house.town_supervisor)
    listed = client.get(reverse("admin:supervision_supervisionnotice_changelist")).context["cl"]
    assert listed.model_admin.standing(SupervisionNotice.objects.get())[0] == tone
