"""Disputes of one cause are heard together: who may group which, who speaks for all, and who learns nothing of it."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.enums import Sensitivity
from cases.models import Case
from core import acting
from core.errors import DomainError, IllegalTransition
from disputes.enums import State
from disputes.models import Dispute, DisputeGroup, GroupMember, Representative, Session
from disputes.reports.groups import disputes_to_group, group_of
from disputes.services.gather import NewMeeting, cancel_group_session, plan_group_session
from disputes.services.group import end_group, form_group, join_group, leave_group
from disputes.services.meet import NewSession, plan_session
from disputes.services.represent import TooManyRepresentatives, end_representative, name_representatives
from tests.factories import at, hold_every_office, make_house, mediating, recused, rolled_back

NOW = at("2026-11-18")
MEETING = at("2026-11-20", 14)
CAUSE = "同一小区集中供暖不足（示例）"
A_SECOND, A_DAY = timedelta(seconds=1), timedelta(days=1)
DAY = date(2026, 11, 18)


@pytest.fixture(scope="module")
def built(for_the_module):
    """Return the house with four disputes on the mediator's desk, the first two of which are heard together."""
    house = make_house()
    house.cases = [mediating(house, now=NOW, title=f"供暖纠纷{number}（示例）") for number in range(1, 5)]
    form_group(house.cases[0].pk, others=[house.cases[1].pk], cause=CAUSE, actor=house.mediator, now=NOW)
    return house


