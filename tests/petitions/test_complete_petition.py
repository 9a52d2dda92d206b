"""A petition is closed with its file complete: what each end owes is named, made at once, and leaves as one whole."""

import io
import zipfile

import pytest
from django.urls import reverse
from docx import Document

from cases.enums import Retention
from cases.models import Case, Paper
from cases.reports.paper_file import file_of, missing_papers
from cases.services.archive import NewArchivedFile, archive_case
from cases.services.make_papers import make_papers
from cases.services.papers import PapersMissing, make_paper, see_paper
from cases.services.whole_file import whole_file
from core.errors import IllegalTransition
from petitions.enums import Action, NoticeKind
from petitions.services.opinion import accept_petition, draft_opinion, serve_opinion, sign_opinion
from petitions.services.verify import close_petition, confirm_petition, return_petition
from tests.cases.papers import with_papers
from tests.factories import at, rolled_back
from tests.petitions.ends import ENDS, accusing, end, odd, transferred
from tests.petitions.higher import with_higher_offices
from tests.petitions.office import accepted, drafted, make_office, new_opinion, opinion_served, served, told, triaged

NOW, LATER, AFTER = at("2026-03-02"), at("2026-03-10"), at("2026-04-20")
CHECKED = ("answered", "unknown")


@pytest.fixture(scope="module")
def built(for_the_module):
    house = with_higher_offices(make_office())
    house.__dict__["ended"] = {name: build(house, now=NOW).pk for name, build in ENDS.items()}
    return house


@pytest.fixture
def house(built, db, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: LATER)
    with rolled_back():
        yield built


# Who has, and who checks, what has left the town or lies under seal.
HOLDERS = {"transferred": "officer", "final": "city_reviewer", "passed on": "second_handler"}
CHECKERS = {"transferred": "second_officer", "final": "city_checker"}


def _fresh(case):
    return Case.objects.get(pk=case.pk)


def _missing(case):
    return [line.label for line in missing_papers(_fresh(case))]


def _make(house, case, kind, subject="", *, by="petition_handler", now=LATER):
    return make_paper(case.pk, kind=kind, subject=subject, actor=getattr(house, by), now=now)


def _cells(paper):
    table = Document(io.BytesIO(bytes(paper.stored.content))).tables[0]
    return {cell.text for row in table.rows for cell in row.cells}


def _confirm(house, case, by="town_supervisor"):
    return confirm_petition(case.pk, remark="已核实（示例）", actor=getattr(house, by), now=LATER)


def _closing(house, name):
    """Return a petition that is one step before its closing, and that step."""
    case = Case.objects.get(pk=house.ended[name])
    if name in CHECKED:
        _confirm(house, case)
        return case, lambda: close_petition(case.pk, actor=house.town_supervisor, now=AFTER)
    return case, lambda: _confirm(house, case, CHECKERS.get(name, "town_supervisor"))


@pytest.mark.parametrize("name", ENDS)
def test_without_any_single_one_of_its_papers_a_petition_is_not_closed(house, name):
    case, close = _closing(house, name)
    names = _missing(case)
    written = with_papers(case).papers.order_by("pk")
    gone = {"withdrawn_by": house.petition_clerk, "withdrawn_at": LATER, "withdrawal_reason": "示例"}
    for paper, label in zip(written, names, strict=True):
        with rolled_back():
            Paper.objects.filter(pk=paper.pk).update(**gone)
            with pytest.raises(PapersMissing) as refused:
                close()
            assert refused.value.params["missing"] == label
    assert (len(names) > 2, close().stage) == (True, "closed")


@pytest.mark.parametrize("name", ENDS)
def test_all_that_a_petition_owes_is_made_at_once_but_what_comes_from_outside(house, name):
    case, _close = _closing(house, name)
    owed, by = _missing(case), getattr(house, HOLDERS.get(name, "petition_handler"))
    made = make_papers(case.pk, with_optional=False, actor=by, now=LATER)
    outside = [label for label in ("授权委托或者监护关系证明", "法定程序结果文书") if label in owed]
    assert ([line.label for line in made.made], _missing(case)) == (
        [label for label in owed if label not in outside], outside,
    )  # fmt: skip
    for kind in ("petition_authority", "procedure_result")[: len(outside)]:
        see_paper(case.pk, kind=kind, actor=by, now=LATER)
    assert _missing(case) == []


