"""A mediation is closed with its file complete: a paper of each kind, of each session, and of the last agreement."""

import pytest
from django.urls import reverse

from cases.models import Case, Paper
from cases.reports.paper_file import file_of, missing_papers
from cases.services.attach import NewFile, attach_files
from cases.services.papers import PapersMissing, file_paper, make_paper, withdraw_paper
from core import clock
from core.errors import IllegalTransition
from disputes.enums import Action, EndReason
from disputes.services.end import end_dispute
from disputes.services.mediate import record_agreement
from disputes.services.verify import confirm_dispute, return_dispute
from tests.cases.papers import with_papers
from tests.disputes.traces import held
from tests.factories import agreed, at, attached, new_agreement, new_ending, registered, rolled_back, terminated

NOW = at("2026-11-18")
LATER = at("2026-11-20")


def _guided_out(house, *, now):
    case = registered(house, now=now)
    ending = new_ending(now, EndReason.RESERVED)
    end_dispute(case.pk, action=Action.GUIDE_OUT, new=ending, actor=house.village_triage, now=now)
    return case


def _close(case, house):
    return confirm_dispute(case.pk, remark="示例", actor=house.town_supervisor, now=LATER)


def _make(case, house, kind, subject=""):
    return make_paper(case.pk, kind=kind, subject=subject, actor=house.mediator, now=LATER)


def _missing(case):
    return [line.label for line in missing_papers(Case.objects.get(pk=case.pk))]


@pytest.mark.parametrize(("end", "count"), [(agreed, 7), (terminated, 7), (_guided_out, 1)])
def test_without_any_single_one_of_its_papers_a_matter_is_not_closed(house, end, count):
    case = end(house, now=NOW)
    names = _missing(case)
    papers = with_papers(case).papers.order_by("pk")
    gone = {"withdrawn_by": house.clerk, "withdrawn_at": LATER, "withdrawal_reason": "示例"}
    for paper, name in zip(papers, names, strict=True):
        with rolled_back():
            Paper.objects.filter(pk=paper.pk).update(**gone)
            with pytest.raises(PapersMissing) as refused:
                _close(case, house)
            assert refused.value.params["missing"] == name
    assert (len(names), _close(case, house).closed_at) == (count, LATER)


def test_the_papers_that_a_matter_owes_can_all_be_made_from_what_it_says(house):
    case = agreed(house, now=NOW)
    for line in missing_papers(case):
        if line.is_made:
            _make(case, house, line.kind.key, line.subject)
    assert _missing(case) == ["当事人身份证明"]


def test_each_session_owes_a_record_of_its_own(house):
    case = agreed(house, now=NOW)
    second = held(case, by=house.mediator, text="示例", now=LATER)
    first = case.session_records.first()
    assert [name for name in _missing(case) if "记录" in name] == ["调解记录（2026-11-18）", "调解记录（2026-11-20）"]
    for version in (1, 2):
        assert _make(case, house, "session", str(second.pk)).version == version
    with pytest.raises(PapersMissing, match="调解记录（2026-11-18）"):
        _close(case, house)
    assert (_make(case, house, "session", str(first.pk)).version, "调解记录" in str(_missing(case))) == (1, False)
    with pytest.raises(IllegalTransition):
        _make(case, house, "session", "0")


def test_the_paper_of_an_agreement_that_was_sent_back_is_not_the_one_of_the_next(house):
    case = agreed(house, now=NOW)
    old = _make(case, house, "agreement", str(case.agreements.get().pk))
    return_dispute(case.pk, remark="示例", actor=house.town_supervisor, now=LATER)
    new = record_agreement(case.pk, new_agreement(LATER, case), actor=house.mediator, now=LATER)
    assert f"调解协议书（{new.number}）" in _missing(case)
    lines = [line for line in file_of(case, today=clock.local_day(LATER)) if line.kind.key == "agreement"]
    assert [[*line.papers] for line in lines] == [[], [old]]


def _followed_up(case, house):
    told = {"done_by": house.clerk, "done_on": clock.local_day(LATER), "party": case.parties.first()}
    row = case.follow_ups.first()
    case.follow_ups.filter(pk=row.pk).update(state="done", result="satisfied", **told)
    return str(row.pk)


def test_the_record_of_a_follow_up_goes_into_the_file_of_a_closed_matter(house):
    case = _close(with_papers(agreed(house, now=NOW)), house)
    subject = _followed_up(case, house)
    assert _missing(case) == ["回访记录（2026-11-20）"]
    paper = _make(case, house, "follow_up", subject)
    assert _missing(case) == []
    assert withdraw_paper(paper.pk, reason="示例", actor=house.mediator, now=LATER).withdrawn_at == LATER


def test_proof_of_performance_is_added_and_filed_after_the_end_and_nothing_else(house):
    case = _close(with_papers(agreed(house, now=NOW)), house)
    text = "收条（示例）".encode()
    added = attach_files(case.pk, files=[NewFile("收条.txt", text, len(text))], actor=house.mediator, now=LATER)
    told = {"attachment_id": added[0].attachment.pk, "actor": house.mediator, "now": LATER}
    for kind in ("session", "back_cover", "evidence"):
        with pytest.raises(IllegalTransition, match="已办结"):
            file_paper(case.pk, kind=kind, **told)
    assert file_paper(case.pk, kind="performance_proof", **told).origin == "filed"


def test_a_matter_that_closed_without_agreement_takes_no_more_papers(house):
    case = _close(with_papers(terminated(house, now=NOW)), house)
    scan = attached(case, by=house.mediator, now=NOW)
    for kind in ("follow_up", "judicial_confirmation", "evidence"):
        with pytest.raises(IllegalTransition):
            file_paper(case.pk, kind=kind, attachment_id=scan.pk, actor=house.mediator, now=LATER)


def test_the_checker_reads_before_the_click_what_is_missing_and_where_it_is_made(house, client):
    case = agreed(house, now=NOW)
    client.force_login(house.town_supervisor)
    act, papers = (
        reverse(f"admin:cases_case_{name}", args=[case.pk, *rest]) for name, *rest in (("act", "confirm"), ("papers",))
    )
    page, answer = client.get(act).text, client.post(act, {"remark": "示例"})
    link = f'<a href="{papers}#paper-cover">卷宗封面</a>'
    assert ("暂不能办理，请先补齐" in page, link in page) == (True, True)
    assert (answer.status_code, "还不能办结，卷宗缺少：卷宗封面、" in answer.text) == (422, True)
    assert 'id="paper-cover"' in client.get(papers).text
    with_papers(case)
    assert "暂不能办理" not in client.get(act).text
