"""The three administrators hold their own office and no other, whoever asks the database."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from centers.enums import Role
from centers.models import Post
from centers.rules import ADMINISTRATORS, ROLE_PERMISSIONS
from core import clock
from core.audit import AuditAct, AuditEntry
from core.errors import DomainError
from core.scoping import holds_over_all
from tests.factories import appoint, end_post, make_person

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
DIFFERENT = [(one, other) for one in Role for other in Role if one != other]


@pytest.fixture
def top(tree):
    return tree["3306"]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_an_administrator_holds_no_other_office_on_the_same_day(top, person, one, other):
    user = person("new")
    post = {"center": top, "starts_on": FIRST, "ends_on": LAST}
    Post.objects.create(user=user, role=one, **post)
    later = Post(user=user, role=other, center=top, starts_on=LAST)
    if ADMINISTRATORS & {one, other}:
        with pytest.raises(IntegrityError, match="holds_no_other"), transaction.atomic():
            later.save()
        with pytest.raises(DomainError, match="管理员"):
            appoint(user, role=other, center=top, starts_on=LAST)
    else:
        later.save()


def test_an_administrator_may_hold_another_office_before_and_after(top, person):
    user = person("new")
    appoint(user, role=Role.SECADMIN, center=top, starts_on=FIRST, ends_on=LAST)
    appoint(user, role=Role.MEDIATOR, center=top, starts_on=LAST + timedelta(days=1))
    appoint(user, role=Role.AUDITADMIN, center=top, starts_on=date(2025, 1, 1), ends_on=FIRST - timedelta(days=1))
    appoint(person("another"), role=Role.MEDIATOR, center=top, starts_on=FIRST)
    assert user.posts.count() == 3


def test_an_administrator_may_hold_the_same_office_at_two_centers(tree, person):
    user = person("new")
    for code in ("330681", "330602"):
        appoint(user, role=Role.SYSADMIN, center=tree[code], starts_on=FIRST)
    assert user.posts.count() == 2


def test_the_audit_administrator_is_appointed_for_the_whole(tree, person):
    with pytest.raises(DomainError, match="最上级"):
        appoint(person("new"), role=Role.AUDITADMIN, center=tree["330681"], starts_on=FIRST)


def test_the_audit_administrator_reads_the_trail_and_nothing_else(top, person):
    user = person("new", (Role.AUDITADMIN, top))
    assert ROLE_PERMISSIONS[Role.AUDITADMIN] == {"core.view_auditentry", "core.export_auditentry"}
    assert holds_over_all(user, "core.view_auditentry")


def test_no_administrator_has_a_right_on_a_matter_and_no_other_role_reads_the_trail():
    for role, rights in ROLE_PERMISSIONS.items():
        assert ("core.view_auditentry" in rights) == (role is Role.AUDITADMIN)
        if role in ADMINISTRATORS:
            assert not {right for right in rights if right.startswith(("disputes.", "supervision.", "grids."))}
            assert not rights & {"cases.view_case", "cases.handle_case"}


def test_the_form_says_in_plain_words_why_somebody_cannot_be_appointed(client, house):
    client.force_login(house.secadmin)
    given = {"user": house.clerk.pk, "role": "auditadmin", "center": house.centers["3306"].pk}
    page = client.post(reverse("admin:centers_post_add"), {**given, "starts_on": clock.today().isoformat()})
    assert "管理员不得兼任其他职务" in page.content.decode()
    assert house.clerk.posts.count() == 1


def test_an_appointment_and_its_end_are_in_the_trail_with_who_made_them(client, house):
    client.force_login(house.secadmin)
    given = {"user": house.nobody.pk, "role": "handler", "center": house.village.pk, "starts_on": "2026-01-01"}
    client.post(reverse("admin:centers_post_add"), given)
    post = house.nobody.posts.get()
    client.post(reverse("admin:centers_post_change", args=[post.pk]), {"ends_on": "2026-01-31"})
    told = AuditEntry.objects.filter(actor=house.secadmin).order_by("pk").values_list("act", "subject_id", "data__role")
    assert [*told] == [(AuditAct.APPOINTED, post.pk, "handler"), (AuditAct.POST_ENDED, post.pk, "handler")]
    assert {entry.address for entry in AuditEntry.objects.filter(actor=house.secadmin)} == {"127.0.0.1"}


def test_what_is_refused_leaves_no_entry(top, person):
    user = person("new", (Role.SECADMIN, top))
    before = AuditEntry.objects.count()
    with pytest.raises(DomainError):
        appoint(user, role=Role.MEDIATOR, center=top, starts_on=FIRST)
    with pytest.raises(DomainError):
        end_post(user.posts.get(), ends_on=date(2020, 1, 1))
    assert AuditEntry.objects.count() == before


def test_a_new_account_has_no_right_to_the_trail(house):
    make_person("appointed", Role.MEDIATOR, house.town)  # which is on record
    assert not AuditEntry.objects.visible_to(make_person("plain")).exists()
    assert AuditEntry.objects.visible_to(house.auditadmin).exists()
