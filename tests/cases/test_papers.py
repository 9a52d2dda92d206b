"""Papers are made from the nearest form, filed or seen; versions add up; nothing is lost, and nobody else sees them."""

import io

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from docx import Document

from cases.models import Attachment, Case, Paper, PaperContent, PaperTemplate, PaperTemplateContent
from cases.reports.paper_file import file_of, own_form
from cases.services.attach import withdraw_attachment
from cases.services.hand_out import Tampered, hand_out_paper
from cases.services.make_papers import make_papers
from cases.services.papers import file_paper, make_paper, see_paper, withdraw_paper
from core import acting, clock
from core.audit import AuditEntry
from core.errors import IllegalTransition
from core.papers.filling import PaperIncomplete
from core.papers.layout import Layout, Text, compose
from tests.cases.papers import SAMPLES, only
from tests.factories import at, attached, race, recused, registered, rolled_back, triaged

NOW = at("2026-11-18")
TODAY = clock.local_day(NOW)


@pytest.fixture(autouse=True)
def _kinds():
    yield from only(SAMPLES)


@pytest.fixture
def case(house):
    return triaged(house, now=NOW)


def make(case, house, kind="sample_form"):
    return make_paper(case.pk, kind=kind, actor=house.mediator, now=NOW)


def text_of(paper):
    document = Document(io.BytesIO(bytes(PaperContent.objects.get(pk=paper.pk).content)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def form_at(center, *, by, words, version=1, **changes):
    told = {"put_to_use_by": by, "put_to_use_at": NOW, "name": "表.docx", **changes}
    template = PaperTemplate.objects.create(center=center, kind="sample_form", version=version, **told)
    content = compose(Layout(words, [Text("{{ number }} {{ matter }} {{ handler }}")]))
    PaperTemplateContent.objects.create(template=template, content=content)
    return template


def test_a_paper_is_filled_from_the_case_numbered_and_told(house, case):
    paper = make(case, house)
    assert (paper.version, paper.number, paper.template) == (1, "(2026)枫源村示例字第0001号", None)
    assert {case.title, paper.number, house.mediator.full_name} <= set(text_of(paper).split())
    event = case.events.get(kind="paper_made")
    assert (event.data, event.actor) == ({"paper": "sample_form", "version": 1}, house.mediator)
    assert AuditEntry.objects.filter(data__event="paper_made", actor=house.mediator).exists()


def test_a_new_version_takes_the_place_of_the_old_keeps_its_number_and_both_stay(house, case):
    first, second = make(case, house), make(case, house)
    assert [(one.version, one.number) for one in (first, second)] == [(1, first.number), (2, first.number)]
    line = file_of(case, today=TODAY)[0]
    assert ([*line.standing], [*line.older]) == ([second], [first])
    other = make(triaged(house, now=NOW), house)
    assert other.number.endswith("0002号")


def test_all_empty_fields_are_named_before_the_click_and_at_it_and_no_number_is_taken(house):
    case = registered(house, now=NOW)
    assert file_of(case, today=TODAY)[0].lacks == ["承办人"]
    with pytest.raises(PaperIncomplete, match="承办人"):
        make_paper(case.pk, kind="sample_form", actor=house.clerk, now=NOW)
    assert make(triaged(house, now=NOW), house).number.endswith("0001号")


def test_the_nearest_form_in_force_is_filled(house, case):
    above = form_at(house.centers["3306"], by=house.mediator, words="市表")
    form_at(house.centers["330681110"], by=house.mediator, words="邻镇表")
    assert (make(case, house).template, "市表" in text_of(Paper.objects.latest("pk"))) == (above, True)
    near = form_at(house.town, by=house.mediator, words="镇表")
    newer = form_at(house.town, by=house.mediator, words="镇新表", version=2)
    assert (make(case, house).template, "镇新表" in text_of(Paper.objects.latest("pk"))) == (newer, True)
    gone = {"withdrawn_by": house.mediator, "withdrawn_at": NOW, "withdrawal_reason": "示例"}
    PaperTemplate.objects.filter(pk=newer.pk).update(**gone)
    assert make(case, house).template == above  # the version before is not called back
    assert near.withdrawn_at is None


def test_an_original_is_filed_once_and_keeps_its_file_from_being_withdrawn(house, case):
    scan = attached(case, by=house.mediator, now=NOW)
    number = make(case, house).number
    filed = file_paper(case.pk, kind="sample_form", attachment_id=scan.pk, actor=house.mediator, now=NOW)
    assert (filed.version, filed.number, filed.origin) == (2, number, "filed")
    with pytest.raises(IllegalTransition):
        file_paper(case.pk, kind="sample_evidence", attachment_id=scan.pk, actor=house.mediator, now=NOW)
    with pytest.raises(IllegalTransition, match="卷宗"):
        withdraw_attachment(scan.pk, reason="示例", actor=house.mediator, now=NOW)
    withdraw_paper(filed.pk, reason="示例", actor=house.mediator, now=NOW)
    assert withdraw_attachment(scan.pk, reason="示例", actor=house.mediator, now=NOW).withdrawn_at == NOW
    with pytest.raises(Attachment.DoesNotExist):
        file_paper(case.pk, kind="sample_evidence", attachment_id=scan.pk, actor=house.mediator, now=NOW)


def test_a_file_of_another_matter_is_not_filed(house, case):
    other = attached(triaged(house, now=NOW), by=house.mediator, now=NOW)
    with pytest.raises(Attachment.DoesNotExist):
        file_paper(case.pk, kind="sample_evidence", attachment_id=other.pk, actor=house.mediator, now=NOW)


def test_what_comes_from_outside_adds_up(house, case):
    scans = [attached(case, by=house.mediator, now=NOW, content=name) for name in (b"1", b"2")]
    for scan in scans:
        file_paper(case.pk, kind="sample_evidence", attachment_id=scan.pk, actor=house.mediator, now=NOW)
    line = file_of(case, today=TODAY)[2]
    assert ([paper.attachment for paper in line.standing], [*line.older]) == (scans[::-1], [])


def test_seeing_is_enough_where_the_kind_says_so(house, case):
    seen = see_paper(case.pk, kind="sample_identity", actor=house.mediator, now=NOW)
    assert (seen.origin, seen.made_by, seen.made_at) == ("seen", house.mediator, NOW)
    for kind in ("sample_form", "sample_evidence"):
        with pytest.raises(IllegalTransition):
            see_paper(case.pk, kind=kind, actor=house.mediator, now=NOW)


@pytest.mark.parametrize("kind", ["sample_evidence", "nothing"])
def test_what_comes_from_outside_or_is_no_paper_is_never_made(house, case, kind):
    with pytest.raises(IllegalTransition):
        make(case, house, kind)


def test_a_kind_that_the_matter_does_not_hold_is_refused_and_not_listed(house):
    case = registered(house, now=NOW)
    assert [line.kind.key for line in file_of(case, today=TODAY)] == ["sample_form", "sample_evidence"]
    with pytest.raises(IllegalTransition):
        see_paper(case.pk, kind="sample_identity", actor=house.clerk, now=NOW)


def missing(case):
    return [line.kind.key for line in file_of(case, today=TODAY) if line.is_missing]


def test_what_must_be_there_is_missing_until_it_is_and_once_it_is_withdrawn(house, case):
    assert missing(case) == ["sample_form", "sample_identity"]
    paper = make(case, house)
    see_paper(case.pk, kind="sample_identity", actor=house.mediator, now=NOW)
    assert missing(case) == []
    withdraw_paper(paper.pk, reason="填错了", actor=house.mediator, now=NOW)
    assert missing(case) == ["sample_form"]
    with pytest.raises(IllegalTransition):
        withdraw_paper(paper.pk, reason="再来", actor=house.mediator, now=NOW)
    with pytest.raises(Paper.DoesNotExist):
        hand_out_paper(paper.pk, actor=house.mediator, now=NOW)


def test_a_closed_matter_keeps_its_papers_as_they_are(house, case):
    paper = make(case, house)
    Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=NOW)
    with pytest.raises(IllegalTransition):
        make(case, house)
    with pytest.raises(IllegalTransition):
        withdraw_paper(paper.pk, reason="示例", actor=house.mediator, now=NOW)
    assert hand_out_paper(paper.pk, actor=house.clerk, now=NOW)[0] == paper


@pytest.mark.parametrize("name", ["nobody", "neighbour_clerk", "roster_manager", "clerk"])
def test_who_does_not_see_the_matter_does_nothing_with_its_papers(house, case, name):
    paper, user = make(case, house), getattr(house, name)
    recused(case, person=house.clerk, by=house.mediator, now=NOW)
    calls = [
        lambda: make_paper(case.pk, kind="sample_form", actor=user, now=NOW),
        lambda: see_paper(case.pk, kind="sample_identity", actor=user, now=NOW),
        lambda: withdraw_paper(paper.pk, reason="示例", actor=user, now=NOW),
        lambda: hand_out_paper(paper.pk, actor=user, now=NOW),
    ]
    for call in calls:
        with pytest.raises((Case.DoesNotExist, Paper.DoesNotExist)):
            call()
    with acting.as_person(user.pk):
        walls = [model.objects.get_queryset().exists() for model in (Paper, PaperContent)]
    assert walls == ([False, False] if name == "clerk" else [True, True])


def test_a_paper_is_handed_out_on_record_and_a_changed_one_is_not(house, case):
    paper, other = make(case, house), make(case, house)
    assert hand_out_paper(paper.pk, actor=house.mediator, now=NOW)[1].startswith(b"PK")
    entry = AuditEntry.objects.get(act="downloaded")
    assert (entry.subject_kind, entry.subject_id, entry.data) == ("cases.paper", paper.pk, {"case": case.pk})
    PaperContent.objects.filter(pk=other.pk).update(content=b"PK, but not what was made")
    with pytest.raises(Tampered):
        hand_out_paper(other.pk, actor=house.mediator, now=NOW)
    assert AuditEntry.objects.get(subject_id=other.pk, act="downloaded").outcome == "refused"


def test_the_database_refuses_what_is_no_paper_and_forgets_none(house, case):
    paper = make(case, house)
    for changes in ({"version": 1}, {"origin": "seen"}, {"fingerprint": ""}):
        values = {"version": 7, "origin": "made", "fingerprint": "x"} | changes
        with pytest.raises(IntegrityError), transaction.atomic():
            case.papers.create(round=1, kind="sample_form", made_by=house.mediator, made_at=NOW, **values)
    for statement in ("DELETE FROM cases_paper", "DELETE FROM cases_papercontent", "UPDATE cases_paper SET number='x'"):
        with pytest.raises(DatabaseError), rolled_back(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM cases_papercontent WHERE paper_id = %s", [paper.pk])
        assert b"PK\x03\x04" not in bytes(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_two_who_make_the_same_paper_make_two_versions(house, case):
    made = race(lambda: make(case, house), lambda: make(case, house))
    assert sorted(paper.version for paper in made) == [1, 2]
    assert len({paper.number for paper in made}) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_make_all_papers_one_makes_them_and_the_other_finds_them_there(house, case):
    told = {"with_optional": False, "actor": house.mediator, "now": NOW}
    made = race(*[lambda: make_papers(case.pk, **told)] * 2)
    assert sorted(len(one.made) for one in made) == [0, 1]
    assert case.papers.get().version == 1


def test_the_own_form_is_composed_once():
    assert own_form("sample_form") is own_form("sample_form")
    with pytest.raises(KeyError):
        own_form("sample_evidence")
