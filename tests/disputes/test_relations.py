"""Two matters are related and unrelated by who sees both, and whoever sees one alone learns of no other."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.enums import Sensitivity
from cases.models import Case
from core.errors import DomainError
from disputes.enums import RelationGround
from disputes.models import Relation
from disputes.services.relate import relate_cases, unrelate_cases
from tests.factories import at, registered

NOW = at("2026-11-18")


@pytest.fixture
def pair(house):
    return registered(house, now=NOW), registered(house, now=NOW, title="车位占用（示例）")


def _relate(house, case, other, by="clerk"):
    told = {"number": other.number, "ground": RelationGround.SAME_EVENT}
    return relate_cases(case.pk, **told, actor=getattr(house, by), now=NOW)


def test_the_pair_is_one_from_either_side_and_again_after_it_was_ended(house, pair):
    first, second = pair
    row = _relate(house, second, first)
    assert (row.case, row.other) == (first, second)
    with pytest.raises(DomainError):
        _relate(house, first, second)
    ended = unrelate_cases(second.pk, relation_id=row.pk, reason="查明无关（示例）", actor=house.clerk, now=NOW)
    assert ended.end_reason == "查明无关（示例）"
    with pytest.raises(Relation.DoesNotExist):
        unrelate_cases(second.pk, relation_id=row.pk, reason="x", actor=house.clerk, now=NOW)
    assert _relate(house, first, second).pk != row.pk


def test_a_matter_is_related_neither_to_itself_nor_to_one_out_of_sight(house, pair):
    first, second = pair
    Case.objects.filter(pk=second.pk).update(sensitivity=Sensitivity.SEALED)
    for other in (first, second):
        with pytest.raises(DomainError):
            _relate(house, first, other)
    with pytest.raises(Case.DoesNotExist):
        _relate(house, first, second, by="neighbour_clerk")


def test_whoever_sees_one_of_two_sees_no_relation_and_ends_none(house, pair, client):
    first, second = pair
    row = _relate(house, first, second)
    client.force_login(house.clerk)
    url = reverse("admin:cases_case_change", args=[first.pk])
    assert second.number in client.get(url).content.decode()
    assert list(Relation.objects.visible_to(house.clerk)) == [row]
    told = {"ground": "示例", "source": "staff", "recorded_by": house.town_triage, "recorded_at": NOW}
    second.recusals.create(person=house.clerk, since=NOW.date(), **told)
    page = client.get(url).content.decode()
    assert second.number not in page
    assert "关联时间" not in page
    assert not Relation.objects.visible_to(house.clerk).exists()
    with pytest.raises(Relation.DoesNotExist):
        unrelate_cases(first.pk, relation_id=row.pk, reason="x", actor=house.clerk, now=NOW)


def test_the_database_keeps_the_order_the_pair_and_the_reason(house, pair):
    row = _relate(house, *pair)
    wrong = [{"case": row.other_id, "other": row.case_id}, {"ended_at": NOW}, {"end_reason": "x"}]
    for changed in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Relation.objects.filter(pk=row.pk).update(**changed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Relation.objects.create(
            case=row.case, other=row.other, ground="same_event", related_by=house.clerk, related_at=NOW
        )


def test_both_acts_work_on_the_page(house, pair, client):
    first, second = pair
    client.force_login(house.clerk)
    act = {name: reverse("admin:cases_case_act", args=[first.pk, name]) for name in ("relate", "unrelate")}
    page = client.post(act["relate"], {"number": second.code, "ground": "consequence"}, follow=True)
    assert second.number in page.content.decode()
    told = {"relation": Relation.objects.get().pk, "reason": "查明无关（示例）"}
    assert "查明无关（示例）" in client.post(act["unrelate"], told, follow=True).content.decode()


def test_the_end_of_a_relation_is_offered_to_whoever_sees_one(house, pair, client):
    first, second = pair
    client.force_login(house.clerk)
    url = reverse("admin:cases_case_change", args=[first.pk])
    assert "act/unrelate/" not in client.get(url).content.decode()
    _relate(house, first, second)
    assert "act/unrelate/" in client.get(url).content.decode()
    Case.objects.filter(pk=second.pk).update(sensitivity=Sensitivity.SEALED)
    assert "act/unrelate/" not in client.get(url).content.decode()
