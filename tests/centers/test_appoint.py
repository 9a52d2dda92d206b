from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from centers.enums import Role, UnitKind
from centers.models import Post, Unit
from centers.rules import permissions_of
from centers.services.appoint import renew_grants
from core.errors import DomainError
from core.jobs import SYSTEM_USERNAME
from core.models import User
from tests.factories import appoint, end_post

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)


@pytest.fixture
def user(person):
    return person("new")


@pytest.fixture
def unit(tree):
    return Unit.objects.create(center=tree["330681109"], name="司法所", kind=UnitKind.JUDICIAL_OFFICE)


def granted(post):
    names = post.grants.values_list("permission__content_type__app_label", "permission__codename")
    return {f"{app_label}.{codename}" for app_label, codename in names}


@pytest.mark.parametrize("role", Role)
def test_a_post_gives_exactly_the_rights_of_its_role_on_its_center(tree, user, role):
    post = appoint(user, role=role, center=tree["3306"], starts_on=FIRST)
    assert granted(post) == permissions_of(role)
    assert {grant.content_object for grant in post.grants.all()} == {tree["3306"]}


def test_renewing_the_rights_of_a_post_leaves_them_as_they_are(tree, user):
    post = appoint(user, role=Role.SUPERVISOR, center=tree["330681109"], starts_on=FIRST)
    renew_grants(post)
    assert granted(post) == permissions_of(Role.SUPERVISOR)


def test_a_post_at_a_unit_belongs_to_the_units_center(tree, user, unit):
    post = appoint(user, role=Role.HANDLER, center=tree["330681109"], unit=unit, starts_on=FIRST)
    assert (post.unit, post.ends_on) == (unit, None)


def test_a_unit_of_another_center_is_refused(tree, user, unit):
    with pytest.raises(DomainError):
        appoint(user, role=Role.HANDLER, center=tree["330681110"], unit=unit, starts_on=FIRST)
    assert not Post.objects.filter(user=user).exists()


def test_a_post_may_last_one_day_but_not_less(tree, user):
    appoint(user, role=Role.HANDLER, center=tree["3306"], starts_on=FIRST, ends_on=FIRST)
    with pytest.raises(DomainError):
        appoint(user, role=Role.MEDIATOR, center=tree["3306"], starts_on=FIRST, ends_on=date(2025, 12, 31))


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_refused"),
    [
        (LAST, None, True),
        (date(2026, 7, 1), None, False),
        (date(2025, 1, 1), FIRST, True),
        (date(2025, 1, 1), date(2025, 12, 31), False),
    ],
)
def test_a_post_is_not_held_twice_on_one_day(tree, user, starts_on, ends_on, is_refused):
    post = {"role": Role.HANDLER, "center": tree["3306"]}
    appoint(user, **post, starts_on=FIRST, ends_on=LAST)
    if is_refused:
        with pytest.raises(DomainError):
            appoint(user, **post, starts_on=starts_on, ends_on=ends_on)
    else:
        appoint(user, **post, starts_on=starts_on, ends_on=ends_on)
    assert user.posts.count() == 2 - is_refused


def test_a_post_is_held_until_the_day_it_is_ended_on(tree, user):
    post = appoint(user, role=Role.HANDLER, center=tree["3306"], starts_on=FIRST)
    end_post(post, ends_on=LAST)
    assert Post.objects.on_duty(on=LAST).filter(pk=post.pk).exists()
    assert not Post.objects.on_duty(on=date(2026, 7, 1)).filter(pk=post.pk).exists()


def test_a_post_cannot_end_before_it_starts(tree, user):
    post = appoint(user, role=Role.HANDLER, center=tree["3306"], starts_on=FIRST)
    with pytest.raises(DomainError):
        end_post(post, ends_on=date(2025, 12, 31))
    assert Post.objects.get(pk=post.pk).ends_on is None


def run(*arguments):
    out = StringIO()
    call_command("appoint", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_makes_the_first_administrator(tree, monkeypatch):
    monkeypatch.setenv("APPOINT_PASSWORD", "Sample-pass-1")
    out = run("first", "secadmin", "3306", "--create", "--name", "甲（示例）", "--from", "2026-01-01")
    user = User.objects.get_by_natural_key("first")
    assert (user.check_password("Sample-pass-1"), "Sample-pass-1" in out) == (True, False)
    assert user.has_perm("centers.add_post")


def test_the_command_asks_for_the_password_twice(tree, monkeypatch):
    monkeypatch.delenv("APPOINT_PASSWORD", raising=False)
    answers = iter(["Sample-pass-1", "Sample-pass-2"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    with pytest.raises(CommandError):
        run("first", "secadmin", "3306", "--create", "--name", "甲（示例）")
    assert not User.objects.get_queryset().exists()


def test_the_command_takes_a_password_that_was_typed_twice_alike(tree, monkeypatch):
    monkeypatch.delenv("APPOINT_PASSWORD", raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "Sample-pass-1")
    run("first", "secadmin", "3306", "--create", "--name", "甲（示例）")
    assert User.objects.get_by_natural_key("first").check_password("Sample-pass-1")


def test_the_command_appoints_an_account_that_is_there_to_a_unit(tree, user, unit):
    run("new", "handler", "330681109", "--unit", "司法所")
    post = user.posts.get()
    assert (post.unit, post.role) == (unit, "handler")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["new", "handler", "999999"], "999999"),
        (["nobody", "handler", "3306"], "nobody"),
        (["new", "handler", "330681109", "--unit", "法庭"], "司法所"),
        (["other", "handler", "3306", "--create"], "--name"),
        (["new", "handler", "3306", "--create", "--name", "甲"], "."),
        (["bad name", "handler", "3306", "--create", "--name", "甲"], "."),
        (["other", "handler", "3306", "--create", "--name", "长" * 41], "40"),
        (["held", "handler", "3306"], "held"),
        (["new", "boss", "3306"], "secadmin"),
        (["new", "handler", "3306", "--from", "2026-13-01"], "2026-13-01"),
    ],
)
def test_the_command_refuses_in_words_and_writes_nothing(tree, user, unit, person, monkeypatch, arguments, told):
    monkeypatch.setenv("APPOINT_PASSWORD", "Sample-pass-1")
    person("held", (Role.HANDLER, tree["3306"]))
    with pytest.raises(CommandError, match=told):
        run(*arguments)
    accounts = User.objects.get_queryset().exclude(username=SYSTEM_USERNAME)
    assert (accounts.count(), Post.objects.count()) == (2, 1)


def test_the_command_refuses_a_weak_password(tree, monkeypatch):
    monkeypatch.setenv("APPOINT_PASSWORD", "12345")
    with pytest.raises(CommandError):
        run("first", "secadmin", "3306", "--create", "--name", "甲（示例）")
    assert not User.objects.get_queryset().exists()
