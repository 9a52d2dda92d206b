from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from centers.enums import Role
from centers.models import CenterGrant, Post
from centers.reports import centers_in_scope, permissions_of, scope_of
from core import clock
from core.models import User
from tests.factories import appoint, end_post

LONG_AGO = date(2020, 1, 1)


def test_the_scope_names_the_centers_of_the_posts_by_level(tree, person):
    user = person("both", (Role.SUPERVISOR, tree["330681"]), (Role.SUPERVISOR, tree["330681110"]))
    found = scope_of(user, "cases.view_case").center_ids
    assert found == {"county": [tree["330681"].pk], "town": [tree["330681110"].pk]}


def test_two_posts_at_one_center_count_once(tree, person):
    user = person("both", (Role.SUPERVISOR, tree["330681"]), (Role.CENTER_DIRECTOR, tree["330681"]))
    assert scope_of(user, "cases.view_case").center_ids == {"county": [tree["330681"].pk]}


def test_a_right_that_no_post_gives_has_an_empty_scope(tree, secadmin):
    assert scope_of(secadmin, "centers.add_post")
    assert not scope_of(secadmin, "cases.view_case")


def test_a_right_of_the_same_name_in_another_app_is_another_right(tree, secadmin):
    assert not scope_of(secadmin, "grids.add_post")


def test_a_right_reaches_the_center_and_everything_below(tree, secadmin):
    found = set(centers_in_scope(secadmin, "centers.change_post").values_list("code", flat=True))
    assert found == {"330681", "330681109", "330681109200", "330681110"}


def test_nothing_is_in_the_scope_of_somebody_without_posts(tree, person):
    assert not centers_in_scope(person("nobody"), "centers.change_post").exists()


@pytest.mark.parametrize(
    ("starts", "ends", "holds"), [(0, 0, True), (-9, -1, False), (1, None, False), (-9, None, True)]
)
def test_a_post_gives_rights_from_its_first_day_to_its_last(tree, person, starts, ends, holds):
    user, today = person("new"), clock.today()
    ends_on = None if ends is None else today + timedelta(days=ends)
    starts_on = today + timedelta(days=starts)
    appoint(user, role=Role.SUPERVISOR, center=tree["3306"], starts_on=starts_on, ends_on=ends_on)
    assert bool(scope_of(user, "cases.view_case")) is holds
    assert ("cases.view_case" in permissions_of(user)) is holds


def test_an_ended_post_gives_nothing_at_once(tree, secadmin):
    end_post(Post.objects.get(user=secadmin), ends_on=clock.today() - timedelta(days=1))
    assert not scope_of(secadmin, "centers.add_post")
    assert not User.objects.get_by_natural_key("secadmin").has_perm("centers.add_post")


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_an_account_that_may_not_sign_in_holds_nothing(tree, secadmin, field):
    setattr(secadmin, field, False)
    secadmin.save()
    assert not scope_of(secadmin, "centers.add_post")
    assert permissions_of(secadmin) == set()


def test_a_visitor_holds_nothing(db):
    assert not scope_of(AnonymousUser(), "centers.add_post")


def test_a_condition_of_an_empty_scope_lets_nothing_through(tree, person):
    assert not Post.objects.filter(scope_of(person("nobody"), "centers.view_post").covers("center__")).exists()


@pytest.mark.parametrize("starts_in", [-1, 0, 1])
@pytest.mark.parametrize("ends_in", [None, -1, 0, 1])
def test_the_written_out_queries_find_what_the_queryset_finds(house, starts_in, ends_in):
    today = clock.today()
    ends_on = None if ends_in is None else today + timedelta(days=ends_in)
    starts_on = min(today + timedelta(days=starts_in), ends_on or date.max)
    Post.objects.filter(user=house.town_supervisor).update(starts_on=starts_on, ends_on=ends_on)
    live = CenterGrant.objects.live(on=today).filter(user=house.town_supervisor)
    held = live.values_list("permission__content_type__app_label", "permission__codename")
    assert (
        bool(scope_of(house.town_supervisor, "cases.view_case"))
        == live.filter(permission__codename="view_case").exists()
    )
    assert permissions_of(house.town_supervisor) == {f"{app_label}.{codename}" for app_label, codename in held}
