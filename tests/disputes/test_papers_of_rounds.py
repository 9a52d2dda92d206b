"""The file of a matter is one per round: what a round must have is made in it, what earlier ones had stays theirs.

The first round ended without agreement, the second with one, the third without again.
"""

import io
import zipfile
from copy import deepcopy

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from docx import Document

from cases.enums import Retention
from cases.models import Case, Paper, PaperContent
from cases.reports.paper_file import file_of_round, missing_papers, past_rounds
from cases.services.archive import NewArchivedFile, archive_case
from cases.services.papers import PapersMissing, file_paper, make_paper, withdraw_paper
from cases.services.whole_file import NothingToPrint, whole_file
from core import clock
from core.errors import IllegalTransition
from disputes.enums import Action
from disputes.reports.papers import KINDS
from disputes.services.end import end_dispute
from disputes.services.mediate import accept_dispute, record_agreement, start_mediation
from disputes.services.reopen import reopen_dispute
from disputes.services.verify import confirm_dispute
from tests.cases.papers import with_papers
from tests.factories import at, attached, make_house, met, new_agreement, new_ending, rolled_back, said, triaged

NOW, SECOND, THIRD = at("2026-11-18"), at("2026-11-20"), at("2026-11-24")
KINDS_BY_KEY = {kind.key: kind for kind in KINDS}


def _mediate(house, case, *, now):
    accept_dispute(case.pk, said=said(now), actor=house.mediator, now=now)
    start_mediation(case.pk, rights_told_on=clock.local_day(now), actor=house.mediator, now=now)


def _end(house, case, *, now):
    end_dispute(case.pk, action=Action.TERMINATE, new=new_ending(now), actor=house.mediator, now=now)


def _close(house, case, *, now):
    return confirm_dispute(case.pk, remark="示例", actor=house.town_supervisor, now=now)


def _reopen(house, case, *, now):
    reopen_dispute(case.pk, handler=house.mediator, ground="示例", actor=house.town_supervisor, now=now)


def _make(house, case, kind, *, now, subject=""):
    return make_paper(case.pk, kind=kind, subject=subject, actor=house.mediator, now=now)


def _fresh(case):
    return Case.objects.get(pk=case.pk)


def _missing(case):
    return [line.kind.key for line in missing_papers(_fresh(case))]


@pytest.fixture(scope="module")
def built(for_the_module):
    house = make_house()
    house.case = case = triaged(house, now=NOW)
    _mediate(house, case, now=NOW)
    met(case, now=NOW)
    _end(house, case, now=NOW)
    house.notice = _make(house, case, "termination_notice", subject=str(case.endings.get().pk), now=NOW)
    _close(house, with_papers(case), now=NOW)
    new = NewArchivedFile("样本第1卷", 12, Retention.SHORT, clock.local_day(NOW))
    archive_case(case.pk, new=new, actor=house.clerk, now=NOW)
    _reopen(house, case, now=SECOND)
    _mediate(house, case, now=SECOND)
    record_agreement(case.pk, new_agreement(SECOND, case), actor=house.mediator, now=SECOND)
    house.second = _missing(case)
    _close(house, with_papers(case), now=SECOND)
    _reopen(house, case, now=THIRD)
    _mediate(house, case, now=THIRD)
    _end(house, case, now=THIRD)
    return house


@pytest.fixture
def house(built, db, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: THIRD)
    return deepcopy(built)


def test_every_round_owes_its_whole_file_and_nothing_of_another_round(house):
    begun = ["cover", "application", "rights_notice", "identity_proof", "session"]
    assert house.second == [*begun, "agreement", "back_cover"]
    assert _missing(house.case) == [*begun, "back_cover", "termination_notice"]


def test_a_round_is_not_closed_with_the_papers_of_the_one_before(house):
    with pytest.raises(PapersMissing) as refused:
        _close(house, house.case, now=THIRD)
    assert refused.value.params["missing"].startswith("卷宗封面、")
    assert _close(house, with_papers(house.case), now=THIRD).closed_at == THIRD


