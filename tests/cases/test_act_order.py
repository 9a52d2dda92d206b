"""What waits for somebody leads the buttons of a case's page; what is seldom wanted stands in a menu."""

import pytest
from django.urls import reverse

from cases.models import IdentityReveal
from core import acting, clock
from core.admin.bases import Act, lay_out
from core.reveal import RevealReason
from tests.factories import triaged


def act(name, *, waits=False, is_secondary=False):
    return Act(name, name, "", None, None, None, waits=lambda _row, _user: waits, is_secondary=is_secondary)


def laid_out(*acts):
    buttons = lay_out([(one, "/") for one in acts], row=None, user=None)
    names = [[one.name for one, _url in part] for part in (buttons.shown, buttons.more)]
    return [*names, buttons.first and buttons.first.name]


SELDOM = [act("s1", is_secondary=True), act("s2", is_secondary=True)]
USUAL = [act("u1"), act("u2")]
WAITING = [act("w1", waits=True), act("w2", waits=True, is_secondary=True)]


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ([], [[], [], None]),
        (SELDOM, [["s1", "s2"], [], None]),
        ([*SELDOM, *USUAL], [["u1", "u2", "s1", "s2"], [], "u1"]),
        ([*SELDOM, *USUAL, WAITING[0]], [["w1", "u1", "u2"], ["s1", "s2"], "w1"]),
        ([*SELDOM, *USUAL, *WAITING], [["w1", "w2", "u1", "u2"], ["s1", "s2"], "w1"]),
        ([*USUAL, *USUAL, *WAITING], [["w1", "w2", "u1", "u2"], ["u1", "u2"], "w1"]),
        ([*SELDOM, *SELDOM, SELDOM[0]], [[], ["s1", "s2", "s1", "s2", "s1"], None]),
    ],
)
def test_what_waits_leads_and_at_most_four_stand_side_by_side(acts, expected):
    assert laid_out(*acts) == expected


def page(client, user, case):
    client.force_login(user)
    buttons = client.get(reverse("admin:cases_case_change", args=[case.pk])).context["buttons"]
    return [one.name for one, _url in buttons.shown], buttons.first and buttons.first.name


def test_the_mediator_is_led_to_the_next_step(house, client):
    case = triaged(house, now=clock.now())
    assert page(client, house.mediator, case) == (["accept", "ask_consent", "refuse_mediation", "extend"], "accept")


def test_who_signs_for_nothing_is_not_led_to_name_the_accused(house, client):
    case = triaged(house, now=clock.now())
    assert page(client, house.town_supervisor, case) == ([], None)
    case.transfers.update(signed_at=None, signed_by=None)
    assert page(client, house.town_supervisor, case) == (["assign"], "assign")


@pytest.mark.parametrize(("asker", "leads"), [("mediator", "approve_identity"), ("director", None)])
def test_a_request_waits_for_the_second_person_and_not_for_whoever_asked(city, client, asker, leads):
    person = getattr(city, asker)
    asked = {"case": city.case, "reason": RevealReason.CONTACT, "ground": "示例", "asked_at": clock.now()}
    with acting.as_person(person.pk):
        IdentityReveal.objects.create(**asked, asked_by=person)
    shown, first = page(client, city.director, city.case)
    assert (first if "approve_identity" in shown[:1] else None) == leads
