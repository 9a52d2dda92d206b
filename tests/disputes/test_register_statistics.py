"""The register: each figure is a link to exactly the matters it counts, for whoever looks."""

import io
import re
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from html import unescape
from urllib.parse import unquote

import openpyxl
import pytest
from django.urls import reverse

from cases.enums import Retention, Sensitivity
from cases.models import Case, Event, Result
from cases.querysets import CaseQuerySet
from cases.services.archive import NewArchivedFile, archive_case
from centers.enums import Role
from centers.models import Center
from core.audit import AuditEntry
from core.errors import DomainError, NotPermitted
from disputes.enums import Action, AgreementForm, AgreementSubject, CourtGround, CourtResult, Source
from disputes.models import Confirmation
from disputes.reports import statistics
from disputes.reports.register import FIGURES, selected
from disputes.reports.statistics import Register
from disputes.rules.register import Selection, period_of, selection_of
from disputes.services import take_ledger as taking
from disputes.services.end import end_dispute
from disputes.services.mediate import accept_dispute, record_agreement
from disputes.services.ratify import CourtAnswer, NewApplication, apply_for_confirmation, record_court_result
from disputes.services.take_ledger import take_ledger
from disputes.services.undertake import NewObligation
from disputes.services.verify import confirm_dispute, return_dispute
from tests.cases.papers import with_papers
from tests.factories import (
    LONG_AGO,
    agreed,
    appoint,
    at,
    make_house,
    make_person,
    mediating,
    new_agreement,
    new_ending,
    recused,
    registered,
    said,
    terminated,
    triaged,
)

NOW = at("2026-03-10")
LATER = at("2026-04-01")
MARCH, QUARTER = period_of("2026-03"), period_of("2026Q1")
NOW_IN_EXCEL = openpyxl.utils.datetime.from_excel(46091)
LATER_IN_EXCEL = openpyxl.utils.datetime.from_excel(46113)
FIGURE = re.compile(r'<a href="([^"]+)" data-figure>(\d+)</a>')


def _of_form(new, form, **changes):
    """Return the agreement in one form; an oral one is signed by nobody."""
    signatures = new.signatures if form is AgreementForm.WRITTEN else {}
    return replace(new, form=form, signatures=signatures, **changes)


def _written(house, *, form=AgreementForm.WRITTEN, **changes):
    case = mediating(house, now=NOW, **changes)
    owed = NewObligation(case.parties.get(role="respondent").pk, "赔偿（示例）", NOW.date(), Decimal("800.50"))
    new = _of_form(new_agreement(NOW, case), form, obligations=(owed,))
    record_agreement(case.pk, new, actor=house.mediator, now=NOW)
    return case


def _returned(house):
    case = _written(house)
    return_dispute(case.pk, remark="示例", actor=house.town_supervisor, now=NOW)


def _ended_before_it_began(house):
    case = triaged(house, now=NOW)
    accept_dispute(case.pk, said=said(NOW), actor=house.mediator, now=NOW)
    end_dispute(case.pk, action=Action.TERMINATE, new=new_ending(NOW), actor=house.mediator, now=NOW)


def _confirmed_by_court(house, case):
    confirm_dispute(case.pk, remark="示例", actor=house.town_supervisor, now=NOW)
    day = NOW.date()
    new = NewApplication(AgreementSubject.CIVIL, "示例人民法院", CourtGround.COMMITTEE, day, day)
    apply_for_confirmation(case.pk, new=new, actor=house.mediator, now=NOW)
    answer = CourtAnswer(CourtResult.CONFIRMED, LATER.date(), "示例1号")
    record_court_result(case.pk, new=answer, actor=house.mediator, now=LATER)