def test_a_round_takes_a_number_of_its_own_and_counts_its_versions_from_one(house):
    ending = str(house.case.endings.order_by("pk").last().pk)
    first, second = (_make(house, house.case, "termination_notice", subject=ending, now=THIRD) for _ in range(2))
    assert [paper.number[-6:] for paper in (house.notice, first, second)] == ["第0001号", "第0002号", "第0002号"]
    assert [(paper.round, paper.version) for paper in (first, second)] == [(3, 1), (3, 2)]


def test_what_stands_in_a_paper_is_of_its_round(house):
    case, agreement = _fresh(house.case), house.case.agreements.get()
    cover, report = (KINDS_BY_KEY[key].values(case, clock.local_day(THIRD)) for key in ("cover", "closing_report"))
    assert (cover["number"], cover["until_on"], report["outcome"]) == (case.number, "2026年11月24日", "调解不成")
    case.round = 2
    cover, report = (KINDS_BY_KEY[key].values(case, clock.local_day(THIRD)) for key in ("cover", "closing_report"))
    assert (cover["number"], cover["until_on"], report["outcome"]) == (agreement.number, "2026年11月20日", "达成协议")
    assert KINDS_BY_KEY["termination_notice"].values(case, clock.local_day(THIRD)).get("reason") is None


def test_an_agreement_that_was_sent_back_is_not_on_the_cover(house):
    case = _fresh(house.case)
    case.round = 2
    case.results.filter(round=2).update(is_confirmed=False)
    assert KINDS_BY_KEY["cover"].values(case, clock.local_day(THIRD))["number"] == case.number


def test_the_files_of_earlier_rounds_stay_whole_and_say_where_they_are(house):
    second, first = past_rounds(_fresh(house.case))
    labels = [line.label for line in second.lines]
    assert (second.number, second.archived, len(labels)) == (2, None, 7)
    assert {f"调解协议书（{house.case.agreements.get().number}）", "调解记录（2026-11-20）"} <= set(labels)
    assert (first.number, first.archived.volume) == (1, "样本第1卷")
    assert [line.label for line in first.lines][-1] == "终止调解通知书（2026-11-18）"


def test_the_file_of_an_earlier_round_is_not_changed(house):
    with pytest.raises(IllegalTransition, match="此前各轮"):
        withdraw_paper(house.notice.pk, reason="示例", actor=house.mediator, now=THIRD)
    with pytest.raises(IllegalTransition):
        _make(house, house.case, "session", subject=str(house.case.session_records.first().pk), now=THIRD)


def test_a_scan_is_filed_once_a_round(house):
    scan = attached(house.case, by=house.mediator, now=THIRD)
    told = {"kind": "identity_proof", "attachment_id": scan.pk, "actor": house.mediator, "now": THIRD}
    old = file_paper(house.case.pk, **told)
    with rolled_back(), pytest.raises(IllegalTransition):
        file_paper(house.case.pk, **told)
    Case.objects.filter(pk=house.case.pk).update(round=4)
    again = file_paper(house.case.pk, **told)
    assert [(paper.round, paper.version) for paper in (old, again)] == [(3, 1), (4, 1)]


def _names(house, number):
    content = whole_file(house.case.pk, as_pdf=False, round_number=number, actor=house.mediator, now=THIRD)
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        return folder.namelist()


def test_the_whole_file_is_that_of_one_round_the_present_one_unless_another_is_asked_for(house):
    with pytest.raises(NothingToPrint):
        _names(house, None)
    _make(house, house.case, "rights_notice", now=THIRD)
    assert [len(_names(house, number)) for number in (None, 1, 2, 3)] == [1, 7, 7, 1]
    assert _names(house, 1)[-1] == "07 终止调解通知书.docx"
    assert _names(house, 2)[5] == "06 调解协议书.docx"


def test_of_a_paper_about_something_else_each_is_in_the_file_of_a_round(house):
    told = {"round": 2, "kind": "session", "version": 1, "origin": "made", "fingerprint": "x"}
    house.case.papers.create(**told, subject="0", made_by=house.mediator, made_at=SECOND)
    lines = [line for line in file_of_round(_fresh(house.case), 2) if line.kind.key == "session"]
    assert [line.label for line in lines] == ["调解记录（2026-11-20）", "调解记录"]


