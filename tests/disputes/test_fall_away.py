"""Whoever was planned for a session and is recused, or whose unit is released, before it begins is taken out of it.

Asked on Wednesday 18 November 2026 to a session on Thursday at two, with two mediators, one of another unit.
"""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.enums import Sensitivity
from cases.models import Case
from cases.services.recuse import recuse_person
from centers.enums import Role
from centers.models import Unit
from core.errors import DomainError
from core.models import OutboxMessage
from disputes.enums import ReadBack
from disputes.models import Attendance, JointUnit
from disputes.services.joint import agree_to_join, ask_unit, release_unit
from disputes.services.meet import NewRecord, NewSession, cancel_session, hold_session, plan_session
from tests.factories import appoint, at, make_house, make_person, mediating

NOW, MEETING, AFTER = at("2026-11-18"), at("2026-11-19", 14), at("2026-11-20")
A_MINUTE = timedelta(minutes=1)
REASON = "警力另有任务（示例）"
GONE = "（不再参加）"


@pytest.fixture(scope="module")
def built(for_the_module):
    house = make_house()
    house.other = Unit.objects.create(center=house.town, name="枫桥派出所（示例）", kind="organ")
    house.people["helper"] = make_person("helper", Role.HANDLER, house.town, unit=house.other)
    house.people["scribe"] = make_person("scribe", Role.HANDLER, house.village)
    house.case = mediating(house, now=NOW)
    told = {"unit_id": house.other.pk, "purpose": "协助核实（示例）", "consented_on": NOW.date()}
    house.joint = ask_unit(house.case.pk, **told, actor=house.mediator, now=NOW)
    agree_to_join(house.joint.pk, actor=house.helper, now=NOW)
    house.session = _plan(house, "mediator", "helper")
    return house


