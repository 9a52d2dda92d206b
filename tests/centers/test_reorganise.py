from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.models import Case, CasePlace, Clock, Event, Recusal, RecusedPerson, Transfer
from centers.enums import ReorganisationKind, Role
from centers.models import Center, Post, Reorganisation, Unit
from centers.reports.reorganisation import TreeChange, ends_by_default, posts_concerned
from centers.services.deliver import deliver_messages
from centers.services.load_divisions import load_divisions
from centers.services.reorganise import Decision, PostsChanged, reorganise
from core import clock
from core.errors import DomainError, InvalidFile
from core.models import InboxMessage, OutboxMessage
from disputes.services.register import register_dispute
from grids.models import Grid
from grids.reports import drawable_villages
from supervision.models import SupervisionNotice
from supervision.services.sweep import sweep
from tests.factories import (
    LONG_AGO,
    appoint,
    at,
    make_person,
    new_case,
    noticed,
    race,
    recused,
    registered,
    rolled_back,
    triaged,
)

NOW = at("2026-11-18", 15)
BEFORE, TODAY = at("2026-11-10"), date(2026, 11, 18)
MERGE, MOVE = ReorganisationKind.MERGE, ReorganisationKind.MOVE
OLD, NEW, COUNTY = "330681109", "330681110", "330602"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def decision(kind, center, target, *, ended=None):
    change = TreeChange(kind, Center.objects.get(code=center), Center.objects.get(code=target))
    posts = posts_concerned(change, on=TODAY)
    ending = ends_by_default(posts, change.target) if ended is None else ended
    return Decision(change, "市政府批复（示例）", frozenset(post.pk for post in posts), frozenset(ending))


def merge(house, center=OLD, target=NEW, **choice):
    return reorganise(decision(MERGE, center, target, **choice), actor=house.secadmin, now=NOW)


def move(house, center=OLD, target=COUNTY):
    return reorganise(decision(MOVE, center, target), actor=house.secadmin, now=NOW)


def seen(person):
    return set(Case.objects.visible_to(person).values_list("pk", flat=True))


def test_what_lay_under_an_absorbed_town_lies_under_the_other(house):
    case = registered(house, now=BEFORE)
    merge(house)
    case.refresh_from_db()
    house.village.refresh_from_db()
    house.grid.refresh_from_db()
    assert case.town == house.village.parent == house.grid.town == house.centers[NEW]
    assert house.village.path == "3306/330681/330681110/330681109201/"


def test_the_absorbed_center_is_closed_and_kept_below_its_successor(house):
    merge(house)
    closed = Center.objects.get(code=OLD)
    assert (closed.closed_on, closed.parent, closed.level) == (TODAY, house.centers[NEW], "town")
    assert closed.path == "3306/330681/330681110/330681109/"


def test_a_moved_town_takes_all_that_lies_under_it_along(house):
    case = registered(house, now=BEFORE)
    move(house)
    case.refresh_from_db()
    house.grid.refresh_from_db()
    assert (case.town, case.county) == (house.town, house.centers[COUNTY])
    assert house.grid.county == house.centers[COUNTY]
    assert Center.objects.get(code="330681109201").path == "3306/330602/330681109/330681109201/"


def test_figures_of_the_past_stay_what_they_were(house):
    case = registered(house, now=BEFORE)
    before = {
        code: set(Case.objects.belonging_to(center, on=TODAY - timedelta(days=1)))
        for code, center in house.centers.items()
    }
    merge(house)
    move(house, NEW, COUNTY)
    after = {
        code: set(Case.objects.belonging_to(center, on=TODAY - timedelta(days=1)))
        for code, center in house.centers.items()
    }
    assert after == before
    assert before[OLD] == {case}
    assert set(Case.objects.belonging_to(house.centers[COUNTY], on=TODAY)) == {case}
    assert not Case.objects.belonging_to(house.town, on=TODAY)


def test_people_of_both_towns_see_the_matters_the_same_moment(house):
    case = registered(house, now=BEFORE)
    people = (house.town_supervisor, house.clerk, house.county_supervisor)
    assert all(case.pk in seen(person) for person in people)
    assert case.pk not in seen(house.neighbour_town_supervisor)
    merge(house)
    assert all(case.pk in seen(person) for person in (*people, house.neighbour_town_supervisor))