def _closed(house):
    """Return an answered claim whose papers were all made or seen, closed."""
    case, close = _closing(house, "answered")
    make_papers(case.pk, with_optional=False, actor=house.petition_handler, now=LATER)
    see_paper(case.pk, kind="petition_authority", actor=house.petition_handler, now=LATER)
    close()
    return case


def test_all_papers_leave_as_one_in_the_order_of_the_file(house):
    content = whole_file(_closed(house).pk, as_pdf=False, actor=house.petition_handler, now=AFTER)
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    order = ["信访卷宗封面", "登记表", "受理告知书", "陈述记录", "延长办理期限", "处理意见书", "送达回证"]
    found = [next(index for index, name in enumerate(names) if one in name) for one in order]
    assert (found, len(names)) == (sorted(found), 8)


def test_the_cover_tells_where_the_file_is_archived(house):
    case = _closed(house)
    new = NewArchivedFile("信访卷第7号（示例）", 24, Retention.LONG, AFTER.date())
    archive_case(case.pk, new=new, actor=house.petition_handler, now=AFTER)
    cover = case.papers.filter(kind="petition_cover").latest("version")
    told = {"信访卷第7号（示例）", "24", "30年", "2026年4月20日"}
    assert (cover.version, told <= _cells(cover)) == (2, True)


def test_a_form_to_be_signed_on_service_is_no_record_that_anything_was_served(house):
    case = triaged(house, now=NOW)
    accept_petition(case.pk, actor=house.petition_handler, now=NOW)
    notice = case.petition_notices.get()
    _make(house, case, "acceptance_notice", str(notice.pk))
    _make(house, case, "service_record", f"to-{notice.pk}")
    assert "送达回证" not in "".join(_missing(case))
    served(house, case, NoticeKind.ACCEPTANCE, now=LATER)
    assert "送达回证（受理告知书 2026-03-10）" in _missing(case)
    assert _make(house, case, "service_record", str(notice.pk)).version == 1
    assert [name for name in _missing(case) if "告知书" in name] == []


def test_a_notice_keeps_its_number_through_its_versions_and_the_record_of_service_names_it(house):
    case = accepted(house, now=NOW)
    notice = str(case.petition_notices.get().pk)
    numbers = {_make(house, case, "acceptance_notice", notice).number for _ in range(2)}
    assert numbers == {"(2026)枫桥访受字第0001号"}
    paper = _make(house, case, "service_record", notice)
    assert numbers < _cells(paper)


def test_the_letter_under_seal_is_numbered_before_it_goes_and_the_next_one_has_another_number(house):
    case = accusing(house, now=NOW)
    letter = _make(house, case, "sealed_transfer", "1", by="officer")
    assert "密件转送函" not in "".join(_missing(case))
    end(house, case, Action.TRANSFER, now=LATER, by="officer", organ="诸暨市纪委监委（示例）", stated_on=LATER.date())
    assert "密件转送函" not in "".join(_missing(case))
    assert _make(house, case, "sealed_transfer", "1", by="officer").number == letter.number
    return_petition(case.pk, remark="示例", actor=house.second_officer, now=LATER)
    assert _make(house, case, "sealed_transfer", "2", by="officer").number == "(2026)枫桥访密转字第0002号"
    end(house, case, Action.TRANSFER, now=LATER, by="officer", organ="绍兴市纪委监委（示例）", stated_on=LATER.date())
    lines = [line for line in file_of(_fresh(case), today=LATER.date()) if line.kind.key == "sealed_transfer"]
    assert [(line.subject, line.is_must, len(line.papers)) for line in lines] == [("1", True, 2), ("2", True, 1)]


