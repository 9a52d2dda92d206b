"""The file on the page of a case: what it lacks is told before the click, and what goes out is on record."""

import io
import zipfile
from contextlib import closing

import pytest
from django.db import connection
from django.urls import reverse
from pypdf import PdfReader

from cases.models import Case, Paper
from cases.services import whole_file
from cases.services.papers import file_paper, make_paper, see_paper
from core import locks
from core.audit import AuditEntry
from core.examination import FileKind
from core.papers.printing import can_print
from tests.cases.papers import SAMPLES, only, papered
from tests.corpus.attached import picture
from tests.factories import at, attached, registered, triaged

NOW = at("2026-11-18")


@pytest.fixture(autouse=True)
def _kinds():
    yield from only(SAMPLES)


@pytest.fixture
def case(house, client):
    client.force_login(house.mediator)
    return triaged(house, now=NOW)


def url(name, *keys):
    return reverse(f"admin:cases_case_{name}", args=keys)


def post(client, case, act, kind="sample_form", **data):
    return client.post(url("papers", case.pk), {"act": act, "kind": kind, **data}, follow=True)


def filed(case, house, **changes):
    scan = attached(case, by=house.mediator, now=NOW, **changes)
    return file_paper(case.pk, kind="sample_evidence", attachment_id=scan.pk, actor=house.mediator, now=NOW)


def test_the_page_of_a_case_tells_what_the_file_lacks_and_offers_what_can_be_done(client, case):
    page = client.get(url("change", case.pk)).content.decode()
    assert [page.count(text) for text in ("受理登记表", "身份证明", "证据材料")] == [3, 3, 1]
    assert (page.count('value="make"'), page.count('value="see"'), page.count(">缺<")) == (1, 1, 2)


def test_what_is_still_empty_is_named_in_place_of_the_button(client, house):
    case = registered(house, now=NOW)
    client.force_login(house.clerk)
    page = client.get(url("change", case.pk)).content.decode()
    assert ("尚缺内容：承办人" in page, 'value="make"' in page) == (True, False)
    answer = post(client, case, "make")
    assert (answer.status_code, "承办人" in answer.content.decode()) == (422, True)


def test_the_file_is_completed_from_the_page(client, house, case):
    assert "已制作：受理登记表，第1版" in post(client, case, "make").content.decode()
    assert "已记录查验：身份证明" in post(client, case, "see", "sample_identity").content.decode()
    scan = attached(case, by=house.mediator, now=NOW, name="现场.txt")
    assert post(client, case, "file", "sample_evidence", attachment=scan.pk).status_code == 200
    page = client.get(url("change", case.pk)).content.decode()
    assert ("(2026)枫源村示例字第0001号" in page, "现场.txt" in page, ">缺<" in page) == (True, True, False)


def test_filing_asks_which_file_and_offers_none_of_another_matter(client, house, case):
    other = attached(triaged(house, now=NOW), by=house.mediator, now=NOW)
    for data in ({}, {"attachment": other.pk}):
        assert post(client, case, "file", "sample_evidence", **data).status_code == 422
    assert "请选择附件" in post(client, case, "file", "sample_evidence").content.decode()
    assert post(client, case, "make", "nothing").status_code == 404
    assert not Paper.objects.exists()


def test_a_paper_leaves_as_a_download_on_record(client, house, case):
    paper = make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW)
    answer = client.get(url("paper", case.pk, paper.pk))
    assert answer.content.startswith(b"PK")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="paper-{paper.pk}.docx"')
    assert AuditEntry.objects.filter(act="downloaded", subject_kind="cases.paper", subject_id=paper.pk).exists()
    assert client.get(url("paper", triaged(house, now=NOW).pk, paper.pk)).status_code == 404


