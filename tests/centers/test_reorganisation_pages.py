import pytest
from django.urls import reverse

from cases.models import Case
from centers.enums import Role
from centers.models import Post, Reorganisation
from core.audit import AuditAct, AuditEntry
from tests.factories import at, make_person, registered

OLD, NEW = "330681109", "330681110"
ADD = "admin:centers_reorganisation_add"


@pytest.fixture
def asked(house):
    return {
        "kind": "merge", "center": house.town.pk, "target": house.centers[NEW].pk, "ground": "市政府批复（示例）"
    }  # fmt: skip


def preview(client, asked):
    page = client.post(reverse(ADD), asked)
    assert page.status_code == 200, page.content.decode()
    return page.context


def test_by_page_a_town_is_merged_as_it_was_previewed(client, house, asked):
    case = registered(house, now=at("2025-11-18"))
    client.force_login(house.secadmin)
    assert client.get(reverse(ADD)).status_code == 200
    seen = preview(client, asked)
    assert ("改变属地的案件", 1) in [(str(label), count) for label, count in seen["counts"]]
    choices = {row.name: "go_on" for row in seen["posts"] if row.post.user != house.town_triage}
    page = client.post(reverse(ADD), {"decision": seen["decision"], **choices}, follow=True)
    assert "截至调整前属于该中心的案件: 1" in page.content.decode()
    assert Case.objects.get(pk=case.pk).town == house.centers[NEW]
    assert Post.objects.filter(user=house.town_supervisor, center=house.centers[NEW]).exists()
    assert not Post.objects.filter(user=house.town_triage, center=house.centers[NEW]).exists()
    assert AuditEntry.objects.filter(act=AuditAct.REORGANISED, actor=house.secadmin).count() == 1


def test_the_right_of_somebody_signed_in_ends_with_the_next_page(client, house, asked):
    director = make_person("director", Role.CENTER_DIRECTOR, house.town)
    case = registered(house, now=at("2025-11-18"))
    client.force_login(director)
    address = reverse("admin:cases_case_change", args=[case.pk])
    assert client.get(address).status_code == 200
    client.force_login(house.secadmin)
    client.post(reverse(ADD), {"decision": preview(client, asked)["decision"]})
    client.force_login(director)
    assert client.get(address).status_code in {302, 403, 404}
    assert not Case.objects.visible_to(director).exists()


def test_a_preview_is_of_no_use_to_another_person_or_changed(client, house, asked):
    other = make_person("other", Role.SECADMIN, house.centers["3306"])
    client.force_login(other)
    theirs = preview(client, asked)["decision"]
    client.force_login(house.secadmin)
    for decision in (theirs, f"{theirs}x", ""):
        page = client.post(reverse(ADD), {"decision": decision}, follow=True)
        assert "预览已失效" in page.content.decode()
    assert not Reorganisation.objects.exists()


def test_the_form_says_what_is_wrong(client, house, asked):
    client.force_login(house.secadmin)
    page = client.post(reverse(ADD), {**asked, "target": house.centers["330681"].pk})
    assert page.status_code == 422
    assert "请选择镇级中心" in page.content.decode()


def test_nobody_else_opens_the_page(client, house, asked):
    for person in (house.sysadmin, house.auditadmin, house.town_supervisor):
        client.force_login(person)
        assert client.get(reverse(ADD)).status_code == 403
        assert client.post(reverse(ADD), asked).status_code == 403
