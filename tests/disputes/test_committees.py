"""Mediation committees: one term at a time, one chair, and what the law finds missing is said aloud."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.enums import Category
from centers.enums import Role, UnitKind
from centers.models import Unit
from core.errors import DomainError
from disputes.enums import FormedBy, Language, MinorityMember, Seat, Shortcoming
from disputes.models import Committee, CommitteeMember
from disputes.reports.committees import member_lines, what_it_lacks
from disputes.reports.joint import session_mediators
from disputes.reports.mediators import possible_mediators
from disputes.rules.committees import Fit, Statement, fit, last_day_of_term, shortcomings
from disputes.services.committees import NewTerm, end_term, open_term, state_composition
from disputes.services.mediators import name_mediator, note_languages
from disputes.services.seats import (
    NewMember,
    Offer,
    add_member,
    change_chair,
    describe_members,
    remove_member,
)
from tests.factories import at, make_person, mediating, race

NOW = at("2026-11-18")
TODAY = NOW.date()
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
A_DAY = timedelta(days=1)
SAID = Statement(has_woman=True, minority=MinorityMember.NOT_DUE)
COMPLETE = [Seat.CHAIR, Seat.MEMBER, Seat.MEMBER]


@pytest.fixture
def leader(house):
    return house.unit_leader


def _open(house, first=FIRST, last=LAST, *, by="unit_leader", unit=None):
    new = NewTerm(first, last, FormedBy.RESIDENTS, SAID)
    return open_term(unit or house.unit, new=new, actor=getattr(house, by), now=NOW)


def _add(house, term, who, seat=Seat.MEMBER, since=FIRST, offer=Offer(), by="unit_leader"):  # noqa: B008 - a frozen value
    person, name = (None, who) if isinstance(who, str) else (who, "")
    new = NewMember(person, name, seat, since, offer)
    return add_member(term.pk, new=new, statement=SAID, actor=getattr(house, by), now=NOW)


def _chairs(term):
    rows = CommitteeMember.objects.filter(committee=term, seat=Seat.CHAIR).order_by("starts_on")
    return [(row.name, row.starts_on, row.ends_on) for row in rows]


@pytest.mark.parametrize(
    ("seats", "said", "found"),
    [
        (COMPLETE, SAID, []),
        ([Seat.CHAIR, Seat.MEMBER, Seat.ENGAGED], SAID, [Shortcoming.TOO_FEW]),
        ([Seat.CHAIR, *[Seat.MEMBER] * 8], SAID, []),
        ([Seat.CHAIR, *[Seat.MEMBER] * 9], SAID, [Shortcoming.TOO_MANY]),
        ([Seat.DEPUTY] * 3, SAID, [Shortcoming.NO_CHAIR]),
        (COMPLETE, Statement(has_woman=False, minority=MinorityMember.THERE), [Shortcoming.NO_WOMAN]),
        (COMPLETE, Statement(has_woman=True, minority=MinorityMember.MISSING), [Shortcoming.NO_MINORITY]),
    ],
)
def test_a_committee_has_three_to_nine_members_a_chair_a_woman_and_where_called_for_a_minority(seats, said, found):
    assert shortcomings(seats, said) == found


@pytest.mark.parametrize(
    ("takes", "speaks", "found"),
    [
        (["D02"], ["wu", "putonghua"], Fit.BOTH),
        ([], ["wu"], Fit.BOTH),
        (["D02"], ["putonghua"], Fit.CATEGORY),
        (["D01"], ["wu"], Fit.LANGUAGE),
        (["D01"], [], Fit.NEITHER),
    ],
)
def test_whoever_takes_the_category_and_speaks_the_language_suits_a_matter(takes, speaks, found):
    assert fit("D02", ["wu"], takes=takes, speaks=speaks) is found


def test_a_term_lasts_three_years_at_most_and_the_database_agrees(house, leader):
    assert _open(house).ends_on == last_day_of_term(FIRST)
    with pytest.raises(DomainError, match="最长3年"):
        _open(house, LAST + A_DAY, date(2032, 1, 1))
    told = {"formed_by": "staff", "has_woman": True, "minority": "there", "opened_by": leader, "opened_at": NOW}
    for first, last in ((date(2030, 1, 1), date(2033, 1, 1)), (LAST, LAST + A_DAY), (LAST, FIRST)):
        with pytest.raises(IntegrityError, match="committee_"), transaction.atomic():
            Committee.objects.create(unit=house.unit, starts_on=first, ends_on=last, **told)


def test_the_next_term_begins_the_day_after_and_no_earlier(house):
    _open(house)
    with pytest.raises(DomainError, match="已有2026-01-01至2028-12-31的任期"):
        _open(house, LAST, LAST)
    assert _open(house, LAST + A_DAY, LAST + A_DAY).starts_on == date(2029, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_terms_opened_at_the_same_moment_one_wins(house):
    answers = race(lambda: _open(house), lambda: _open(house))
    assert sorted(type(answer).__name__ for answer in answers) == ["Committee", "DomainError"]


@pytest.mark.parametrize("by", ["mediator", "clerk", "town_supervisor", "neighbour_town_supervisor", "nobody"])
def test_only_who_keeps_the_committees_opens_a_term(house, by):
    with pytest.raises(Unit.DoesNotExist):
        _open(house, by=by)
    term = _open(house)
    with pytest.raises(Committee.DoesNotExist):
        _add(house, term, "示例甲", by=by)


def test_the_director_above_keeps_it_too_but_no_other_kind_of_unit_has_terms(house):
    house.people["director"] = make_person("director", Role.CENTER_DIRECTOR, house.town)
    assert _open(house, by="director")
    police = Unit.objects.create(center=house.village, name="派出所（示例）", kind=UnitKind.POLICE_STATION)
    with pytest.raises(Unit.DoesNotExist):
        _open(house, by="director", unit=police)


def test_there_is_one_chair_and_the_database_agrees(house, leader):
    term = _open(house)
    _add(house, term, "示例甲", Seat.CHAIR)
    with pytest.raises(DomainError, match="变更主任"):
        _add(house, term, "示例乙", Seat.CHAIR)
    told = {"name": "示例丙", "seat": Seat.CHAIR, "added_by": leader, "added_at": NOW}
    with pytest.raises(IntegrityError, match="committeemember_one_chair_at_a_time"), transaction.atomic():
        CommitteeMember.objects.create(committee=term, starts_on=LAST, **told)


def test_the_chair_changes_on_a_day_and_the_record_says_who_was_it_when(house, leader):
    term = _open(house)
    _add(house, term, "示例甲", Seat.CHAIR)
    second = _add(house, term, house.mediator)
    change_chair(term.pk, member_id=second.pk, since=TODAY, actor=leader, now=NOW)
    assert _chairs(term) == [("示例甲", FIRST, TODAY - A_DAY), (house.mediator.full_name, TODAY, None)]
    held = {(row.name, row.seat) for row in term.members.in_office(on=TODAY)}
    assert held == {("示例甲", Seat.MEMBER), (house.mediator.full_name, Seat.CHAIR)}
    first = term.members.until_the_end().get(name="示例甲")
    change_chair(term.pk, member_id=first.pk, since=TODAY, actor=leader, now=NOW)
    assert _chairs(term)[1:] == [("示例甲", TODAY, None)]


@pytest.mark.parametrize(("since", "reason"), [(TODAY + A_DAY, "今天或者更早"), (FIRST - A_DAY, "自2026-01-01起")])
def test_no_chair_before_the_seat_and_none_ahead_of_time(house, leader, since, reason):
    term = _open(house)
    _add(house, term, "示例甲", Seat.CHAIR)
    second = _add(house, term, "示例乙")
    with pytest.raises(DomainError, match=reason):
        change_chair(term.pk, member_id=second.pk, since=since, actor=leader, now=NOW)


def test_a_chair_who_leaves_is_missed_until_the_last_day_is_over(house, leader):
    term = _open(house)
    chair, second = _add(house, term, "示例甲", Seat.CHAIR), _add(house, term, "示例乙")
    remove_member(term.pk, member_id=chair.pk, last_day=TODAY, statement=SAID, actor=leader)
    with pytest.raises(DomainError, match="任主任至2026-11-18"):
        change_chair(term.pk, member_id=second.pk, since=TODAY, actor=leader, now=NOW)
    lines = member_lines(term.members.all(), term, on=TODAY + A_DAY)
    assert what_it_lacks(lines, term) == [Shortcoming.NO_CHAIR, Shortcoming.TOO_FEW]


def test_a_member_has_a_post_there_sits_once_and_within_the_term(house):
    term = _open(house)
    seat = _add(house, term, house.mediator)
    for who, since in ((house.mediator, LAST), (house.town_mediator, FIRST), ("示例甲", LAST + A_DAY), (" ", FIRST)):
        with pytest.raises(DomainError):
            _add(house, term, who, since=since)
    seat.pk = None
    with pytest.raises(IntegrityError, match="committeemember_one_seat_at_a_time"), transaction.atomic():
        seat.save()


@pytest.mark.parametrize("last_day", [FIRST - A_DAY, LAST + A_DAY])
def test_a_seat_ends_within_the_term(house, leader, last_day):
    term = _open(house)
    seat = _add(house, term, "示例甲")
    with pytest.raises(DomainError, match="最后一天"):
        remove_member(term.pk, member_id=seat.pk, last_day=last_day, statement=SAID, actor=leader)


def test_what_the_committee_states_is_written_anew_with_its_members(house, leader):
    term = _open(house)
    seat = _add(house, term, "示例甲")
    none = Statement(has_woman=False, minority=MinorityMember.MISSING)
    remove_member(term.pk, member_id=seat.pk, last_day=TODAY, statement=none, actor=leader)
    assert Committee.objects.get().statement == none
    assert state_composition(term.pk, statement=SAID, actor=leader).statement == SAID


def test_a_term_ends_early_and_every_seat_with_it(house, leader):
    term = _open(house)
    _add(house, term, "示例甲")
    assert term.members.in_office(on=TODAY).count() == 1
    for day in (FIRST - A_DAY, LAST):
        with pytest.raises(DomainError, match="最后一天"):
            end_term(term.pk, ends_on=day, actor=leader)
    end_term(term.pk, ends_on=TODAY - A_DAY, actor=leader)
    assert not term.members.in_office(on=TODAY).exists()


def test_what_members_take_and_speak_is_changed_where_it_differs(house, leader):
    term = _open(house)
    first, second = _add(house, term, "示例甲"), _add(house, term, "示例乙")
    offer = Offer([Category.LABOUR], [Language.WU], " 诸暨话 ")
    assert describe_members(term.pk, offers={first.pk: offer, second.pk: Offer()}, actor=leader) == 1
    first.refresh_from_db()
    assert (first.category_labels(), first.language_labels()) == ("劳动争议", "吴语、诸暨话")
    assert (second.category_labels(), second.language_labels()) == ("所有类型", "—")


def _offered(case):
    return [one.person.username for one in possible_mediators(case, on=TODAY)]


def _mediators(house, *names):
    return [make_person(name, Role.MEDIATOR, house.village, unit=house.unit) for name in names]


def test_whoever_takes_the_category_and_speaks_what_the_parties_need_is_offered_first(house):
    case, term = mediating(house, now=NOW), _open(house)
    alone, labour, local = _mediators(house, "alone", "labour", "local")
    _add(house, term, labour, offer=Offer([Category.LABOUR], [Language.WU]))
    _add(house, term, alone, offer=Offer([Category.NEIGHBOUR], [Language.PUTONGHUA]))
    _add(house, term, local, offer=Offer([Category.NEIGHBOUR], [Language.WU]))
    assert _offered(case) == ["alone", "local", "labour", "mediator"]
    note_languages(case.pk, languages=[Language.WU], actor=house.mediator, now=NOW)
    assert _offered(case) == ["local", "alone", "labour", "mediator"]


def test_whose_term_is_over_is_neither_offered_nor_named_while_a_committee_is_in_office(house, leader):
    case, [former] = mediating(house, now=NOW), _mediators(house, "former")
    _add(house, _open(house, FIRST - timedelta(days=400), FIRST - A_DAY), former, since=FIRST - A_DAY)
    assert "former" in _offered(case)
    assert former in session_mediators(case, on=TODAY)
    term = _open(house)
    assert "former" not in _offered(case)
    assert former not in session_mediators(case, on=TODAY)
    with pytest.raises(DomainError, match="不是"):
        name_mediator(case.pk, person=former, chosen_by="parties", actor=house.mediator, now=NOW)
    _add(house, term, former, since=TODAY)
    assert "former" in _offered(case)


def test_the_choice_says_what_each_takes_and_speaks(house, client, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    case, term = mediating(house, now=NOW), _open(house)
    _add(house, term, house.mediator, offer=Offer([Category.NEIGHBOUR], [Language.WU], "诸暨话"))
    client.force_login(house.mediator)
    page = client.get(reverse("admin:cases_case_act", args=[case.pk, "name_mediator"])).content.decode()
    assert f"{house.mediator.full_name} · 邻里纠纷 · 吴语、诸暨话" in page


def _post(client, term, act, **given):
    url = reverse("admin:disputes_committee_act", args=[term.pk, act])
    return client.post(url, {"has_woman": "on", "minority": "not_due", **given})


def test_a_term_is_opened_and_filled_by_page_and_found_by_the_name_of_a_member(house, client, leader, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    client.force_login(leader)
    given = {"unit": house.unit.pk, "starts_on": FIRST, "ends_on": LAST, "formed_by": "residents", "minority": "there"}
    client.post(reverse("admin:disputes_committee_add"), given)
    term = Committee.objects.get()
    assert _post(client, term, "add_member", name="示例甲", seat="chair", starts_on=FIRST).status_code == 302
    assert _post(client, term, "add_member", name="", seat="chair", starts_on=FIRST).status_code == 422
    page = client.get(reverse("admin:disputes_committee_change", args=[term.pk])).content.decode()
    assert "委员不足三人" in page
    assert "没有主任" not in page
    found = client.get(reverse("admin:disputes_committee_changelist"), {"q": "示例甲"}).content.decode()
    assert "在任，不符合法定组成" in found


def test_the_acts_of_the_page_do_what_they_say(house, client, leader, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    client.force_login(leader)
    term = _open(house)
    chair, second = _add(house, term, "示例甲", Seat.CHAIR), _add(house, term, "示例乙")
    _post(client, term, "describe", **{f"takes_{second.pk}": ["D10"], f"speaks_{second.pk}": ["sign"]})
    _post(client, term, "remove_member", member=chair.pk, last_day=TODAY - A_DAY, has_woman="")
    _post(client, term, "change_chair", member=second.pk, since=TODAY)
    page = client.get(reverse("admin:disputes_committee_change", args=[term.pk])).content.decode()
    assert all(text in page for text in ("委员中没有妇女", "劳动争议", "手语"))
    _post(client, term, "state")
    _post(client, term, "end", ends_on=TODAY)
    term.refresh_from_db()
    assert (term.has_woman, term.ends_on, _chairs(term)[-1][0]) == (True, TODAY, "示例乙")