def test_withdrawing_asks_for_a_reason_and_leaves_a_line(client, house, case):
    paper = make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW)
    page = url("withdraw_paper", case.pk, paper.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": ""}).status_code == 422
    assert "填错了" in client.post(page, {"reason": "填错了"}, follow=True).content.decode()
    assert {client.get(url(name, case.pk, paper.pk)).status_code for name in ("paper", "withdraw_paper")} == {404}


def test_a_closed_matter_shows_its_papers_and_changes_none(client, house, case):
    make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW)
    Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=NOW)
    client.force_login(house.clerk)
    pages = [client.get(url(name, case.pk)).content.decode() for name in ("change", "papers")]
    assert [("示例字" in page, 'name="act"' in page) for page in pages] == [(True, False)] * 2
    assert post(client, case, "make").status_code == 422


def test_the_whole_file_is_one_folder_in_the_order_of_the_file(client, house, case):
    assert "卷宗内还没有文书" in client.get(url("whole_file", case.pk)).content.decode()
    filed(case, house, content=b"%PDF", kind=FileKind.PDF)
    make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW)
    see_paper(case.pk, kind="sample_identity", actor=house.mediator, now=NOW)
    answer = client.get(url("whole_file", case.pk) + "?as=zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as folder:
        assert folder.namelist() == ["01 受理登记表.docx", "02 证据材料.pdf"]
    entry = AuditEntry.objects.get(act="downloaded", subject_id=case.pk)
    assert (entry.subject_kind, entry.data["paper"], len(entry.data["papers"])) == ("cases.case", "file", 2)


def test_where_no_pdf_can_be_made_the_page_says_so_and_no_link_gives_something_else(
    client, house, case, monkeypatch, tmp_path
):
    make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW)
    monkeypatch.setenv("PATH", str(tmp_path))
    pages = [client.get(url(name, case.pk)).content.decode() for name in ("change", "papers")]
    assert [("因此这里不能" in page, "as=pdf" in page) for page in pages] == [(True, False)] * 2
    for query in ("", "?as=pdf"):
        answer = client.get(url("whole_file", case.pk) + query)
        assert (answer.status_code, "不能生成 PDF" in answer.content.decode()) == (422, True)
    monkeypatch.setattr("cases.admin.papers.can_print", lambda: True)
    page = client.get(url("papers", case.pk)).content.decode()
    assert ("因此这里不能" in page, "as=pdf" in page) == (False, True)


@pytest.mark.skipif(not can_print(), reason="LibreOffice is not installed")
def test_the_whole_file_is_one_pdf(client, house, case):
    filed(case, house, content=picture(), preview=picture(), kind=FileKind.JPEG)
    make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW)
    answer = client.get(url("whole_file", case.pk))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert ["受理登记表" in "".join(page.extract_text().split()) for page in pages] == [True, False]
    assert AuditEntry.objects.filter(act="printed", subject_id=case.pk, data__paper="file").exists()


def test_what_was_changed_in_the_database_is_in_no_file(client, house, case):
    kept = filed(case, house).attachment
    kept.stored.content = b"other"
    kept.stored.save()
    answer = client.get(url("whole_file", case.pk) + "?as=zip")
    assert (answer.status_code, answer.headers["Content-Type"].startswith("text/html")) == (422, True)


def test_a_file_with_nothing_to_print_and_a_busy_printer_are_told(client, house, case, monkeypatch):
    filed(case, house)
    monkeypatch.setattr("cases.admin.papers.can_print", lambda: True)
    assert "没有可以转为PDF的材料" in client.get(url("whole_file", case.pk)).content.decode()
    make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW)
    monkeypatch.setattr(whole_file, "PRINTERS", 0)
    assert "请一分钟后再试" in client.get(url("whole_file", case.pk)).content.decode()
    assert not AuditEntry.objects.filter(data__paper="file").exists()


def test_a_lock_is_tried_without_waiting_for_whoever_holds_it(db):
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('a printer', 0))")
        assert not locks.try_hold("a printer")
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended('a printer', 0))")
        assert locks.try_hold("a printer")


def test_a_damaged_paper_is_told_and_not_handed_out(client, house, case):
    paper = papered(case, by=house.mediator, now=NOW, fingerprint="x")
    answer = client.get(url("paper", case.pk, paper.pk))
    assert (answer.status_code, answer.headers["Content-Type"].startswith("text/html")) == (409, True)