def test_a_county_that_loses_a_town_loses_its_matters_and_the_other_sees_them(house):
    case = registered(house, now=BEFORE)
    assert case.pk not in seen(house.other_county_supervisor)
    move(house)
    assert case.pk not in seen(house.county_supervisor)
    assert case.pk in seen(house.other_county_supervisor)


def test_posts_go_on_with_the_same_role_and_last_day_and_the_old_ones_end(house):
    merge(house)
    old, new = Post.objects.filter(user=house.town_supervisor).order_by("pk")
    assert (old.ends_on, old.grants.count()) == (TODAY, 0)
    assert (new.center, new.role, new.starts_on, new.ends_on) == (house.centers[NEW], Role.SUPERVISOR, TODAY, None)
    assert new.grants.exists()


def test_the_director_of_the_absorbed_town_directs_nothing_any_more(house):
    director = make_person("director", Role.CENTER_DIRECTOR, house.town)
    case = registered(house, now=BEFORE)
    assert case.pk in seen(director)
    merge(house)
    assert not seen(director)
    assert not director.has_perm("cases.view_case")


def test_a_person_decides_which_posts_end(house):
    (post,) = Post.objects.filter(user=house.town_triage)
    merge(house, ended={post.pk})
    assert not Post.objects.filter(user=house.town_triage, center=house.centers[NEW]).exists()


def test_nobody_gets_an_office_twice(house):
    appoint(house.town_supervisor, role=Role.SUPERVISOR, center=house.centers[NEW], starts_on=LONG_AGO)
    merge(house)
    assert Post.objects.filter(user=house.town_supervisor, center=house.centers[NEW]).count() == 1


def test_units_of_the_same_name_become_one_and_it_has_one_leader(house):
    old, new = (
        Unit.objects.create(center=house.centers[code], name="司法所", kind="judicial_office") for code in (OLD, NEW)
    )
    police = Unit.objects.create(center=house.town, name="派出所", kind="police_station")
    leader = make_person("leader", Role.UNIT_LEADER, house.town, unit=old)
    chief = make_person("chief", Role.UNIT_LEADER, house.town, unit=police)
    merge(house)
    assert not leader.posts.filter(unit=new).exists()
    assert chief.posts.get(ends_on=None).unit == Unit.objects.get(center=house.centers[NEW], name="派出所")
    assert not Unit.objects.filter(center=house.town, is_active=True).exists()


def test_what_the_absorbed_town_held_its_successor_holds_with_the_limit_as_it_was(house):
    notice = noticed(house, now=BEFORE)
    was = Clock.objects.get(case=notice.case, kind="LVL_TOWN")
    merge(house)
    notice.case.refresh_from_db()
    runs = Clock.objects.get(pk=was.pk)
    assert (notice.case.holder, runs.holder) == (house.centers[NEW], house.centers[NEW])
    assert (runs.due_at, runs.steps.count()) == (was.due_at, was.steps.count())
    assert Transfer.objects.waiting().get(case=notice.case).to_center == house.centers[NEW]


def test_the_way_up_goes_on_in_the_new_county(house):
    case = noticed(house, now=BEFORE).case
    make_person("there", Role.SUPERVISOR, house.centers[COUNTY])
    move(house)
    sweep(now=case.clocks.get(kind="LVL_TOWN").steps.get(step="climb").at)
    case.refresh_from_db()
    assert case.holder == house.centers[COUNTY]


def test_a_notice_to_an_absorbed_office_is_answered_by_its_successor(house):
    notice = noticed(house, now=BEFORE)
    unit = Unit.objects.create(center=house.town, name="综治办", kind="organ")
    SupervisionNotice.objects.filter(pk=notice.pk).update(center=house.town, unit=unit)
    leader = make_person("leader", Role.UNIT_LEADER, house.town, unit=unit)
    merge(house)
    reply = SupervisionNotice.objects.reachable_by(leader, "supervision.reply_supervisionnotice")
    verdict = SupervisionNotice.objects.reachable_by(
        house.neighbour_town_supervisor, "supervision.verify_supervisionnotice"
    )
    assert list(reply) == list(verdict) == [notice]


def test_a_handler_of_the_old_county_gives_the_matter_back(house):
    handler = make_person("handler", Role.HANDLER, house.centers["330681"])
    case = triaged(house, now=BEFORE)
    Case.objects.filter(pk=case.pk).update(handler=handler, holder=house.centers["330681"])
    move(house)
    case.refresh_from_db()
    assert (case.handler, case.holder) == (None, house.centers[COUNTY])
    assert Transfer.objects.waiting().get(case=case).reason == "reorg"
    assert case in Case.objects.to_sign_for().reachable_by(house.other_county_supervisor, "cases.assign_case")


