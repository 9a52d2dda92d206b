from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centers.enums import Role, UnitKind
from centers.models import Center, Post, Unit
from core import clock
from tests.factories import hold_every_office

TODAY = clock.today()


def list_of(model):
    return reverse(f"admin:centers_{model}_changelist")


def page_of(row):
    return reverse(f"admin:centers_{row._meta.model_name}_change", args=[row.pk])


def listed(response):
    return list(response.context["cl"].result_list)


def suggested(client, model, field, term):
    where = {"app_label": "centers", "model_name": model, "field_name": field, "term": term}
    return [found["text"] for found in client.get(reverse("admin:autocomplete"), where).json()["results"]]


@pytest.fixture
def unit(tree):
    return Unit.objects.create(center=tree["330681109"], name="司法所", kind=UnitKind.JUDICIAL_OFFICE)


@pytest.fixture
def clerk(tree, person):
    return person("clerk", (Role.INTAKE_CLERK, tree["330681109"]))


@pytest.fixture
def outsider(tree, person):
    return person("outsider", (Role.INTAKE_CLERK, tree["330602"]))


def appointment(user, center, **changes):
    data = {"user": user.pk, "role": Role.HANDLER, "center": center.pk, "unit": "", "starts_on": TODAY, "ends_on": ""}
    return {**data, **changes}


def test_centers_are_found_by_code_and_name_and_filtered_by_level(sign_in, sysadmin):
    client = sign_in(sysadmin)
    assert [center.name for center in listed(client.get(list_of("center"), {"q": "330681109"}))] == ["枫桥镇", "枫源村"]
    assert [center.name for center in listed(client.get(list_of("center"), {"q": "枫源"}))] == ["枫源村"]
    found = listed(client.get(list_of("center"), {"level__exact": "county"}))
    assert [center.name for center in found] == ["越城区", "诸暨市"]


def test_centers_are_looked_at_and_not_changed(sign_in, sysadmin, tree):
    client = sign_in(sysadmin)
    assert client.get(page_of(tree["330681"])).status_code == 200
    assert client.post(page_of(tree["330681"]), {"name": "别名"}).status_code == 403
    assert client.get(reverse("admin:centers_center_add")).status_code == 403


def test_the_system_administrator_adds_a_unit_in_a_center_of_theirs(sign_in, sysadmin, tree):
    data = {"center": tree["330681110"].pk, "name": "派出所", "kind": "police_station", "mode": "permanent"}
    sign_in(sysadmin).post(reverse("admin:centers_unit_add"), {**data, "is_active": "on"})
    assert Unit.objects.get().center == tree["330681110"]


def test_a_unit_is_not_added_in_a_center_of_others(sign_in, sysadmin, tree):
    data = {"center": tree["330602"].pk, "name": "派出所", "kind": "police_station", "mode": "permanent"}
    response = sign_in(sysadmin).post(reverse("admin:centers_unit_add"), data)
    assert "center" in response.context["adminform"].form.errors
    assert not Unit.objects.exists()


def test_a_unit_of_others_is_seen_but_not_changed(sign_in, person, tree, unit):
    client = sign_in(person("other", (Role.SYSADMIN, tree["330602"])))
    assert client.get(page_of(unit)).status_code == 200
    assert client.post(page_of(unit), {"name": "别名", "kind": "court", "mode": "permanent"}).status_code == 403


def test_a_unit_stays_at_its_center(sign_in, sysadmin, tree, unit):
    data = {"center": tree["330681110"].pk, "name": "法庭", "kind": "court", "mode": "on_call"}
    sign_in(sysadmin).post(page_of(unit), data)
    unit.refresh_from_db()
    assert (unit.name, unit.center, unit.is_active) == ("法庭", tree["330681109"], False)


def test_the_security_administrator_appoints_in_their_centers(sign_in, secadmin, clerk, tree):
    response = sign_in(secadmin).post(
        reverse("admin:centers_post_add"), appointment(clerk, tree["330681110"], role=Role.SUPERVISOR)
    )
    post = clerk.posts.get(role=Role.SUPERVISOR)
    assert (response.status_code, post.center) == (302, tree["330681110"])
    assert post.grants.filter(permission__codename="supervise_case").exists()


def test_the_security_administrator_does_not_appoint_outside_their_centers(sign_in, secadmin, clerk, tree):
    for code in ("330602", "3306"):
        response = sign_in(secadmin).post(reverse("admin:centers_post_add"), appointment(clerk, tree[code]))
        assert "center" in response.context["adminform"].form.errors
    assert clerk.posts.count() == 1


def both(person, tree, *, without):
    """Return somebody who administers two counties, the second ``without`` one of the rights."""
    user = person("both", (Role.SECADMIN, tree["330681"]), (Role.SECADMIN, tree["330602"]))
    user.posts.get(center=tree["330602"]).grants.filter(permission__codename=without).delete()
    return user


def test_a_right_held_elsewhere_as_well_does_not_widen_the_centers(sign_in, person, clerk, tree):
    user = both(person, tree, without="add_post")
    sign_in(user).post(reverse("admin:centers_post_add"), appointment(clerk, tree["330602"]))
    assert clerk.posts.count() == 1


def test_nobody_appoints_themselves(sign_in, secadmin, tree):
    response = sign_in(secadmin).post(reverse("admin:centers_post_add"), appointment(secadmin, tree["330681"]))
    assert "user" in response.context["adminform"].form.errors
    assert secadmin.posts.count() == 1


def test_a_unit_of_another_center_is_an_error_of_the_form(sign_in, secadmin, clerk, tree, unit):
    data = appointment(clerk, tree["330681110"], unit=unit.pk)
    response = sign_in(secadmin).post(reverse("admin:centers_post_add"), data)
    assert response.context["adminform"].form.non_field_errors()
    assert clerk.posts.count() == 1


