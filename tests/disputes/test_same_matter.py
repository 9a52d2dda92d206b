"""At the window: what may be there already is told to whoever may see it, once, and never keeps a matter out."""

import pytest
from django.urls import reverse

from cases.enums import Category, PartyRole, Sensitivity
from cases.models import Case
from cases.services.identities import NewParty
from core import clock
from core.audit import AuditEntry
from disputes.models import Relation
from disputes.reports.same import possibly_same
from tests.factories import make_person, recused, registered

NOW = clock.now()
BOTH = ("样本甲", "样本乙")


def _found(house, *names, category=Category.NEIGHBOUR, place=None, user=None):
    return possibly_same(place or house.village, names=names, category=category, user=user or house.clerk)


@pytest.mark.parametrize(
    ("names", "category", "is_found"),
    [
        (BOTH, Category.NEIGHBOUR, True),
        (BOTH[::-1], Category.CONTRACT, True),
        (["样本甲"], Category.NEIGHBOUR, True),
        (["样本甲"], Category.CONTRACT, False),
        (["样本甲", "样本丙"], Category.NEIGHBOUR, False),
        (["样本"], Category.NEIGHBOUR, False),
        ([], Category.NEIGHBOUR, False),
    ],
)
def test_the_same_parties_make_possibly_the_same_matter(house, names, category, is_found):
    case = registered(house, now=NOW)
    assert _found(house, *names, category=category) == [case] * is_found


def test_what_is_closed_elsewhere_or_out_of_sight_is_not_told(house):
    case = registered(house, now=NOW)
    assert _found(house, *BOTH) == [case]
    assert _found(house, *BOTH, place=house.centers["330681109202"], user=house.town_triage) == []
    assert _found(house, *BOTH, user=house.neighbour_clerk) == []
    recused(case, person=house.clerk, by=house.town_triage, now=NOW)
    assert _found(house, *BOTH) == []
    assert _found(house, *BOTH, user=house.town_triage) == [case]
    Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=NOW)
    assert _found(house, *BOTH, user=house.town_triage) == []


def test_who_brought_a_confidential_matter_is_not_found_by_name(house):
    registered(house, now=NOW, sensitivity=Sensitivity.CONFIDENTIAL)
    assert _found(house, "样本甲") == _found(house, *BOTH) == []


def test_the_window_looks_once_and_goes_on(house, client):
    known = registered(house, now=NOW, parties=[NewParty(PartyRole.APPLICANT, "样本甲")])
    typed = {"place": house.village.pk, "category": "D02", "channel": "phone", "title": "另一件", "summary": "示例"}
    typed |= {"applicant_name": " 样本甲", "source": "initiative"}
    client.force_login(house.clerk)
    url = reverse("admin:disputes_dispute_register")
    told = client.post(url, typed)
    assert (told.context["same"], Case.objects.count()) == ([known], 1)
    assert AuditEntry.objects.filter(act="viewed").get().data == {"same_parties": [known.pk]}
    assert 'value="另一件"' in told.content.decode()
    assert client.post(url, {**typed, "seen": told.context["seen"], "related": known.pk}).status_code == 302
    assert list(Relation.objects.values_list("case", "ground")) == [(known.pk, "same_parties")]
    assert Case.objects.latest("pk").dispute.source == "initiative"


def test_the_panel_says_what_each_choice_does_and_ticks_outlive_a_mistake(house, client):
    known = registered(house, now=NOW)
    typed = {"place": house.village.pk, "category": "D02", "channel": "phone", "title": "另一件", "summary": "示例"}
    typed |= {"applicant_name": "样本甲"}
    client.force_login(house.clerk)
    url = reverse("admin:disputes_dispute_register")
    page = client.post(url, typed).content.decode()
    for text in ("尚未登记", "填写的内容在下方，尚未保存", "不会自动写入该案件", "不登记，离开本页", "登记为新案件"):
        assert text in page
    assert (f'/{known.pk}/change/" target="_blank"' in " ".join(page.split()), "data-unsaved" in page) == (True, True)
    again = client.post(url, {**typed, "title": "", "seen": f"{known.pk},{'9' * 30}", "related": known.pk})
    assert (again.status_code, again.context["same"], again.context["seen"]) == (422, [known], str(known.pk))
    assert f'value="{known.pk}" checked' in " ".join(again.content.decode().split())
    client.force_login(house.neighbour_clerk)
    assert client.post(url, {**typed, "title": "", "seen": str(known.pk)}).context["same"] == []


def test_what_came_in_since_the_window_looked_is_told_as_well(house, client):
    looked_at, typed = registered(house, now=NOW), {"place": house.village.pk, "category": "D02", "channel": "phone"}
    registered(house, now=NOW)
    typed |= {"title": "示例", "summary": "示例", "applicant_name": "样本甲", "seen": str(looked_at.pk)}
    client.force_login(house.clerk)
    assert len(client.post(reverse("admin:disputes_dispute_register"), typed).context["same"]) == 2


def test_no_reader_is_told_more_than_five(house):
    reader = make_person("nobody_in_office")
    for _number in range(6):
        registered(house, now=NOW)
    assert (len(_found(house, *BOTH)), _found(house, *BOTH, user=reader)) == (5, [])
