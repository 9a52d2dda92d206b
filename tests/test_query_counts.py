"""A page asks as many questions for three rows as for one."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from cases.enums import ClockKind, EventKind, PartyRole
from cases.models import Case, ClockRule, ClockStep, PaperTemplate, Party
from cases.services.clocks import start_clock
from cases.services.events import record
from centers.enums import Level, Role
from centers.models import Center, Post, Reorganisation, StandIn, Unit, WorkCalendarDay
from core import clock
from core.audit import AuditAct, AuditEntry
from core.audit import record as write_entry
from core.channels import DeliveryState
from core.jobs import JOBS, record_heartbeat
from core.models import ExternalDelivery, FenceAct, FenceEntry, Heartbeat, InboxMessage, User, WebhookEndpoint
from core.outbox import Message, deliver_batch, queue_messages
from disputes.models import Committee, Dispute, JointUnit
from grids.enums import ExportState, GridPost
from grids.models import Assignment, ExportJob, Grid, GridMember, RosterImport
from petitions.models import Petition
from supervision.models import SupervisionNotice
from tests.disputes.committees import committee
from tests.factories import LONG_AGO, agreed, appoint, at, hold_every_office, make_grid, make_person, noticed, paused
from tests.grids.files import long_export, read, uploaded

THEN = at("2025-11-18")
WITHOUT_A_LIST = {Dispute: "disputes are listed as cases", Petition: "petitions are listed as cases"}


def _audit_entry(_house, number):
    write_entry(AuditAct.VIEWED, actor=make_person(f"reader{number}"), now=THEN)


def _center(house, number):
    town = house.town
    code = f"{town.code}9{number:02d}"
    Center.objects.create(code=code, name=code, level=Level.VILLAGE, parent=town, path=f"{town.path}{code}/")


def _unit(house, number):
    center = list(house.centers.values())[number]
    Unit.objects.create(center=center, name=f"单位{number}（示例）", kind="organ")


def _post(house, number):
    make_person(f"holder{number}", Role.MEDIATOR, list(house.centers.values())[number])


def _day(_house, number):
    WorkCalendarDay.objects.create(date=date(2031, 1, number), is_workday=True, source="staff")


def _message(house, number):
    queue_messages([Message(str(number), house.viewer.pk, "标题", "正文", "缘由")], now=THEN)
    deliver_batch(now=THEN)


def _gateway(_house, number):
    return WebhookEndpoint.objects.create(name=f"网关{number}", url="http://127.0.0.1:9/", secret="x" * 16)


def _delivery(house, number):
    _gateway(house, number)
    _message(house, number)
    ExternalDelivery.objects.update(state=DeliveryState.DEAD, settled_at=THEN)


def _stand_in(house, number):
    absent = make_person(f"absent{number}", Role.MEDIATOR, house.town)
    fields = {"stand_in": house.viewer, "named_by": absent, "named_at": THEN}
    StandIn.objects.create(absent=absent, starts_on=clock.today(), ends_on=clock.today(), **fields)


def _reorganisation(house, number):
    county = house.centers["330681"]
    told = {"kind": "move", "effective_on": LONG_AGO, "ground": f"示例{number}", "decided_by": house.viewer}
    Reorganisation.objects.create(center=house.town, target=county, origin=county, **told, decided_at=THEN)


def _member(house, number):
    member = GridMember.objects.create(name="样本", id_number="1", id_hash=str(number), mobile="1")
    grid = make_grid(house.village, house.centers, 100 + number)
    Assignment.objects.create(grid=grid, member=member, post=GridPost.PART_TIME, starts_on=LONG_AGO)


def _rule(_house, number):
    since = date(2030, 1, number)
    ClockRule.objects.create(kind=ClockKind.SIGN_FOR, amount=1, unit_of_time="days", article="示例", valid_from=since)


def _heartbeat(_house, number):
    record_heartbeat(list(JOBS)[number % len(JOBS)], handled=number, now=THEN)


def _fence_entry(house, number):
    act = FenceAct.CLOSED if number % 2 else FenceAct.RELEASED
    given = {"cause": "back", "off_by": timedelta(minutes=number)} if number % 2 else {"reason": "校准"}
    FenceEntry.objects.create(number=number, act=act, at=THEN, actor=house.sysadmin, **given)


def _refused_step(house, _number):
    case = noticed(house, now=THEN).case
    ClockStep.objects.filter(clock__case=case, step="remind").update(failed_at=THEN, error="CalendarMissing: 示例")


def _form_of_a_paper(house, number):
    put = {"name": "示例.docx", "put_to_use_by": house.viewer, "put_to_use_at": THEN}
    PaperTemplate.objects.create(center=house.town, kind="rights_notice", version=number, **put)


def _committee(house, number):
    center = list(house.centers.values())[number]
    unit = Unit.objects.create(center=center, name=f"调委会{number}（示例）", kind="mediation_committee")
    term = committee(unit, by=house.viewer, first=clock.today())
    told = {"starts_on": clock.today(), "added_by": house.viewer, "added_at": THEN}
    for seat in range(number):
        term.members.create(name=f"示例{seat}", seat="member", **told)


def _asked_unit(house, number):
    center = list(house.centers.values())[number]
    unit = Unit.objects.create(center=center, name=f"受邀{number}（示例）", kind="organ")
    appoint(house.viewer, role=Role.HANDLER, center=center, unit=unit, starts_on=THEN.date())
    told = {"round": 1, "consented_on": THEN.date(), "asked_by": house.viewer, "asked_at": THEN, "purpose": "示例"}
    JointUnit.objects.create(case=noticed(house, now=THEN).case, unit=unit, **told)


MORE = {
    JointUnit: _asked_unit,
    Case: lambda house, _number: noticed(house, now=THEN),
    Committee: _committee,
    SupervisionNotice: lambda house, _number: noticed(house, now=THEN),
    ClockRule: _rule,
    PaperTemplate: _form_of_a_paper,
    ClockStep: _refused_step,
    Center: _center,
    Unit: _unit,
    Post: _post,
    User: _post,
    WorkCalendarDay: _day,
    InboxMessage: _message,
    ExternalDelivery: _delivery,
    WebhookEndpoint: _gateway,
    StandIn: _stand_in,
    Reorganisation: _reorganisation,
    Grid: lambda house, number: make_grid(house.village, house.centers, 100 + number),
    GridMember: _member,
    RosterImport: lambda house, number: uploaded(house.viewer, f"示例{number}", now=THEN),
    ExportJob: lambda house, _number: long_export(house.viewer, now=THEN, state=ExportState.READY),
    Heartbeat: _heartbeat,
    FenceEntry: _fence_entry,
    AuditEntry: _audit_entry,
}


@pytest.fixture
def house(house, client):
    """Return the city with somebody signed in who holds every office in it."""
    viewer = make_person("viewer")
    hold_every_office(viewer, house.centers["3306"])
    house.people["viewer"] = viewer
    client.force_login(viewer)
    return house


def _cost(client, url):
    """Return how many queries the page takes, after a visit that has filled what is kept for good."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(url)
    return len(queries)


