"""A petition is there for those of its place and its desk, and was never there for anybody else."""

import pytest
from django.contrib.admin import site
from django.core import serializers
from django.db import connection
from django.urls import reverse

from cases.admin import CaseAdmin
from cases.models import Case
from core import acting
from petitions.enums import Kind
from tests.factories import at, recused
from tests.petitions.office import accepted, petitioned
from tests.petitions.rows import OF_A_PETITION

NOW = at("2026-03-02")
OUTSIDERS = ["neighbour_clerk", "neighbour_town_supervisor", "other_county_supervisor", "unit_leader", "sysadmin"]


@pytest.fixture
def case(house, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    return accepted(house, now=NOW)


def _rows(case):
    return serializers.serialize("json", [case, case.petition, *case.petition_notices.all()])


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_act_is_there_for_an_outsider_and_none_changes_anything(house, client, case, name):
    acts, before = [act.name for act in CaseAdmin(Case, site).acts() if act.fits(case)], _rows(case)
    client.force_login(house.petition_handler)
    assert client.get(reverse("admin:cases_case_change", args=[case.pk])).status_code == 200
    client.force_login(getattr(house, name))
    for act in acts:
        url = reverse("admin:cases_case_act", args=[case.pk, act])
        assert {client.get(url).status_code, client.post(url, {"remark": "x"}).status_code} <= {404}, act
    assert (_rows(Case.objects.get(pk=case.pk)), len(acts) > 25) == (before, True)


def test_what_takes_another_right_is_no_act_for_whoever_sees_the_petition(house, client, case):
    client.force_login(house.petition_clerk)
    for act in ("triage_petition", "draft_opinion", "sign_opinion", "serve_notice", "confirm_petition"):
        assert client.get(reverse("admin:cases_case_act", args=[case.pk, act])).status_code == 404, act


def _seen_in_the_database(person, table):
    with acting.as_person(person.pk), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a table's own name
        return cursor.fetchone()[0]


def test_r3_the_wall_in_the_database_keeps_a_petition_from_whoever_has_no_part_in_it(house, case):
    tables = ("petitions_petition", "petitions_notice")
    assert [_seen_in_the_database(house.petition_clerk, table) for table in tables] == [1, 1]
    recused(case, person=house.petition_clerk, by=house.town_triage, now=NOW)
    assert [_seen_in_the_database(house.petition_clerk, table) for table in tables] == [0, 0]


def test_r2_the_wall_in_the_database_keeps_an_accusation_from_all_but_the_officers(house):
    petitioned(house, now=NOW, kind=Kind.ACCUSATION, sensitivity="sealed")
    seen = {name: _seen_in_the_database(getattr(house, name), "petitions_petition") for name in ("officer", *OUTSIDERS)}
    assert seen == {"officer": 1, **dict.fromkeys(OUTSIDERS, 0)}


def test_every_table_of_a_petition_stands_behind_the_wall(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relname LIKE 'petitions_%'")
        assert {name for (name,) in cursor.fetchall()} == {model._meta.db_table for model in OF_A_PETITION}


def test_r4_nothing_of_a_petition_counts_or_ranks_whoever_brings_it():
    names = {field.name for model in OF_A_PETITION for field in model._meta.get_fields()}
    assert not {name for name in names if any(word in name for word in ("risk", "score", "count", "label", "rank"))}
