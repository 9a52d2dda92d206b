import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from cases.models import Case
from core.errors import DomainError
from disputes.enums import State
from disputes.models import Dispute
from disputes.services.register import register_dispute
from tests.factories import at, new_case

NOW = at("2026-11-18")
URL = "admin:disputes_dispute_register"


def _typed(house, **changes):
    fields = {"place": house.village.pk, "grid": house.grid.pk, "category": "D02", "channel": "phone"}
    fields |= {"title": "漏水（示例）", "summary": "经过（示例）", "applicant_name": "样本甲"}
    return {**fields, **changes}


def test_a_registered_dispute_stands_at_its_first_state(house):
    case, code = register_dispute(new_case(house), actor=house.clerk, received_at=NOW, now=NOW)
    assert (case.dispute.state, len(code), str(case.dispute)) == (State.REGISTERED, 12, case.number)


def test_a_refused_registration_leaves_neither_case_nor_dispute(house):
    with pytest.raises(DomainError):
        register_dispute(new_case(house, parties=()), actor=house.clerk, received_at=NOW, now=NOW)
    assert not Case.objects.exists()
    assert not Dispute.objects.exists()


def test_a_dispute_is_seen_by_those_who_see_its_case(house):
    register_dispute(new_case(house), actor=house.clerk, received_at=NOW, now=NOW)
    assert Dispute.objects.visible_to(house.town_supervisor).exists()
    for outsider in (house.neighbour_clerk, house.nobody, AnonymousUser()):
        assert not Dispute.objects.visible_to(outsider).exists()


def test_the_window_registers_and_the_receipt_follows(client, house):
    client.force_login(house.clerk)
    answer = client.post(reverse(URL), _typed(house))
    case = Case.objects.get()
    assert answer.headers["Location"] == reverse("admin:cases_case_receipt", args=[case.pk])
    assert (case.title, case.grid, case.parties.get().name) == ("漏水（示例）", house.grid, "样本甲")


@pytest.mark.parametrize(
    ("field", "value"),
    [("applicant_name", ""), ("applicant_mobile", "123"), ("respondent_mobile", "1380000000x"), ("title", "")],
)
def test_what_is_missing_or_malformed_is_told_at_its_field(client, house, field, value):
    client.force_login(house.clerk)
    answer = client.post(reverse(URL), _typed(house, **{field: value}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Case.objects.exists()


DANGER = {"safety": "domestic_violence", "safety_ground": "自述被打（示例）"}


def test_danger_that_the_window_notices_is_flagged_with_the_registration(client, house):
    client.force_login(house.clerk)
    assert client.post(reverse(URL), _typed(house, **DANGER)).status_code == 302
    flag = Case.objects.get().safety_flags.get()
    assert (flag.kind, flag.ground, flag.set_by) == ("domestic_violence", "自述被打（示例）", house.clerk)


def test_danger_without_a_word_of_why_is_asked_for_it(client, house):
    client.force_login(house.clerk)
    answer = client.post(reverse(URL), _typed(house, **DANGER | {"safety_ground": " "}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["safety_ground"])
    assert not Case.objects.exists()


def test_what_is_refused_after_the_registration_leaves_no_matter_behind(client, house, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise DomainError("示例")

    monkeypatch.setattr("disputes.admin.disputes.flag_safety", refuse)
    client.force_login(house.clerk)
    answer = client.post(reverse(URL), _typed(house, **DANGER))
    assert (answer.status_code, Case.objects.exists()) == (422, False)


@pytest.mark.parametrize("actor", ["mediator", "town_supervisor", "nobody", "sysadmin"])
def test_without_the_right_to_register_there_is_no_page(client, house, actor):
    client.force_login(getattr(house, actor))
    assert client.get(reverse(URL)).status_code == client.post(reverse(URL), _typed(house)).status_code == 403
    assert not Case.objects.exists()


def test_another_village_can_neither_be_chosen_nor_sent(client, house):
    client.force_login(house.neighbour_clerk)
    page = client.get(reverse(URL)).content.decode()
    assert house.centers["330681109202"].name in page
    assert house.village.name not in page
    answer = client.post(reverse(URL), _typed(house))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"place", "grid"})
    assert not Case.objects.exists()