@pytest.fixture
def house(built, db, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    return deepcopy(built)


def _plan(house, *names, recorder="scribe", starts_at=MEETING):
    parties = list(house.case.parties.values_list("pk", flat=True))
    people = {"mediator_ids": [getattr(house, name).pk for name in names], "recorder_id": getattr(house, recorder).pk}
    new = NewSession(starts_at, "调解室（示例）", is_joint=True, party_ids=parties, **people)
    return plan_session(house.case.pk, new=new, actor=house.mediator, now=NOW)


def _release(house, now=NOW):
    return release_unit(house.case.pk, row_id=house.joint.pk, ground=REASON, actor=house.mediator, now=now)


def _recuse(house, name, now=NOW):
    recuse_person(house.case.pk, person=getattr(house, name), ground="示例", actor=house.town_triage, now=now)


def _asked(house, session=None):
    rows = Attendance.objects.still_asked().filter(session=session or house.session, person__isnull=False)
    return set(rows.values_list("person__username", flat=True))


def _hold(house, *names, session=None, started_at=MEETING):
    session = session or house.session
    came = session.attendances.filter(person__in=[getattr(house, name).pk for name in names])
    present = {*came.values_list("pk", flat=True), session.attendances.filter(role="party")[0].pk}
    said = {"rights_told": True, "statements": "示例", "outcome": "示例", "read_back": ReadBack.READ}
    new = NewRecord(started_at, started_at + A_MINUTE, present_ids=present, signed_ids=(), **said)
    return hold_session(house.case.pk, session_id=session.pk, new=new, actor=house.mediator, now=AFTER)


def _page(house, client):
    client.force_login(house.mediator)
    return client.get(reverse("admin:cases_case_change", args=[house.case.pk])).text


def test_a_session_keeps_through_which_request_a_mediator_of_another_unit_comes(house):
    lent = dict(house.session.attendances.filter(role="mediator").values_list("person__username", "joint_unit"))
    assert lent == {"mediator": None, "helper": house.joint.pk}


@pytest.mark.parametrize(
    ("moment", "is_gone"), [(MEETING - A_MINUTE, True), (MEETING, True), (MEETING + A_MINUTE, False)]
)
def test_the_mediators_of_a_unit_are_out_of_what_begins_after_its_release(house, moment, is_gone):
    assert _asked(house) == {"mediator", "helper", "scribe"}
    _release(house, now=moment)
    assert ("helper" not in _asked(house)) is is_gone


@pytest.mark.parametrize(
    ("moment", "is_gone"), [(MEETING - A_MINUTE, True), (MEETING, True), (MEETING + A_MINUTE, False)]
)
@pytest.mark.parametrize("name", ["helper", "scribe"])
def test_so_is_whoever_is_recused_before_it_begins_mediator_or_recorder(house, name, moment, is_gone):
    _recuse(house, name, now=moment)
    assert (name not in _asked(house)) is is_gone


def test_a_recusal_of_the_unit_takes_its_people_out_and_one_of_a_person_counts_from_its_own_moment(house):
    told = {"ground": "示例", "source": "staff", "recorded_by": house.clerk, "since": NOW.date()}
    house.case.recusals.create(person=house.helper, recorded_at=MEETING + A_MINUTE, **told)
    house.case.recusals.create(unit=house.other, recorded_at=NOW, **told)
    assert "helper" in _asked(house)
    another = make_person("another", Role.HANDLER, house.town, unit=house.other)
    house.session.attendances.filter(person=house.helper).update(person=another)
    assert _asked(house) == {"mediator", "scribe"}


def test_a_unit_that_is_asked_again_is_planned_again(house):
    _release(house)
    told = {"unit_id": house.other.pk, "purpose": "示例", "consented_on": NOW.date(), "actor": house.mediator}
    agree_to_join(ask_unit(house.case.pk, **told, now=NOW).pk, actor=house.helper, now=NOW)
    assert "helper" not in _asked(house)
    assert "helper" in _asked(house, _plan(house, "mediator", "helper"))


def test_whoever_is_out_is_neither_recorded_as_there_nor_as_absent(house, client):
    _release(house)
    with pytest.raises(DomainError, match=house.helper.full_name), transaction.atomic():
        _hold(house, "mediator", "helper")
    _hold(house, "mediator")
    there = dict(house.session.attendances.filter(person__isnull=False).values_list("person__username", "is_present"))
    assert there == {"mediator": True, "helper": None, "scribe": False}
    page = _page(house, client)
    assert [f"{house.helper}{GONE}" in page, page.count(GONE), f"{house.scribe}（缺席）" in page] == [True, 1, True]


def test_whoever_was_there_before_the_release_stands_in_the_record(house):
    _release(house, now=MEETING + A_MINUTE)
    _hold(house, "mediator", "helper")
    assert house.session.attendances.get(person=house.helper).is_present


def test_a_session_that_was_held_later_than_planned_asks_who_had_a_part_then(house):
    _release(house, now=MEETING + A_MINUTE)
    with pytest.raises(DomainError, match=house.helper.full_name):
        _hold(house, "mediator", "helper", started_at=MEETING + A_MINUTE)


def test_a_session_without_a_mediator_is_not_held_and_its_page_says_so(house, client):
    session = _plan(house, "helper")
    told = "这次调解会已没有调解员"
    assert told not in _page(house, client)
    _release(house)
    assert told in _page(house, client)
    with pytest.raises(DomainError, match=told), transaction.atomic():
        _hold(house, session=session)
    cancel_session(house.case.pk, session_id=session.pk, ground="示例", actor=house.mediator, now=NOW)
    assert told not in _page(house, client)


def test_the_page_and_the_form_of_the_record_leave_them_out_and_the_reason_is_shown(house, client):
    client.force_login(house.mediator)
    url = reverse("admin:cases_case_act", args=[house.case.pk, "release_unit"])
    refused = client.post(url, {"joint_unit": house.joint.pk, "ground": ""})
    assert (refused.status_code, [*refused.context["form"].errors]) == (422, ["ground"])
    page = client.post(url, {"joint_unit": house.joint.pk, "ground": REASON}, follow=True).text
    assert [f"{house.helper}{GONE}" in page, page.count(GONE), REASON in page] == [True, 1, True]
    assert JointUnit.objects.get().release_ground == REASON
    form = client.get(reverse("admin:cases_case_act", args=[house.case.pk, "hold_session"])).context["form"]
    assert house.helper not in {one.person for one in form.fields["present"].queryset}


def test_a_unit_that_was_released_reads_nothing_any_more_of_what_it_was_asked(house, client):
    client.force_login(house.helper)
    pages = [reverse("admin:disputes_jointunit_change", args=[house.joint.pk])]
    details = ["协助核实（示例）", house.case.get_category_display(), "2026-11-19 14:00"]
    seen = client.get(pages[0]).text
    assert all(text in seen for text in (house.case.number, *details))
    JointUnit.objects.update(consented_on=at("2026-11-17").date())
    _release(house)
    assert house.case.number in client.get(pages[0]).text
    pages += [reverse("admin:disputes_jointunit_act", args=[house.joint.pk, act]) for act in ("agree", "decline")]
    for url in (*pages, reverse("admin:disputes_jointunit_changelist")):
        text = client.get(url).text
        assert not any(one in text for one in (*details, "2026-11-17", REASON)), url


def test_the_unit_is_told_that_nobody_of_it_comes_and_never_why(house):
    _release(house)
    told = OutboxMessage.objects.get(key__contains=":released")
    assert (told.recipient, REASON in told.body, "不再参加" in told.body) == (house.helper, False, True)


def test_of_a_sealed_matter_the_unit_is_told_nothing(house):
    appoint(house.mediator, role=Role.CONFIDENTIAL_OFFICER, center=house.village, starts_on=NOW.date())
    Case.objects.filter(pk=house.case.pk).update(sensitivity=Sensitivity.SEALED)
    assert _release(house).released_at == NOW
    assert not OutboxMessage.objects.filter(key__contains=":released").exists()


def test_only_mediators_are_lent(house):
    with pytest.raises(IntegrityError, match="attendance_lent_to_mediate"), transaction.atomic():
        house.session.attendances.filter(role="recorder").update(joint_unit=house.joint)