@pytest.fixture
def house(built, db, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    return deepcopy(built)


def _form(house, *numbers, now=NOW):
    first, *others = (house.cases[number].pk for number in numbers)
    return form_group(first, others=others, cause=CAUSE, actor=house.mediator, now=now)


def _seen(house, number=0, by="mediator"):
    grouped = group_of(Case.objects.get(pk=house.cases[number].pk), user=getattr(house, by))
    return [one.case for one in grouped.members] if grouped else None


def _parties(house, *numbers):
    return [pk for number in numbers for pk in house.cases[number].parties.values_list("pk", flat=True)]


def _name(house, parties, on=DAY, now=NOW, number=0):
    told = {"party_ids": parties, "chosen_on": on, "actor": house.mediator, "now": now}
    return name_representatives(house.cases[number].pk, **told)


def _plan(house, number=0, starts_at=MEETING, by="mediator"):
    meeting = NewMeeting(starts_at, "镇会议室（示例）", [house.mediator.pk], house.mediator.pk)
    return plan_group_session(house.cases[number].pk, new=meeting, actor=getattr(house, by), now=NOW)


def _flag(house, number):
    house.cases[number].safety_flags.create(kind="minor", ground="示例", set_by=house.clerk, set_at=NOW)


def test_a_dispute_joins_the_group_and_leaves_it_with_the_reason(house):
    first, second, third, _alone = house.cases
    assert _seen(house) == [first, second]
    join_group(first.pk, others=[third.pk], actor=house.mediator, now=NOW)
    assert _seen(house, 2) == [first, second, third]
    left = leave_group(third.pk, reason="另行处理（示例）", actor=house.mediator, now=NOW)
    assert (left.leave_reason, _seen(house, 2), _seen(house)) == ("另行处理（示例）", None, [first, second])
    with pytest.raises(IllegalTransition):
        leave_group(third.pk, reason="x", actor=house.mediator, now=NOW)
    assert _form(house, 2, 3).members.count() == 2


def _sensitive(house, kept):
    Case.objects.filter(pk=house.cases[3].pk).update(sensitivity=kept)


BARS = {
    "under seal": lambda house: _sensitive(house, Sensitivity.SEALED),
    "confidential": lambda house: _sensitive(house, Sensitivity.CONFIDENTIAL),
    "of another desk": lambda house: Case.objects.filter(pk=house.cases[3].pk).update(handler=house.clerk),
    "somebody in danger": lambda house: _flag(house, 3),
    "agreed on": lambda house: Dispute.objects.filter(case=house.cases[3]).update(state=State.AGREED),
    "not accepted yet": lambda house: Dispute.objects.filter(case=house.cases[3]).update(state=State.TRIAGED),
    "of another committee": lambda house: house.cases[3].transfers.update(to_center=house.town),
    "grouped already": lambda house: _form(house, 3, 2),
}


@pytest.mark.parametrize("bar", BARS)
def test_a_dispute_that_cannot_be_heard_with_others_is_refused(house, bar):
    with rolled_back():
        assert join_group(house.cases[0].pk, others=[house.cases[3].pk], actor=house.mediator, now=NOW)
    BARS[bar](house)
    with pytest.raises((DomainError, Case.DoesNotExist)) as refusal:
        join_group(house.cases[0].pk, others=[house.cases[3].pk], actor=house.mediator, now=NOW)
    assert refusal.type is Case.DoesNotExist or house.cases[3].number in str(refusal.value)
    is_offered = house.cases[3] in disputes_to_group(house.cases[0], user=house.mediator)
    assert is_offered is (bar == "of another committee")


def test_whoever_has_not_all_on_the_desk_groups_none_and_one_alone_is_no_group(house):
    for actor in (house.clerk, house.town_supervisor, house.town_mediator):
        with pytest.raises(Case.DoesNotExist):
            form_group(house.cases[2].pk, others=[house.cases[3].pk], cause=CAUSE, actor=actor, now=NOW)
    for others in ([], [house.cases[2].pk]):
        with pytest.raises(DomainError):
            form_group(house.cases[2].pk, others=others, cause=CAUSE, actor=house.mediator, now=NOW)


RESTS = {
    "terminated": lambda house: Dispute.objects.filter(case=house.cases[1]).update(state=State.TERMINATED),
    "flagged": lambda house: _flag(house, 1),
    "sealed": lambda house: Case.objects.filter(pk=house.cases[1].pk).update(sensitivity=Sensitivity.SEALED),
}


@pytest.mark.parametrize("why", RESTS)
def test_a_dispute_whose_mediation_rests_counts_no_more_until_it_goes_on(house, why):
    RESTS[why](house)
    assert _seen(house) is None
    with pytest.raises(IllegalTransition):
        _plan(house)
    Dispute.objects.filter(case=house.cases[1]).update(state=State.MEDIATING)
    house.cases[1].safety_flags.update(cleared_by=house.town_supervisor, cleared_at=NOW, clearance="x")
    assert _seen(house) == (None if why == "sealed" else house.cases[:2])


def test_what_is_left_alone_or_comes_back_in_another_round_is_grouped_anew(house):
    Case.objects.filter(pk=house.cases[1].pk).update(round=2)
    assert _seen(house) is None
    house.cases[1].refresh_from_db()
    _form(house, 1, 2)
    assert (_seen(house), _seen(house, 2)) == (None, house.cases[1:3])
    _form(house, 0, 3)
    assert GroupMember.objects.filter(left_at=None).count() == 4


def test_five_represent_and_a_sixth_does_not(house):
    join_group(house.cases[0].pk, others=[house.cases[2].pk], actor=house.mediator, now=NOW)
    parties = _parties(house, 0, 1, 2)
    with transaction.atomic(), pytest.raises(TooManyRepresentatives):
        _name(house, parties)
    _name(house, parties[:5])
    with pytest.raises(TooManyRepresentatives):
        _name(house, parties[5:])
    assert len(_name(house, parties[:1])) == 1
    assert Representative.objects.standing().count() == 5
    row = Representative.objects.standing().first()
    end_representative(house.cases[1].pk, representative_id=row.pk, reason="x", actor=house.mediator, now=NOW)
    assert len(_name(house, parties[5:])) == 1


def test_a_sixth_that_comes_back_with_its_dispute_keeps_the_meeting_from_being_planned(house):
    join_group(house.cases[0].pk, others=[house.cases[2].pk], actor=house.mediator, now=NOW)
    parties = _parties(house, 0, 1, 2)
    _name(house, parties[:2])
    Dispute.objects.filter(case=house.cases[0]).update(state=State.AGREED)
    _name(house, parties[2:], number=1)
    assert len(_plan(house, 1)) == 2
    Dispute.objects.filter(case=house.cases[0]).update(state=State.MEDIATING)
    with pytest.raises(TooManyRepresentatives):
        _plan(house, starts_at=MEETING + A_DAY)


@pytest.mark.parametrize(
    ("on", "is_refused"), [("2026-11-17", True), ("2026-11-18", False), ("2026-11-19", False), ("2026-11-20", True)]
)
def test_the_parties_choose_after_the_last_dispute_came_in_and_by_today(house, on, is_refused):
    told = {"parties": _parties(house, 0)[:1], "on": date.fromisoformat(on), "now": at("2026-11-19")}
    if is_refused:
        with pytest.raises(DomainError, match=house.cases[1].number):
            _name(house, **told)
    else:
        assert _name(house, **told)[0].chosen_on == told["on"]


def test_only_a_party_of_the_group_represents(house):
    for parties in (_parties(house, 2), [], [0], [*_parties(house, 0), *_parties(house, 2)[:1]]):
        with pytest.raises(DomainError):
            _name(house, parties)
    assert not Representative.objects.exists()


def test_each_dispute_gets_a_session_of_its_own_with_those_who_speak_for_it(house):
    _name(house, _parties(house, 0)[:1])
    join_group(house.cases[0].pk, others=[house.cases[2].pk], actor=house.mediator, now=NOW + A_SECOND)
    planned = _plan(house)
    assert [session.case for session in planned] == house.cases[:3]
    facts = {(one.starts_at, one.place, one.is_joint, one.is_open, one.group_id) for one in planned}
    assert facts == {(MEETING, "镇会议室（示例）", True, False, planned[0].group_id)}
    spoken = [one.attendances.filter(role="participant") for one in planned]
    assert [list(one.values_list("name", "consented_on")) for one in spoken] == [[], [("样本甲", DAY)], []]
    assert [one.attendances.filter(role="party").count() for one in planned] == [2, 2, 2]
    _name(house, _parties(house, 0)[:1], now=NOW + A_SECOND)
    later = _plan(house, starts_at=MEETING + A_SECOND)
    assert [one.attendances.filter(role="participant").count() for one in later] == [0, 1, 1]


def _alone(house, number, starts_at):
    people = {"mediator_ids": [house.mediator.pk], "recorder_id": house.mediator.pk}
    new = NewSession(starts_at, "调解室（示例）", is_joint=True, party_ids=_parties(house, number), **people)
    return plan_session(house.cases[number].pk, new=new, actor=house.mediator, now=NOW)


@pytest.mark.parametrize("number", [1, 3])
def test_who_is_elsewhere_at_that_very_time_keeps_the_meeting_from_being_planned(house, number):
    _alone(house, number, MEETING)
    with pytest.raises(DomainError, match=house.mediator.full_name):
        _plan(house)
    assert not Session.objects.exclude(group=None).exists()
    assert len(_plan(house, starts_at=MEETING + timedelta(minutes=1))) == 2
    with pytest.raises(DomainError):
        _plan(house, starts_at=MEETING + timedelta(minutes=1))


@pytest.mark.parametrize(("rows", "change"), [(Dispute, {"state": State.TERMINATED}), (Case, {"round": 2})])
def test_a_session_that_its_mediation_left_behind_is_in_nobodys_way(house, rows, change):
    session = _alone(house, 3, MEETING)
    with rolled_back(), pytest.raises(DomainError):
        _plan(house)
    rows.objects.filter(**{"pk" if rows is Case else "case": session.case_id}).update(**change)
    assert len(_plan(house)) == 2


def test_whoever_has_no_part_in_a_session_any_more_is_free_for_another(house):
    recused(_alone(house, 3, MEETING).case, person=house.mediator, by=house.clerk, now=NOW)
    assert len(_plan(house)) == 2


def test_a_session_of_one_dispute_with_other_people_at_that_time_is_named(house):
    _alone(house, 1, MEETING).attendances.filter(person__isnull=False).update(person=house.town_mediator)
    with pytest.raises(DomainError, match=house.cases[1].number):
        _plan(house)


def test_a_meeting_is_planned_for_all_or_none_and_the_dispute_in_the_way_is_named(house):
    house.cases[1].transfers.update(to_center=house.town)
    with pytest.raises(DomainError, match=house.cases[1].number):
        _plan(house)
    house.cases[1].transfers.update(to_center=house.village)
    Dispute.objects.filter(case=house.cases[1]).update(accepted_on="2026-11-21")
    with pytest.raises(DomainError, match=f"{house.cases[1].number}.*2026-11-21"):
        _plan(house)
    assert not Session.objects.exists()
    with pytest.raises(Case.DoesNotExist):
        _plan(house, by="town_mediator")


def test_a_meeting_is_cancelled_in_every_dispute_with_one_reason(house):
    first, _second = _plan(house)
    later = _plan(house, starts_at=MEETING + A_DAY)
    alone = _alone(house, 0, MEETING)
    told = {"reason": "停电（示例）", "actor": house.mediator, "now": NOW}
    assert len(cancel_group_session(house.cases[0].pk, session_id=first.pk, **told)) == 2
    assert set(Session.objects.planned()) == {*later, alone}
    assert set(first.group.sessions.values_list("cancel_ground", flat=True)) == {"停电（示例）", ""}
    for session in (first, alone):
        with pytest.raises(Session.DoesNotExist):
            cancel_group_session(house.cases[0].pk, session_id=session.pk, **told)


def test_who_leaves_or_ends_the_group_cancels_what_was_planned_together(house):
    join_group(house.cases[0].pk, others=[house.cases[2].pk], actor=house.mediator, now=NOW)
    _plan(house)
    leave_group(house.cases[2].pk, reason="单独处理（示例）", actor=house.mediator, now=NOW)
    assert set(Session.objects.planned().values_list("case", flat=True)) == {one.pk for one in house.cases[:2]}
    ended = end_group(house.cases[0].pk, reason="分歧已各自解决（示例）", actor=house.mediator, now=NOW)
    assert (ended.end_reason, Session.objects.planned().exists(), _seen(house)) == (
        "分歧已各自解决（示例）",
        False,
        None,
    )
    with pytest.raises(IllegalTransition):
        end_group(house.cases[0].pk, reason="x", actor=house.mediator, now=NOW)


def test_a_dispute_that_is_seen_on_another_desk_is_named_and_one_that_is_not_seen_is_not(house):
    Case.objects.filter(pk=house.cases[0].pk).update(handler=house.clerk)
    assert (_seen(house), _seen(house, 1)) == (None, None)
    with pytest.raises(IllegalTransition):
        _plan(house, 1)
    assert _seen(house, by="town_supervisor") == house.cases[:2]
    hold_every_office(house.clerk, house.village)
    with pytest.raises(DomainError, match=house.cases[1].number):
        _plan(house, by="clerk")
    Case.objects.filter(pk=house.cases[1].pk).update(handler=house.clerk)
    assert len(_plan(house, by="clerk")) == 2


def _behind_the_wall(person):
    with acting.as_person(person.pk), transaction.atomic():
        return [list(model.objects.order_by("pk")) for model in (GroupMember, Representative, DisputeGroup)]


def test_whoever_is_recused_from_one_of_two_learns_nothing_of_a_group(house, client):
    _name(house, _parties(house, 1)[:1])
    client.force_login(house.town_supervisor)
    url = reverse("admin:cases_case_change", args=[house.cases[0].pk])
    page = client.get(url).content.decode()
    assert [text in page for text in (CAUSE, house.cases[1].number, "样**")] == [True] * 3
    recused(house.cases[1], person=house.town_supervisor, by=house.clerk, now=NOW)
    page = client.get(url).content.decode()
    assert [text in page for text in (CAUSE, house.cases[1].number, "系列纠纷")] == [False] * 3
    members, representatives, groups = _behind_the_wall(house.town_supervisor)
    assert ([one.case for one in members], representatives, len(groups)) == (house.cases[:1], [], 1)


def test_whoever_is_recused_from_one_of_three_counts_two(house, client):
    join_group(house.cases[0].pk, others=[house.cases[2].pk], actor=house.mediator, now=NOW)
    recused(house.cases[2], person=house.town_supervisor, by=house.clerk, now=NOW)
    assert _seen(house, by="town_supervisor") == house.cases[:2]
    client.force_login(house.town_supervisor)
    page = client.get(reverse("admin:cases_case_change", args=[house.cases[0].pk])).content.decode()
    assert ("共2件" in page, house.cases[2].number in page) == (True, False)


def test_who_is_recused_from_all_sees_no_group_and_who_handles_one_alone_may_group_it_anew(house):
    for case in house.cases[:2]:
        recused(case, person=house.town_supervisor, by=house.clerk, now=NOW)
    assert _behind_the_wall(house.town_supervisor) == [[], [], []]
    recused(house.cases[1], person=house.mediator, by=house.clerk, now=NOW)
    assert _seen(house) is None
    assert _form(house, 0, 2).members.count() == 2
    assert not DisputeGroup.objects.visible_to(house.neighbour_clerk).exists()


@pytest.mark.parametrize(
    ("model", "change", "name"),
    [
        (DisputeGroup, {"cause": ""}, "disputegroup_says_its_cause"),
        (DisputeGroup, {"ended_at": NOW}, "disputegroup_ended_with_reason"),
        (DisputeGroup, {"end_reason": "x"}, "disputegroup_ended_with_reason"),
        (GroupMember, {"left_at": NOW}, "groupmember_left_with_reason"),
        (Representative, {"end_reason": "x"}, "representative_ended_with_reason"),
    ],
)
def test_the_database_keeps_causes_and_reasons(house, model, change, name):
    _name(house, _parties(house, 0)[:1])
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**change)