def _assert_same_cost(client, url, add):
    add(1)
    one = _cost(client, url)
    for number in (2, 3):
        add(number)
    assert _cost(client, url) == one


def test_every_list_of_the_admin_is_measured_or_there_is_none():
    assert set(admin.site._registry) == set(MORE) | set(WITHOUT_A_LIST)
    for model in WITHOUT_A_LIST:
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("model", MORE)
def test_a_list_takes_the_same_queries_for_one_row_and_for_three(house, client, model):
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    _assert_same_cost(client, url, lambda number: MORE[model](house, number))
    assert model._default_manager.visible_to(house.viewer).count() >= 3


@pytest.mark.parametrize("query", ["?q=漏水", "?desk=to_sign_for", "?desk=mine"])
def test_a_chosen_list_of_cases_takes_the_same_queries_for_one_row_and_for_three(house, client, query):
    url = reverse("admin:cases_case_changelist") + query
    _assert_same_cost(client, url, lambda _number: noticed(house, now=THEN))


@pytest.mark.parametrize("tab", ["late", "threefold", "climbed", "all"])
def test_the_queue_takes_the_same_queries_for_one_row_and_for_three(house, client, tab):
    url = f"{reverse('admin:supervision_queue')}?tab={tab}"
    _assert_same_cost(client, url, lambda _number: noticed(house, now=THEN))


def test_the_queue_takes_few_queries_for_all_it_shows(house, client):
    noticed(house, now=THEN)
    client.force_login(house.town_supervisor)
    assert _cost(client, reverse("admin:supervision_queue")) <= 18  # two of them are the savepoint of the test


@pytest.mark.parametrize("tab", ["paused", "all"])
def test_the_queue_of_what_is_paused_takes_the_same_queries_for_one_row_and_for_three(house, client, tab):
    url = f"{reverse('admin:supervision_queue')}?tab={tab}"
    _assert_same_cost(client, url, lambda _number: paused(house, now=THEN, since=THEN))