@pytest.fixture(scope="module")
def city(for_the_module):
    """Return the city with one matter of each fate, in the village and in the one beside it."""
    house = make_house()
    _confirmed_by_court(house, _written(house))
    closed = agreed(house, now=NOW, category="D01")
    confirm_dispute(with_papers(closed).pk, remark="示例", actor=house.town_supervisor, now=LATER)
    house.closed = closed
    archive_case(closed.pk, new=NewArchivedFile("样本", 9, Retention.SHORT, LATER.date()), actor=house.clerk, now=LATER)
    case = mediating(house, now=NOW)
    oral = _of_form(new_agreement(NOW, case), AgreementForm.ORAL)
    record_agreement(case.pk, oral, actor=house.mediator, now=LATER)
    terminated(house, now=NOW)
    _returned(house)
    _ended_before_it_began(house)
    registered(house, now=NOW)
    house.other = registered(house, now=NOW, place=house.village)
    house.director = make_person("director", Role.CENTER_DIRECTOR, house.centers["330681"])
    return house


@pytest.fixture
def world(city, db):
    """Return the city as it was built, whatever the tests before did to it."""
    return deepcopy(city)


def _register(user, center, period):
    return Register(center, period, user=user)


def test_a_matter_counts_by_the_day_it_was_accepted_and_by_the_day_its_end_was_reported(world):
    march = _register(world.director, world.town, MARCH).total()
    expected = {"accepted": 6, "mediated": 5, "concluded": 3, "succeeded": 2, "written": 2}
    assert march.counts == {**expected, "oral": 0, "confirmed": 0, "performed": 1, "filed": 0}
    assert (march.amount, round(march.rate, 1)) == (Decimal("800.50"), Decimal("66.7"))
    april = _register(world.director, world.town, period_of("2026-04")).total()
    found = {name for name, count in april.counts.items() if count}
    assert found == {"concluded", "succeeded", "oral", "confirmed", "filed"}


def _filed(world, case, **about):
    told = {"volume": "样本2", "retention": "short", "pages": 1, "archived_by": world.clerk, "recorded_at": LATER}
    case.archived_files.create(**told, **about)


def test_a_file_counts_by_the_day_it_was_archived_and_not_by_the_closing(world):
    def filed(period):
        return _register(world.director, world.town, period_of(period)).total().counts["filed"]

    Case.objects.filter(pk=world.closed.pk).update(closed_at=NOW)
    Case.objects.filter(pk=world.other.pk).update(stage="closed", closed_at=NOW)
    assert [filed(period) for period in ("2026-03", "2026-04", "2026-05")] == [0, 1, 0]
    _filed(world, world.closed, round=2, archived_on="2026-04-30")
    _filed(world, world.closed, round=3, archived_on="2026-05-01")
    assert [filed(period) for period in ("2026-04", "2026-05")] == [1, 1]


def test_a_ruling_counts_on_its_day_and_not_where_the_agreement_was_returned(world):
    def confirmed(period):
        return _register(world.director, world.town, period).total().counts["confirmed"]

    ruling = Confirmation.objects.get()
    Confirmation.objects.update(decided_on="2026-03-31")
    assert (confirmed(MARCH), confirmed(period_of("2026-04"))) == (1, 0)
    Confirmation.objects.update(result=CourtResult.DISMISSED)
    assert confirmed(MARCH) == 0
    Confirmation.objects.update(result=CourtResult.CONFIRMED)
    Result.objects.filter(pk=ruling.agreement.result_id).update(is_confirmed=False)
    assert confirmed(MARCH) == 0


def test_without_a_concluded_mediation_there_is_no_rate(world):
    assert _register(world.town_supervisor, world.town, period_of("2020")).total().rate is None


def _figures(client, user):
    """Return the lists the page leads to, and how many matters it says that each shows."""
    client.force_login(user)
    page = client.get(reverse("admin:disputes_dispute_statistics"), {"period": "2026Q1"}).content.decode()
    page += client.get(reverse("admin:disputes_dispute_statistics"), {"period": "2026-04"}).content.decode()
    return {unescape(url): int(count) for url, count in FIGURE.findall(page)}


def _selection(url):
    return selection_of(unquote(url.partition("register=")[2]))


def test_every_figure_leads_to_a_list_as_long_as_it_is_high(world, client):
    links = _figures(client, world.director)
    one_of_each = {_selection(url).figure: url for url in links}
    assert set(one_of_each) == set(FIGURES)
    for url in one_of_each.values():
        assert client.get(url).context["cl"].result_count == links[url] > 0, url