@pytest.mark.parametrize("is_recused", [False, True])
def test_whose_matter_is_taken_is_told_unless_it_is_kept_from_them(house, is_recused):
    handler = make_person("handler", Role.HANDLER, house.centers["330681"])
    case = triaged(house, now=BEFORE)
    Case.objects.filter(pk=case.pk).update(handler=handler, holder=house.centers["330681"])
    OutboxMessage.objects.update(sent_at=BEFORE)
    move(house)
    if is_recused:
        recused(case, by=house.clerk, now=NOW, person=handler)
    deliver_messages(now=at("2026-11-25"))
    told = InboxMessage.objects.filter(recipient=handler).values_list("subject", "link")
    assert list(told) == ([] if is_recused else [(f"{case.number}不再由您承办", "")])


def test_a_handler_with_a_right_there_keeps_the_desk(house):
    case = triaged(house, now=BEFORE)
    merge(house)
    case.refresh_from_db()
    assert case.handler == house.mediator


def test_the_timeline_of_open_matters_tells_it(house):
    case = registered(house, now=BEFORE)
    merge(house)
    event = Event.objects.get(case=case, kind="center_merged")
    assert event.data == {"center": "枫桥镇", "target": "赵家镇"}


def test_a_complaint_about_an_absorbed_town_stays_with_neither(house):
    case = registered(house, now=BEFORE)
    leader = make_person("leader", Role.CENTER_DIRECTOR, house.town)
    recused(case, by=house.secadmin, now=BEFORE, center=house.town, with_below=True, source="accused")
    merge(house, ended=set())
    assert leader.posts.filter(center=house.centers[NEW]).exists()
    kept_out = set(RecusedPerson.objects.filter(case=case.pk).values_list("user", flat=True))
    out = (leader, house.town_supervisor, house.neighbour_town_supervisor, house.clerk, house.mediator)
    assert {person.pk for person in out} <= kept_out
    assert not any(case.pk in seen(person) for person in out)
    assert case.pk in seen(house.county_supervisor)


def test_who_served_below_a_county_complained_of_stays_out_after_the_town_has_left_it(house):
    case = registered(house, now=BEFORE)
    recused(case, by=house.secadmin, now=BEFORE, center=house.centers["330681"], with_below=True, source="accused")
    move(house)
    newcomer = make_person("newcomer")
    appoint(newcomer, role=Role.SUPERVISOR, center=house.town, starts_on=TODAY + timedelta(days=1))
    kept_out = set(RecusedPerson.objects.filter(case=case.pk).values_list("user", flat=True))
    assert {house.town_supervisor.pk, house.clerk.pk} <= kept_out
    assert newcomer.pk not in kept_out


def test_a_matter_at_the_successor_of_whom_it_complains_goes_up(house):
    case = register_dispute(
        new_case(house, place=house.centers[NEW], grid=None),
        actor=make_person("window", Role.INTAKE_CLERK, house.centers[NEW]),
        received_at=BEFORE,
        now=BEFORE,
    )[0]
    recused(case, by=house.secadmin, now=BEFORE, center=house.town, with_below=True, source="accused")
    merge(house)
    case.refresh_from_db()
    assert case.holder == house.centers["330681"]
    assert Recusal.objects.filter(case=case, center=house.centers[NEW], since=TODAY, with_below=True).exists()


REFUSED = [
    (MERGE, OLD, "330681", "县级中心。请选择镇级中心"),
    (MERGE, "330681", OLD, "位于诸暨市之下"),
    (MERGE, OLD, OLD, "本身"),
    (MERGE, "3306", "3306", "最上级"),
    (MOVE, OLD, "330681", "已隶属"),
    (MOVE, OLD, NEW, "镇级中心。请选择县级中心"),
    (MOVE, "330681", OLD, "位于诸暨市之下"),
]


def test_a_change_that_the_tree_does_not_allow_is_refused(house):
    for kind, center, target, words in REFUSED:
        change = TreeChange(kind, house.centers[center], house.centers[target])
        with pytest.raises(DomainError, match=words):
            reorganise(Decision(change, "示例"), actor=house.secadmin, now=NOW)