@pytest.mark.parametrize("show", ["errors", "new", "absent"])
def test_the_page_of_a_roster_file_takes_the_same_queries_for_one_row_and_for_three(house, client, show):
    pages = {}
    for rows in (1, 3):
        Assignment.objects.all().delete()
        for number in range(rows):
            _member(house, 10 * rows + number)
        pages[rows] = read(house.viewer, house.grid, good=rows, wrong=rows, now=THEN)
    urls = [f"{reverse('admin:grids_rosterimport_change', args=[page.pk])}?show={show}" for page in pages.values()]
    assert _cost(client, urls[0]) == _cost(client, urls[1])


def test_the_home_page_takes_the_same_queries_for_one_row_and_for_three(house, client):
    _assert_same_cost(client, reverse("admin:index"), lambda _number: noticed(house, now=THEN))


def _decide(house, row, number):
    """Let the clock have been paused and extended, and the matter been reopened, by people of their own each time."""
    today, who, other = THEN.date(), make_person(f"asker{number}"), make_person(f"decider{number}")
    ended = {"ended_on": today, "ended_at": THEN, "ended_by": other}
    pause = {"reason": "medical_appraisal", "ground": "示例", "started_on": today, "until_on": today}
    row.pauses.create(**pause, **ended, started_by=who, started_at=THEN)
    decided = {"state": "granted", "decided_by": other, "decided_at": THEN, "number": f"{number}"}
    days = {"center": house.village, "was_due_on": today, "due_on": today}
    length = {"amount": 1, "unit_of_time": "days"}
    row.extensions.create(**length, **decided, **days, ground="示例", asked_by=who, asked_at=THEN)
    row.case.reopenings.create(round=number + 1, ground="示例", reopened_by=who, reopened_at=THEN)


@pytest.mark.parametrize("view", ["cases_case_change", "cases_case_receipt"])
def test_the_case_page_takes_the_same_queries_however_much_has_happened(house, client, view):
    case = noticed(house, now=THEN).case

    def happen(number):
        Party.objects.create(case=case, role=PartyRole.RESPONDENT, name="样本", mobile="13800000009")
        record(case, EventKind.SIGNED_FOR, actor=house.town_triage, now=THEN, center=house.town.name)
        row = start_clock(case, ClockKind.NOTICE_REPLY, now=THEN + timedelta(days=number), subject=str(number))
        _decide(house, row, number)

    _assert_same_cost(client, reverse(f"admin:{view}", args=[case.pk]), happen)


@pytest.mark.parametrize("view", ["supervision_supervisionnotice_change", "supervision_notice_paper"])
def test_the_notice_takes_the_same_queries_however_many_there_are(house, client, view):
    url = reverse(f"admin:{view}", args=[noticed(house, now=THEN).pk])
    _assert_same_cost(client, url, lambda _number: noticed(house, now=THEN))


@pytest.mark.parametrize("view", ["cases_clockrule_changelist", "cases_clockrule_change", "cases_clockrule_add"])
def test_the_pages_of_one_limit_take_the_same_queries_however_many_rules_it_has(house, client, view):
    rule = ClockRule.objects.get(kind=ClockKind.SIGN_FOR)

    def add(number):
        own = {"amount": number, "unit_of_time": "days", "article": "示例", "valid_from": THEN.date()}
        ClockRule.objects.create(kind=ClockKind.SIGN_FOR, center=list(house.centers.values())[number], **own)
        ClockRule.objects.create(kind=ClockKind.SIGN_FOR, category=f"D0{number}", **own)

    url = reverse(f"admin:{view}", args=[rule.pk] if view.endswith("change") else [])
    _assert_same_cost(client, f"{url}?kind=SIGN_FOR", add)


def test_the_registration_page_takes_the_same_queries_however_many_villages_there_are(house, client):
    def add(number):
        _center(house, number)
        make_grid(Center.objects.get(code=house.village.code), house.centers, 100 + number)

    _assert_same_cost(client, reverse("admin:disputes_dispute_register"), add)


def test_the_register_takes_the_same_queries_however_many_matters_it_counts(house, client):
    url = reverse("admin:disputes_dispute_statistics") + f"?period={THEN:%Y}"
    _assert_same_cost(client, url, lambda number: agreed(house, now=THEN, category=f"D0{number}"))


def test_the_list_behind_a_figure_takes_the_same_queries_however_long_it_is(house, client):
    url = reverse("admin:cases_case_changelist") + f"?register={THEN:%Y}:succeeded:{house.town.pk}:::"
    _assert_same_cost(client, url, lambda _number: agreed(house, now=THEN))