def test_an_opinion_that_was_served_stays_in_the_file_though_another_takes_its_place(house):
    case = opinion_served(house, now=NOW)
    first = case.opinions.get().number
    return_petition(case.pk, remark="示例", actor=house.town_supervisor, now=LATER)
    draft_opinion(case.pk, new=new_opinion(LATER.date()), actor=house.petition_handler, now=LATER)
    second = sign_opinion(case.pk, remark="示例", actor=house.petition_leader, now=LATER).number
    serve_opinion(case.pk, new=told(LATER.date()), actor=house.petition_handler, now=LATER)
    assert [name for name in _missing(case) if "意见书" in name or "陈述记录" in name] == [
        *("听取信访人陈述记录（2026-03-02）", "听取信访人陈述记录（2026-03-10）"),
        *(f"信访处理意见书（{first}）", f"信访处理意见书（{second}）"),
        *("送达回证（信访处理意见书 2026-03-02）", "送达回证（信访处理意见书 2026-03-10）"),
    ]


def test_what_was_not_served_before_it_was_returned_is_not_owed(house):
    case = accepted(house, now=NOW)
    end(house, case, Action.SETTLE, now=LATER, stated_on=LATER.date(), basis="示例")
    assert "协议书" in "".join(_missing(case))
    return_petition(case.pk, remark="示例", actor=house.town_supervisor, now=LATER)
    assert "协议书" not in "".join(_missing(case))
    end(house, case, Action.WITHDRAW, now=LATER, stated_on=LATER.date())
    assert "撤回信访事项声明（2026-03-10）" in _missing(case)
    return_petition(case.pk, remark="示例", actor=house.town_supervisor, now=LATER)
    assert "声明" not in "".join(_missing(case))


def test_r7_an_opinion_is_no_paper_before_the_leader_has_signed_it(house):
    case = drafted(house, now=NOW)
    draft = str(case.opinions.get().pk)
    with pytest.raises(IllegalTransition):
        _make(house, case, "handling_opinion", draft)
    number = sign_opinion(case.pk, remark="示例", actor=house.petition_leader, now=LATER).number
    assert _make(house, case, "handling_opinion", draft).kind == "handling_opinion"
    assert f"信访处理意见书（{number}）" not in _missing(case)


def test_a_closed_petition_takes_no_more_papers(house):
    case, close = _closing(house, "declined")
    with_papers(case)
    close()
    with pytest.raises(IllegalTransition, match="已办结"):
        _make(house, case, "petition_form")


def test_what_is_of_another_procedure_is_no_paper_of_a_petition(house):
    case = accepted(house, now=NOW, **odd())
    for kind in ("cover", "rights_notice", "agreement", "nothing"):
        with pytest.raises(IllegalTransition):
            _make(house, case, kind)


@pytest.mark.parametrize("by", ["neighbour_clerk", "petition_handler", "town_supervisor", "petition_leader"])
def test_r2_nobody_outside_the_compartment_makes_or_reads_a_paper_of_an_accusation(house, by):
    case = transferred(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _make(house, case, "sealed_transfer", "1", by=by)
    with pytest.raises(Case.DoesNotExist):
        whole_file(case.pk, as_pdf=False, actor=getattr(house, by), now=LATER)


def test_the_checker_reads_before_the_click_what_is_missing_and_one_press_makes_it(house, client):
    case, _close = _closing(house, "declined")
    client.force_login(house.town_supervisor)
    act, papers, make = (
        reverse(f"admin:cases_case_{name}", args=[case.pk, *rest])
        for name, *rest in (("act", "confirm_petition"), ("papers",), ("make_papers",))
    )
    page, answer = client.get(act).text, client.post(act, {"remark": "示例"})
    assert ("暂不能办理，请先补齐" in page, f'<a href="{papers}#paper-petition_form">' in page) == (True, True)
    assert (answer.status_code, "卷宗缺少：来访（来信）登记表、" in answer.text) == (422, True)
    client.force_login(house.petition_handler)
    told_of = client.post(make, follow=True).text
    assert "已制作3份文书：来访（来信）登记表、不予（不再）受理告知书（2026-03-02）、送达回证" in told_of
    assert f'action="{make}"' not in client.get(reverse("admin:cases_case_change", args=[case.pk])).text