@pytest.mark.parametrize("reader", ["director", "mediator", "town_supervisor", "unit_leader"])
def test_every_figure_is_as_high_as_its_list_for_whoever_looks(world, client, reader):
    user = getattr(world, reader)
    figures = _figures(client, user)
    assert len(figures) > 30
    for url, count in figures.items():
        assert selected(Case.objects.visible_to(user), _selection(url), user=user).count() == count > 0, url


def test_two_readers_differ_by_what_they_may_not_see_alone(world):
    kept = Case.objects.order_by("pk")[0]
    before = _register(world.town_supervisor, world.town, QUARTER).total().counts
    recused(kept, person=world.town_supervisor, by=world.director, now=NOW)
    after = _register(world.town_supervisor, world.town, QUARTER).total().counts
    assert before["accepted"] - after["accepted"] == 1
    assert _register(world.director, world.town, QUARTER).total().counts == before


def test_the_database_itself_keeps_out_of_the_figures_what_a_query_forgets_to(world, monkeypatch):
    monkeypatch.setattr(CaseQuerySet, "visible_to", lambda cases, _user: cases)
    monkeypatch.setattr(statistics, "in_register", lambda cases, _user: cases)
    before = _register(world.town_supervisor, world.town, QUARTER).total()
    kept, sealed = Event.objects.filter(kind="accepted").order_by("pk").values_list("case", flat=True)[:2]
    recused(Case.objects.get(pk=kept), person=world.town_supervisor, by=world.director, now=NOW)
    Case.objects.filter(pk=sealed).update(sensitivity=Sensitivity.SEALED)
    after = _register(world.town_supervisor, world.town, QUARTER).total()
    assert before.counts["accepted"] - after.counts["accepted"] == 2
    assert (before.amount, after.amount) == (Decimal("800.50"), 0)


def test_what_is_under_seal_is_in_no_register(world):
    officer = make_person("officer", Role.CONFIDENTIAL_OFFICER, world.town)
    appoint(officer, role=Role.SUPERVISOR, center=world.town, starts_on=LONG_AGO)
    assert selected(Case.objects.visible_to(officer), Selection(MARCH), user=officer).exists()
    Case.objects.update(sensitivity=Sensitivity.SEALED)
    assert Case.objects.visible_to(officer).exists()
    assert not selected(Case.objects.visible_to(officer), Selection(MARCH), user=officer).exists()
    assert _register(officer, world.town, MARCH).lines(lambda key: key) == {}


def test_tables_add_up_to_the_total(world):
    register = _register(world.director, world.centers["330681"], QUARTER)
    keys = (lambda key: key.center_id, lambda key: key.category, lambda key: key.source)
    for key_of in keys:
        lines = register.lines(key_of).values()
        for name in FIGURES:
            assert sum(line.counts[name] for line in lines) == register.total().counts[name]
        assert sum(line.amount for line in lines) == register.total().amount


def test_every_figure_by_place_is_that_of_the_list_behind_it_whoever_holds_the_matter(world, client):
    Case.objects.filter(pk=world.other.pk).update(holder=world.town, stage="closed", closed_at=NOW)
    _filed(world, world.other, round=1, archived_on=NOW.date())
    taken = Case.objects.exclude(pk=world.other.pk).filter(village=world.village).order_by("pk")[0]
    Case.objects.filter(pk=taken.pk).update(holder=world.centers["330681"])
    client.force_login(world.director)
    seen = {}
    for center in (world.village, world.town, world.centers["330681"]):
        page = client.get(reverse("admin:disputes_dispute_statistics"), {"center": center.pk, "period": "2026Q1"})
        rows = page.context["tables"][0][1]
        seen |= {row.title: row.first[0].count for row in rows}
        for figure in (one for row in rows for one in (*row.first, *row.agreements, *row.last) if one.count):
            assert client.get(figure.url).context["cl"].result_count == figure.count
    assert {"枫源村：上级中心接办", "枫桥镇：上级中心接办", "枫桥镇本级"} <= set(seen)