def test_the_database_keeps_one_group_a_dispute_and_one_row_a_representative(house):
    row = _name(house, _parties(house, 0)[:1])[0]
    member = GroupMember.objects.get(pk=row.member_id)
    for copied, name in ((member, "groupmember_one_group_per_matter"), (row, "representative_named_once")):
        copied.pk = None
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            copied.save(force_insert=True)


def _press(client, house, act, number=0, **given):
    client.force_login(house.mediator)
    url = reverse("admin:cases_case_act", args=[house.cases[number].pk, act])
    return client.post(url, given, follow=True).content.decode()


def test_a_group_by_the_buttons_from_its_cause_to_its_representatives(house, client):
    page = _press(client, house, "form_group", 2, cause="物业收费（示例）", others=[house.cases[3].pk])
    assert ("物业收费（示例）" in page, house.cases[3].number in page) == (True, True)
    chosen = {"parties": _parties(house, 2), "chosen_on": "2026-11-18"}
    assert "推选日期" in _press(client, house, "name_representatives", 3, **chosen)
    row = Representative.objects.first()
    _press(client, house, "end_representative", 2, representative=row.pk, reason="更换（示例）")
    assert Representative.objects.standing().count() == 1
    assert "这个字段是必填项" in _press(client, house, "join_group", 3, others=[])
    assert "已解决（示例）" in _press(client, house, "end_group", 3, reason="已解决（示例）")


def test_a_meeting_by_the_buttons_until_it_is_cancelled(house, client):
    people = {"mediators": house.mediator.pk, "recorder": house.mediator.pk}
    when = {"starts_at": "2026-11-20T14:00", "place": "镇会议室（示例）"}
    assert "2026-11-20 14:00 镇会议室（示例）" in _press(client, house, "plan_group_session", **when, **people)
    session = house.cases[0].sessions.get()
    told = {"session": session.pk, "reason": "停电（示例）"}
    assert "停电（示例）" in _press(client, house, "cancel_group_session", **told)
    assert not Session.objects.planned().exists()


def test_the_buttons_are_offered_where_the_reader_sees_a_group(house, client):
    client.force_login(house.mediator)
    offered = {}
    for number in (0, 2):
        page = client.get(reverse("admin:cases_case_change", args=[house.cases[number].pk]))
        offered[number] = {act.name for act in page.context["buttons"].acts if "group" in act.name}
    grouped = {"join_group", "leave_group", "end_group", "plan_group_session"}
    assert offered == {0: grouped, 2: {"form_group"}}
