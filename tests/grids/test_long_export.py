"""A long list is made by a worker, once, under the rights of whoever asked for it, who alone fetches it."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core import clock
from grids.enums import ExportState, RosterKind
from grids.models import Assignment, ExportFile, ExportJob, GridMember, RosterExport
from grids.resources.tables import table_of
from grids.services.forget_files import forget_files
from grids.services.make_export import make_export, take_up_export
from grids.services.take_up import ATTEMPTS, LEASE
from tests.grids.conftest import id_number, member_cells, workbook


@pytest.fixture
def people(page, settings, manager, grids):
    """Return the pages of a manager with three people, of whom lists of two or more are long."""
    settings.ROSTER_EXPORT_AT_ONCE = 1
    pages = page(manager)
    pages.bring_in(workbook(*map(member_cells, (1, 2, 3))))
    return pages


def ask(pages, query="", model="gridmember", **data):
    return pages.client.post(reverse(f"admin:grids_{model}_export") + query, data)


def asked(pages, *args, **data):
    assert ask(pages, *args, **data).status_code == 302
    return ExportJob.objects.get()


def start(now=None):
    job = take_up_export(now=now or clock.now())
    return job and make_export(job, table=table_of(RosterKind(job.export.kind), is_unmasked=job.export.is_unmasked))


def made(job):
    for _rows in start():
        pass
    job.refresh_from_db()
    return job


def url(name, job):
    return reverse(f"admin:grids_exportjob_{name}", args=[job.pk])


def fetched(pages, job):
    content = pages.client.get(url("download", job)).content
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.rows]


def test_a_long_list_is_that_of_the_page_made_by_a_worker(people, settings):
    job = asked(people, "?q=样本")
    assert people.client.get(url("download", job)).status_code == 404
    assert (made(job).state, job.rows_total, job.failure) == (ExportState.READY, 3, None)
    rows = fetched(people, job)
    settings.ROSTER_EXPORT_AT_ONCE = 3
    at_once = load_workbook(io.BytesIO(ask(people, "?q=样本").content)).active
    assert rows == [[cell.value for cell in row] for row in at_once.rows]
    assert [row[2] for row in rows] == ["姓名", "样本·甲1", "样本·甲2", "样本·甲3"]


def test_a_list_is_long_from_one_row_more_than_the_setting(people, settings):
    settings.ROSTER_EXPORT_AT_ONCE = 3
    assert (ask(people).status_code, ExportJob.objects.count()) == (200, 0)
    settings.ROSTER_EXPORT_AT_ONCE = 2
    assert (ask(people).status_code, ExportJob.objects.count()) == (302, 1)


def test_a_long_list_of_grids_is_made_and_recorded_too(people):
    job = made(asked(people, model="grid"))
    assert (job.export.kind, job.export.row_count, len(fetched(people, job))) == ("grids", 2, 3)


@pytest.mark.parametrize("readable", [True, False])
def test_numbers_are_readable_only_for_the_reason_on_record(people, readable):
    job = made(asked(people, **({"is_unmasked": "on", "reason": "年度体检"} if readable else {})))
    record = RosterExport.objects.get()
    assert (record.is_unmasked, record.reason, record.row_count) == (readable, "年度体检" if readable else "", 3)
    assert (fetched(people, job)[1][3] == id_number(1)) is readable


def test_the_workbook_is_kept_encrypted(people):
    job = made(asked(people, is_unmasked="on", reason="年度体检"))
    content = ExportFile.objects.get(pk=job.pk).content
    raw = ExportFile.objects.extra(select={"raw": "content"}).values_list("raw", flat=True).get(pk=job.pk)
    assert (bytes(content)[:2], b"xl/workbook.xml" in bytes(raw)) == (b"PK", False)


@pytest.mark.parametrize("name", ["change", "progress", "download"])
def test_only_who_asked_for_it_sees_it(people, page, outsider, name):
    job = made(asked(people))
    assert people.client.get(url(name, job)).status_code == 200
    assert page(outsider).client.get(url(name, job)).status_code == 404


def test_who_lost_the_right_before_it_is_made_gets_nothing(people, manager):
    job = asked(people, is_unmasked="on", reason="年度体检")
    manager.posts.get().grants.filter(permission__codename="export_unmasked").delete()
    assert (made(job).state, job.failure["code"]) == (ExportState.FAILED, "not_permitted")
    assert ExportFile.objects.get(pk=job.pk).content is None
    assert job.failure["text"] in people.client.get(url("change", job)).content.decode()


@pytest.mark.parametrize(("right", "status"), [("export_unmasked", 403), ("export_roster", 403)])
def test_who_lost_the_right_before_fetching_it_gets_nothing(people, manager, right, status):
    job = made(asked(people, is_unmasked="on", reason="年度体检"))
    manager.posts.get().grants.filter(permission__codename=right).delete()
    response = people.client.get(url("download", job))
    assert (response.status_code, response.content[:2] == b"PK") == (status, False)


def test_rows_that_are_out_of_sight_by_then_are_left_out(people, far_grid):
    job = asked(people)
    Assignment.objects.filter(member=GridMember.objects.get(name="样本·甲2")).update(grid=far_grid)
    assert made(job).rows_total == 2
    assert [row[2] for row in fetched(people, job)] == ["姓名", "样本·甲1", "样本·甲3"]


def test_a_list_whose_worker_was_killed_is_made_by_another(people, monkeypatch):
    monkeypatch.setattr("grids.services.make_export.BLOCK", 1)
    job, now = asked(people), clock.now()
    killed = start(now - LEASE)
    assert next(killed) == 1
    assert start(now) is None
    list(start(clock.now() + 2 * LEASE))
    assert list(killed) == []
    job.refresh_from_db()
    assert (job.state, job.attempt, len(fetched(people, job))) == (ExportState.READY, 2, 4)


def test_a_list_at_which_the_work_breaks_off_three_times_ends_with_the_reason(people):
    job = asked(people)
    ExportJob.objects.update(attempt=ATTEMPTS)
    assert start() is None
    job.refresh_from_db()
    assert (job.state, job.failure["code"]) == (ExportState.FAILED, "broke_off")


def test_one_person_has_one_list_made_at_a_time(people):
    job = asked(people)
    assert (ask(people).status_code, RosterExport.objects.count()) == (422, 1)
    made(job)
    assert ask(people).status_code == 302


def test_a_list_is_gone_after_seven_days_and_its_record_stays(people):
    job = made(asked(people))
    week = job.export.exported_at + timedelta(days=7)
    forget_files(now=week - timedelta(seconds=1))
    assert ExportFile.objects.exists()
    forget_files(now=week)
    job.refresh_from_db()
    assert (job.state, ExportFile.objects.exists(), RosterExport.objects.count()) == (ExportState.GONE, False, 1)
    assert people.client.get(url("download", job)).status_code == 404


def test_the_progress_is_told_in_rows(people, monkeypatch):
    monkeypatch.setattr("grids.services.make_export.BLOCK", 2)
    job = asked(people)
    next(start())
    told = people.client.get(url("progress", job)).json()
    assert told == {"is_running": True, "state": "waiting", "phase": "Being made", "done": 2, "total": 3}
