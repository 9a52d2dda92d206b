"""The file of a closed matter goes into the archive once a round, and stays there as it was put down."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from cases.enums import Category, Retention
from cases.models import ArchivedFile, Case
from cases.rules.papers import retention_of
from cases.services.archive import NewArchivedFile, archive_case
from core.errors import DomainError, IllegalTransition
from tests.factories import at, registered

NOW = at("2026-11-20")
NEW = NewArchivedFile("2026-示例-1", 12, Retention.SHORT, at("2026-11-20").date())


@pytest.fixture
def case(house):
    case = registered(house, now=at("2026-11-18"))
    Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=at("2026-11-19"))
    return Case.objects.get(pk=case.pk)


def _archive(house, case, new=NEW, by="clerk"):
    return archive_case(case.pk, new=new, actor=getattr(house, by), now=NOW)


def test_the_file_of_a_closed_matter_is_archived_once_and_after_a_reopening_once_more(house, case):
    row = _archive(house, case)
    assert (row.volume, row.pages, row.retention, row.archived_by) == ("2026-示例-1", 12, "short", house.clerk)
    assert case.events.get(kind="archived").data == {"volume": "2026-示例-1"}
    with pytest.raises(IllegalTransition):
        _archive(house, case)
    Case.objects.update(round=2)
    assert _archive(house, case).round == 2


def test_the_file_of_an_open_matter_is_not_archived(house, case):
    Case.objects.update(stage="reported", closed_at=None)
    with pytest.raises(IllegalTransition):
        _archive(house, case)
    assert not ArchivedFile.objects.exists()


@pytest.mark.parametrize(("on", "is_refused"), [("2026-11-18", True), ("2026-11-19", False), ("2026-11-21", True)])
def test_it_is_archived_between_the_closing_and_today(house, case, on, is_refused):
    if is_refused:
        with pytest.raises(DomainError):
            _archive(house, case, replace(NEW, archived_on=at(on).date()))
    else:
        assert _archive(house, case, replace(NEW, archived_on=at(on).date())).archived_on == at(on).date()


@pytest.mark.parametrize("who", ["neighbour_clerk", "nobody", "sysadmin"])
def test_nobody_out_of_sight_archives_a_file_or_reads_of_it(house, case, who):
    with pytest.raises(Case.DoesNotExist):
        _archive(house, case, by=who)
    _archive(house, case)
    assert ArchivedFile.objects.visible_to(house.clerk).exists()
    assert not ArchivedFile.objects.visible_to(getattr(house, who)).exists()


def test_the_database_asks_for_volume_and_pages_and_lets_nothing_be_rewritten(house, case):
    told = {"case": case, "round": 1, "archived_by": house.clerk, "recorded_at": NOW, "archived_on": NOW.date()}
    for wrong in ({"volume": "", "pages": 1}, {"volume": "1", "pages": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ArchivedFile.objects.create(**told, **wrong, retention="short")
    _archive(house, case)
    with pytest.raises(ProgrammingError), transaction.atomic():
        ArchivedFile.objects.update(volume="x")


@pytest.mark.parametrize(
    ("category", "kept"), [(Category.FOREST_LAND, Retention.PERMANENT), (Category.NEIGHBOUR, Retention.SHORT)]
)
def test_how_long_a_file_is_kept_unless_the_archive_decides_otherwise(category, kept):
    assert retention_of(category) is kept


def test_the_page_archives_and_says_where_the_file_went(house, case, client):
    client.force_login(house.clerk)
    act = reverse("admin:cases_case_act", args=[case.pk, "archive"])
    assert client.get(act).context["form"]["retention"].value() == Retention.SHORT
    wrong = client.post(act, {"volume": "", "pages": "0", "retention": "short", "archived_on": "2026-11-19"})
    assert set(wrong.context["form"].errors) == {"volume", "pages"}
    told = {"volume": "2026-示例-1", "pages": "12", "retention": "long", "archived_on": "2026-11-19"}
    page = client.post(act, told, follow=True)
    assert "卷号 2026-示例-1" in page.content.decode()
    assert "长期（30年）" in page.content.decode()
    assert "archive" not in {act.name for act in page.context["buttons"].acts}