def test_a_post_that_would_end_before_it_starts_is_told_once(sign_in, secadmin, clerk, tree):
    data = appointment(clerk, tree["330681"], ends_on=TODAY - timedelta(days=1))
    form = sign_in(secadmin).post(reverse("admin:centers_post_add"), data).context["adminform"].form
    assert (list(form.errors), len(form.errors["ends_on"])) == (["ends_on"], 1)


def test_an_incomplete_appointment_is_an_error_of_the_form(sign_in, secadmin, clerk, tree):
    data = appointment(clerk, tree["330681"], starts_on="")
    form = sign_in(secadmin).post(reverse("admin:centers_post_add"), data).context["adminform"].form
    assert list(form.errors) == ["starts_on"]


def test_of_a_post_only_the_end_can_be_changed(sign_in, secadmin, clerk, tree):
    post = clerk.posts.get()
    sign_in(secadmin).post(page_of(post), appointment(secadmin, tree["330681"], ends_on=TODAY))
    changed = Post.objects.get(pk=post.pk)
    assert changed.ends_on == TODAY
    assert (changed.user, changed.role, changed.center) == (clerk, Role.INTAKE_CLERK, tree["330681109"])


@pytest.mark.parametrize("ends_on", ["", date(2025, 12, 31)])
def test_a_post_is_not_given_an_impossible_end(sign_in, secadmin, clerk, ends_on):
    response = sign_in(secadmin).post(page_of(clerk.posts.get()), {"ends_on": ends_on})
    assert "ends_on" in response.context["adminform"].form.errors
    assert clerk.posts.get().ends_on is None


def test_a_post_elsewhere_is_not_found(sign_in, secadmin, clerk, outsider):
    client = sign_in(secadmin)
    assert client.get(page_of(clerk.posts.get())).status_code == 200
    assert client.get(page_of(outsider.posts.get())).status_code == 302
    assert outsider.posts.get() not in listed(client.get(list_of("post")))


def test_ones_own_post_elsewhere_is_seen_but_not_ended(sign_in, person, tree):
    user = both(person, tree, without="change_post")
    elsewhere = user.posts.get(center=tree["330602"])
    client = sign_in(user)
    assert client.get(page_of(elsewhere)).status_code == 200
    assert client.post(page_of(elsewhere), {"ends_on": TODAY}).status_code == 403


def test_a_post_cannot_be_deleted(sign_in, secadmin, clerk):
    url = reverse("admin:centers_post_delete", args=[clerk.posts.get().pk])
    assert sign_in(secadmin).post(url, {"post": "yes"}).status_code == 404
    assert clerk.posts.exists()


def test_the_suggestions_for_a_post_stay_in_the_centers_of_the_administrator(sign_in, secadmin, tree, unit):
    client = sign_in(secadmin)
    assert suggested(client, "post", "center", "33") == ["诸暨市", "枫桥镇", "枫源村", "赵家镇"]
    assert suggested(client, "post", "unit", "") == ["司法所"]
    assert suggested(client, "center", "parent", "33") == ["绍兴市", "越城区", "诸暨市", "枫桥镇", "枫源村", "赵家镇"]


def test_accounts_are_suggested_for_a_post(sign_in, secadmin, clerk):
    assert suggested(sign_in(secadmin), "post", "user", "clerk") == ["clerk（示例）"]


def test_a_new_post_starts_today_unless_told_otherwise(sign_in, secadmin):
    form = sign_in(secadmin).get(reverse("admin:centers_post_add")).context["adminform"].form
    assert form.initial["starts_on"] == TODAY


def test_a_post_that_has_ended_is_not_revived(sign_in, secadmin, clerk):
    post = clerk.posts.get()
    Post.objects.filter(pk=post.pk).update(ends_on=post.starts_on)
    answer = sign_in(secadmin).post(page_of(post), {"ends_on": "2099-12-31"})
    assert answer.status_code == 200
    assert Post.objects.get(pk=post.pk).ends_on == post.starts_on


def test_nobody_changes_their_own_post(sign_in, secadmin):
    post = secadmin.posts.get()
    assert sign_in(secadmin).post(page_of(post), {"ends_on": "2099-12-31"}).status_code == 403
    assert Post.objects.get(pk=post.pk).ends_on is None


def test_an_account_with_a_post_elsewhere_keeps_its_password(sign_in, tree, person, clerk):
    below = person("below", (Role.SECADMIN, tree["330681110"]))
    person("above", (Role.SUPERVISOR, tree["330681"]))
    above = clerk.__class__.objects.get(username="above")
    change = reverse("admin:auth_user_password_change", args=[above.pk])
    answer = sign_in(below).post(change, {"password1": "Taken-over-1", "password2": "Taken-over-1"})
    above.refresh_from_db()
    assert (answer.status_code, above.check_password("Taken-over-1")) == (403, False)


@pytest.mark.parametrize("model", ["center", "unit", "post"])
def test_a_list_needs_no_more_queries_for_more_rows(sign_in, person, tree, unit, model):
    viewer = person("viewer")
    hold_every_office(viewer, tree["3306"])
    client = sign_in(viewer)
    few = queries(client, model)
    for center in list(Center.objects.order_by("code"))[3:]:
        Unit.objects.create(center=center, name="法庭", kind=UnitKind.COURT)
        person(f"clerk{center.code}", (Role.INTAKE_CLERK, center))
        Center.objects.create(code=f"9{center.pk}", name="新", level="village", parent=center, path="9/")
    assert queries(client, model) == few


def queries(client, model):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(list_of(model)).status_code == 200
    return len(captured)