def test_a_closed_center_goes_nowhere_and_takes_nobody_in(house):
    merge(house)
    again = decision(MERGE, OLD, NEW)
    into = decision(MERGE, NEW, OLD)
    for closed in (again, into):
        with pytest.raises(DomainError, match="已并入"):
            reorganise(closed, actor=house.secadmin, now=NOW)


def test_nothing_begins_at_a_closed_center(house):
    case = registered(house, now=BEFORE)
    window = make_person("window", Role.INTAKE_CLERK, house.centers["330681"])
    merge(house)
    closed = Center.objects.get(code=OLD)
    with pytest.raises(DomainError, match="已并入"):
        appoint(window, role=Role.MEDIATOR, center=closed, starts_on=TODAY)
    with pytest.raises(DomainError, match="已并入"):
        register_dispute(new_case(house, place=closed, grid=None), actor=window, received_at=NOW, now=NOW)
    assert case.number.startswith("枫桥〔2026〕")


def test_a_person_without_the_right_there_finds_no_such_center(house):
    far = make_person("far", Role.SECADMIN, house.centers[COUNTY])
    with pytest.raises(Center.DoesNotExist):
        reorganise(decision(MERGE, OLD, NEW), actor=far, now=NOW)
    with pytest.raises(Center.DoesNotExist):
        reorganise(decision(MERGE, OLD, NEW), actor=house.sysadmin, now=NOW)


def test_nobody_decides_on_their_own_post(house):
    local = make_person("local", Role.SECADMIN, house.town)
    appoint(local, role=Role.SECADMIN, center=house.centers["330681"], starts_on=LONG_AGO)
    with pytest.raises(DomainError, match="另一名管理员"):
        reorganise(decision(MERGE, OLD, NEW), actor=local, now=NOW)


def test_posts_that_came_since_they_were_looked_at_are_looked_at_again(house):
    looked_at = decision(MERGE, OLD, NEW)
    make_person("late", Role.MEDIATOR, house.town)
    with pytest.raises(PostsChanged):
        reorganise(looked_at, actor=house.secadmin, now=NOW)
    assert not Reorganisation.objects.exists()


def test_what_fails_half_way_leaves_all_as_it_was(house, monkeypatch):
    registered(house, now=BEFORE)
    before = _everything()
    monkeypatch.setattr("cases.services.follow_tree.HAND_BACK", "SELECT 1 / 0")
    monkeypatch.setattr("cases.services.follow_tree.TELL", "SELECT 1 / 0")
    with pytest.raises(Exception, match="division by zero"), transaction.atomic():
        merge(house)
    assert _everything() == before


def _everything():
    models = (Center, Post, Unit, Case, CasePlace, Clock, Grid, Reorganisation, Event)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_a_file_of_divisions_neither_revives_a_closed_center_nor_moves_one_with_matters(house):
    registered(house, now=BEFORE)
    header = b"code,name,level,parent_code\n"
    with pytest.raises(InvalidFile) as refused:
        load_divisions([header, *_lines("330602,越城区,county,3306", "330681109,枫桥镇,town,330602")])
    assert "枫桥镇" in refused.value.problems[0][1]
    merge(house)
    with pytest.raises(InvalidFile) as refused:
        load_divisions([header, *_lines("330681,诸暨市,county,3306", "330681109,枫桥镇,town,330681")])
    assert "赵家镇" in refused.value.problems[0][1]


def _lines(*texts):
    return [f"{text}\n".encode() for text in texts]


@pytest.mark.django_db(transaction=True)
def test_of_two_reorganisations_at_once_one_is_done(house):
    there = decision(MERGE, OLD, NEW)
    back = decision(MERGE, NEW, OLD)
    outcomes = race(*(lambda one=one: reorganise(one, actor=house.secadmin, now=NOW) for one in (there, back)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DomainError", "Reorganisation"]
    assert Reorganisation.objects.count() == 1


def test_many_matters_are_moved_by_as_many_statements_as_one(house):
    statements = []
    for _ in range(3):
        registered(house, now=BEFORE)
        with rolled_back(), CaptureQueriesContext(connection) as asked:
            merge(house)
        statements.append(len(asked))
    assert statements[0] == statements[2]


def test_grids_of_an_absorbed_village_keep_their_codes_and_can_still_be_told_of(house):
    merge(house, "330681109201", "330681109202")
    assert Grid.objects.get(pk=house.grid.pk).village == house.centers["330681109202"]
    assert drawable_villages(house.roster_manager)["330681109201"] == house.centers["330681109202"].pk