def test_an_address_that_makes_no_sense_selects_nothing(world, client):
    texts = ["", "2026", "2026:accepted:x:::", "2026:accepted::mine::", "2026-13:accepted::::", "٢٠٢٦:accepted::::"]
    assert [selection_of(text) for text in texts] == [None] * len(texts)
    client.force_login(world.town_supervisor)
    url = reverse("admin:cases_case_changelist")
    assert client.get(url, {"stage__exact": "registered"}).context["cl"].result_count == 2
    assert client.get(url, {"register": "2026"}).context["cl"].result_count == 0


def test_a_figure_or_a_place_that_there_is_not_counts_nothing(world):
    assert selected(Case.objects.all(), Selection(MARCH), user=world.town_supervisor).exists()
    selections = (Selection(MARCH, "won"), Selection(MARCH, center_id=999_999))
    for selection in selections:
        assert not selected(Case.objects.all(), selection, user=world.town_supervisor).exists()


def test_the_register_of_a_place_out_of_reach_is_not_there(world, client):
    client.force_login(world.town_supervisor)
    url = reverse("admin:disputes_dispute_statistics")
    far = Center.objects.get(code="330602")
    answers = [client.get(url, {"center": center}).status_code for center in (world.village.pk, far.pk, "x", 9**18)]
    assert answers == [200, 404, 404, 404]
    client.force_login(world.clerk)
    assert client.get(url).status_code == 403


def _ledger(client, user, selection):
    client.force_login(user)
    return client.post(reverse("admin:disputes_dispute_ledger"), {"register": str(selection)})


def test_the_ledger_lists_what_was_accepted_with_names_masked_and_no_formula(world, client):
    Case.objects.filter(pk=world.other.pk - 1).update(title="=1+1")
    Case.objects.filter(dispute__state="agreed").update(title="=HYPERLINK(1)")
    answer = _ledger(client, world.director, Selection(MARCH, center_id=world.town.pk))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == 6
    assert [row[0].value for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {row[4].value for row in rows} == {"样**"}
    amounts = [row[14] for row in rows if row[14].value]
    assert [(cell.value, cell.number_format) for cell in amounts] == [(800.5, "#,##0.00")]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "inlineStr", "d"}
    assert {(row[2].value, row[2].number_format) for row in rows} == {(NOW_IN_EXCEL, r"yyyy\-mm\-dd")}
    entry = AuditEntry.objects.filter(act="exported").get()
    assert entry.data == {"ledger": str(Selection(MARCH, center_id=world.town.pk)), "rows": 6}


def test_the_ledger_tells_what_court_and_archive_made_of_a_matter_and_when_it_was_performed(world, client):
    answer = _ledger(client, world.director, Selection(MARCH, center_id=world.town.pk))
    head, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert (head[0], *head[15:18], *head[19:]) == (
        *("序号", "履行日期", "司法确认申请日"),
        *("司法确认结果", "结案日期", "卷号"),
    )
    told = {row[15:] for row in rows if any(row[15:])}
    assert told == {
        (None, NOW_IN_EXCEL, "确认有效", "示例1号", None, None),
        (NOW_IN_EXCEL, None, None, None, LATER_IN_EXCEL, "样本"),
    }


def test_the_ledger_leaves_only_with_the_right_to_it_and_only_so_long(world, client, monkeypatch):
    chosen = Selection(MARCH)
    with pytest.raises(NotPermitted):
        take_ledger(chosen, actor=world.mediator, now=NOW)
    assert _ledger(client, world.mediator, chosen).status_code == 403
    monkeypatch.setattr(taking, "ROWS_AT_MOST", 5)
    with pytest.raises(DomainError, match="5"):
        take_ledger(chosen, actor=world.director, now=NOW)
    assert _ledger(client, world.director, chosen).status_code == 422
    assert not AuditEntry.objects.filter(act="exported").exists()


def test_the_source_is_taken_down_at_the_window(world):
    assert registered(world, now=NOW).dispute.source == Source.PARTY