def test_the_page_shows_each_round_with_its_papers_and_hands_out_its_file(house, client):
    client.force_login(house.mediator)
    urls = [reverse(f"admin:cases_case_{name}", args=[house.case.pk]) for name in ("change", "papers", "whole_file")]
    for page in (client.get(url).text for url in urls[:2]):
        assert ("第1轮办理的卷宗" in page, "第2轮办理的卷宗" in page, "第3轮办理的卷宗" in page) == (True, True, False)
        assert ("样本第1卷" in page, house.notice.number in page) == (True, True)
    answers = [client.get(f"{urls[2]}?as=zip&round={number}") for number in ("1", "3", "4", "0", "x")]
    assert [answer.status_code for answer in answers] == [200, 422, 404, 404, 404]


def _archive(house):
    new = NewArchivedFile("样本第3卷", 23, Retention.LONG, clock.local_day(THIRD))
    return archive_case(house.case.pk, new=new, actor=house.clerk, now=THIRD)


def _text(paper):
    read = Document(io.BytesIO(bytes(PaperContent.objects.get(pk=paper.pk).content)))
    return " ".join(cell.text for table in read.tables for row in table.rows for cell in row.cells)


def _versions(house, kind):
    return list(house.case.papers.filter(round=3, kind=kind).order_by("version"))


def test_the_act_of_archiving_makes_cover_and_back_cover_anew_with_where_the_file_is(house):
    for kind in ("cover", "back_cover"):
        _make(house, house.case, kind, now=THIRD)
    _close(house, with_papers(house.case), now=THIRD)
    _archive(house)
    (cover, renewed), (back, last) = (_versions(house, kind) for kind in ("cover", "back_cover"))
    assert ["样本第3卷" in _text(one) for one in (cover, renewed)] == [False, True]
    assert ["10年" in _text(cover), "30年" in _text(renewed)] == [True, True]
    assert ["共23页" in _text(one) and "2026年11月24日" in _text(one) for one in (back, last)] == [False, True]
    told = house.case.events.filter(kind="paper_made", at=THIRD, actor=house.clerk).values_list("data", flat=True)
    assert [*told] == [{"paper": "cover", "version": 2}, {"paper": "back_cover", "version": 2}]


def test_a_signed_original_stays_the_cover_and_what_was_withdrawn_is_not_made_anew(house):
    scan = attached(house.case, by=house.mediator, now=THIRD)
    told = {"actor": house.mediator, "now": THIRD}
    file_paper(house.case.pk, kind="cover", attachment_id=scan.pk, **told)
    _close(house, with_papers(house.case), now=THIRD)
    gone = {"withdrawn_by": house.clerk, "withdrawn_at": THIRD, "withdrawal_reason": "示例"}
    house.case.papers.filter(round=3, kind="back_cover").update(**gone)
    _archive(house)
    assert [len(_versions(house, kind)) for kind in ("cover", "back_cover")] == [1, 1]


def test_a_cover_that_lacks_something_by_now_does_not_keep_the_file_from_the_archive(house):
    _close(house, with_papers(house.case), now=THIRD)
    Case.objects.filter(pk=house.case.pk).update(handler=None)
    _archive(house)
    assert [len(_versions(house, kind)) for kind in ("cover", "back_cover")] == [1, 2]


def test_a_closed_matter_is_to_archive_until_the_file_of_its_last_round_is_there(house, client):
    def found(name, by="mediator"):
        client.force_login(getattr(house, by))
        page = client.get(reverse("admin:cases_case_changelist"), {"archive": name})
        return list(page.context["cl"].result_list)

    assert (found("to_archive"), found("archived")) == ([], [])  # open again, with an archived file of an old round
    _close(house, with_papers(house.case), now=THIRD)
    assert (found("to_archive"), found("archived")) == ([house.case], [])
    assert found("to_archive", by="neighbour_clerk") == []
    _archive(house)
    assert (found("to_archive"), found("archived"), found("x")) == ([], [house.case], [house.case])


def test_a_kind_is_versioned_once_in_each_round(house):
    told = {"kind": "cover", "version": 1, "origin": "made", "fingerprint": "x"}
    told |= {"made_by": house.mediator, "made_at": THIRD}
    house.case.papers.create(round=3, **told)
    with pytest.raises(IntegrityError, match="paper_version_once"), transaction.atomic():
        house.case.papers.create(round=3, **told)
    assert Paper.objects.filter(case=house.case, kind="cover", version=1).count() == 3
