"""A matter under seal is seen by the confidential officers of its place alone, and its number tells nothing."""

import pytest
from django.db import transaction
from django.urls import reverse

from cases.enums import Sensitivity
from cases.models import Case
from cases.reports.recusals import handlers_of
from centers.enums import Role
from centers.models import Center
from core import acting
from core.errors import DomainError
from core.models import OutboxMessage
from disputes.services.register import register_dispute
from supervision.services.sweep import sweep
from tests.factories import at, make_person, new_case, registered

NOW = at("2026-11-18")
OTHERS = ("clerk", "village_triage", "mediator", "town_supervisor", "county_supervisor", "sysadmin", "secadmin")


@pytest.fixture
def officer(house):
    return make_person("officer", Role.CONFIDENTIAL_OFFICER, house.town)


def _sealed(house, officer):
    return register_dispute(new_case(house, sensitivity=Sensitivity.SEALED), actor=officer, received_at=NOW, now=NOW)[0]


def _behind_the_wall(person):
    with acting.as_person(person.pk), transaction.atomic():
        return list(Case.objects.order_by("pk"))


def test_nobody_but_the_confidential_officer_sees_it_in_list_or_database(house, officer):
    case, open_one = _sealed(house, officer), registered(house, now=NOW)
    assert list(Case.objects.visible_to(officer)) == [case]
    for name in OTHERS:
        assert case not in Case.objects.visible_to(getattr(house, name)), name
        assert _behind_the_wall(getattr(house, name)) == [open_one], name
    assert _behind_the_wall(officer) == [case, open_one]


@pytest.mark.parametrize(("code", "is_opened"), [("330681109", True), ("330681", True), ("330681110", False)])
def test_the_seal_opens_for_officers_over_the_place_alone(house, officer, code, is_opened):
    case = _sealed(house, officer)
    other = make_person("other", Role.CONFIDENTIAL_OFFICER, house.centers[code])
    assert (case in Case.objects.visible_to(other), case in _behind_the_wall(other)) == (is_opened, is_opened)


def test_nobody_else_registers_under_seal(house, officer):
    with pytest.raises(DomainError, match="密件办理员"):
        _sealed(house, house.clerk)
    elsewhere = make_person("elsewhere", Role.CONFIDENTIAL_OFFICER, house.centers["330681110"])
    with pytest.raises(Center.DoesNotExist):
        _sealed(house, elsewhere)


def test_its_number_is_drawn_and_leaves_no_gap_among_the_others(house, officer):
    first = registered(house, now=NOW)
    sealed = {_sealed(house, officer).code for _ in range(3)}
    second = registered(house, now=NOW)
    assert (first.code, second.code) == ("330681109-2026-00001", "330681109-2026-00002")
    assert len({code.rpartition("M")[2] for code in sealed} - {"00000001", "00000002", "00000003"}) == 3


def test_a_number_that_is_taken_is_drawn_again(house, officer, monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr("cases.services.register.secrets.randbelow", lambda _most: next(drawn))
    codes = [_sealed(house, officer).code for _ in range(2)]
    assert [code[-8:] for code in codes] == ["00000007", "00000008"]


def test_only_officers_are_given_it_or_told_of_it(house, officer):
    case = _sealed(house, officer)
    above = make_person("above", Role.CONFIDENTIAL_OFFICER, house.centers["330681"])
    sweep(now=at("2026-11-20", 0))
    sweep(now=at("2026-12-20", 0))
    told = set(OutboxMessage.objects.filter(matter_id=case.pk).values_list("recipient__username", flat=True))
    assert told
    assert told <= {officer.username, above.username}
    case.refresh_from_db()
    assert handlers_of(case, on=NOW.date()) == [{house.town: officer, house.centers["330681"]: above}[case.holder]]


def test_by_page_the_officer_alone_is_offered_the_seal_and_everybody_confidentiality(house, officer, client):
    open_to_all = [Sensitivity.NORMAL, Sensitivity.CONFIDENTIAL]
    for person, offered in ((officer, [*open_to_all, Sensitivity.SEALED]), (house.clerk, open_to_all)):
        client.force_login(person)
        form = client.get(reverse("admin:disputes_dispute_register")).context["form"]
        assert [value for value, _label in form.fields["sensitivity"].choices] == offered


def test_by_page_it_looks_as_if_it_never_existed(house, officer, client):
    case = _sealed(house, officer)
    client.force_login(house.county_supervisor)
    page = reverse("admin:cases_case_change", args=[case.pk])
    assert client.get(page).status_code == 404
    listed = client.get(reverse("admin:cases_case_changelist"), {"q": case.number})
    assert not listed.context["cl"].result_list
    client.force_login(officer)
    assert "密件" in client.get(page).content.decode()
