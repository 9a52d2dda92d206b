"""The back-office is Chinese to the last word, and English for whoever chooses so."""

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import chain

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst

from cases.admin import CaseAdmin
from cases.models import Attachment, Case, ClockRule, ClockStep
from centers.admin import StandInAdmin
from centers.enums import Role
from centers.models import StandIn
from core.admin.deliveries import ExternalDeliveryAdmin
from core.channels import DeliveryState
from core.models import ExternalDelivery, User, WebhookEndpoint
from core.outbox import deliver_batch
from disputes.admin import CommitteeAdmin, JointUnitAdmin
from disputes.models import Committee, JointUnit
from grids.admin import RosterImportAdmin
from grids.enums import ExportState, RosterKind
from grids.models import ExportJob, RosterImport
from supervision.admin import SupervisionNoticeAdmin
from supervision.models import SupervisionNotice
from supervision.reports import TABS
from supervision.services.sweep import sweep
from tests.centers.test_notice import NOTICE_2027, as_csv
from tests.disputes.committees import committee
from tests.factories import agreed, at, attached, change_day, make_person, mediating, new_case, registered, triaged
from tests.grids.files import long_export, read, uploaded

USERS = [
    "clerk",
    "village_triage",
    "mediator",
    "unit_leader",
    "town_supervisor",
    "roster_manager",
    "sysadmin",
    "secadmin",
    "auditadmin",
    "director",
    "nobody",
]
SAME_IN_CHINESE = {
    "Excel": "the name of the program",
    "xlsx": "the ending of a file name",
    "xls": "the ending of a file name",
    "tsv": "the ending of a file name",
    "LibreOffice": "the name of the program",
    "csv": "the ending of a file name",
    "WPS": "the name of the program",
    "Word": "the name of the program",
    "English": "a language is offered in its own words",
    "CSV": "the name of the format",
    "http": "the beginning of an address",
    "https": "the same",
    "PDF": "the name of the format",
    "docx": "the ending of a file's name",
    "OFD": "the name of the format",
    "MB": "a unit",
    "KB": "a unit",
}
HIDDEN_TAGS = {"script", "style", "kbd", "code", "textarea"}
SPOKEN_ATTRIBUTES = {"title", "placeholder", "aria-label", "alt", "label", "data-more", "data-less", "data-label"}


class VisibleText(HTMLParser):
    """Collects what people read or hear of a page: text and spoken attributes, without scripts, keys and icons."""

    def __init__(self, html):
        super().__init__()
        self.words, self.hidden = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if self.hidden or tag in HIDDEN_TAGS or "material-symbols-outlined" in (given.get("class") or ""):
            self.hidden += [tag] if not self.hidden or self.hidden[0] == tag else []
        self.words += [given[name] or "" for name in SPOKEN_ATTRIBUTES & given.keys()]

    def handle_endtag(self, tag):
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)


def english_words(html, names):
    text = " ".join(VisibleText(html).words)
    for name in names:
        text = text.replace(name, "")
    return set(re.findall(r"[A-Za-z]{2,}", text)) - SAME_IN_CHINESE.keys()


@pytest.fixture
def busy_house(house, monkeypatch):
    """Return a house with matters in every stage, late ones among them, on a fixed day."""
    now = at("2026-11-20", 15)
    monkeypatch.setattr("core.clock.now", lambda: now)
    house.people["director"] = make_person("director", Role.CENTER_DIRECTOR, house.town)
    triaged(house, now=at("2026-11-02"))
    mediating(house, now=at("2026-11-12"))
    agreed(house, now=at("2026-11-19"))
    registered(house, now=at("2026-11-20"))
    for content, withdrawn in ((b"1", {}), (b"2", {"withdrawn_by": house.clerk, "withdrawn_at": now})):
        file = attached(Case.objects.earliest("pk"), by=house.mediator, now=now, name="示例", content=content)
        Attachment.objects.filter(pk=file.pk).update(**withdrawn, withdrawal_reason="示例" if withdrawn else "")
    sweep(now=now)
    WebhookEndpoint.objects.create(name="短信网关", url="http://127.0.0.1:9/", secret="x" * 16, kinds=["step"])
    deliver_batch(now=now)
    _give_up_some(now)
    days = {"starts_on": now.date(), "ends_on": now.date()}
    StandIn.objects.create(absent=house.mediator, stand_in=house.clerk, named_by=house.secadmin, named_at=now, **days)
    for good, wrong in ((0, 1), (2, 0), (0, 0)):
        read(house.roster_manager, house.grid, good=good, wrong=wrong, now=now)
    uploaded(house.roster_manager, "示例", now=now)
    for state in reversed(ExportState):
        long_export(house.roster_manager, now=now, state=state)
    committee(house.unit, by=house.unit_leader, first=now.date())
    told = {"round": 1, "consented_on": now.date(), "asked_by": house.clerk, "asked_at": now, "purpose": "示例"}
    JointUnit.objects.create(case=Case.objects.latest("pk"), unit=house.unit, **told)
    waiting = ClockStep.objects.waiting().order_by("pk")[:1]
    ClockStep.objects.filter(pk__in=waiting).update(failed_at=now, error="RuleMissing: 示例")
    return house


def _give_up_some(now):
    rows = ExternalDelivery.objects.order_by("pk")
    failed = {"failure": "refused", "answer": 500, "attempts": 8, "tried_at": now}
    rows.filter(pk__lte=rows[1].pk).update(state=DeliveryState.DEAD, settled_at=now, **failed)


def admin_pages():
    for model, model_admin in admin.site._registry.items():
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        try:
            yield reverse(f"{prefix}_changelist")
            yield reverse(f"{prefix}_add")
        except NoReverseMatch:
            continue
        row = model_admin.model._default_manager.order_by("pk").last()
        yield from [reverse(f"{prefix}_change", args=[row.pk])] if row else []


def act_pages(model, model_admin, url_name):
    for row in model.objects.all():
        for act in model_admin(model, admin.site).acts():
            yield reverse(url_name, args=[row.pk, act.name])


def own_pages():
    yield reverse("admin:core_user_contact")
    yield from (f"{reverse('admin:core_externaldelivery_changelist')}?state={state}" for state in DeliveryState)
    yield from ["/admin/", "/admin/nowhere/", "/nowhere/", reverse("admin:password_change")]
    yield reverse("admin:disputes_dispute_register")
    yield reverse("admin:petitions_petition_register")
    yield from (f"{reverse('admin:supervision_queue')}?tab={tab}" for tab in TABS)
    yield from (reverse("admin:cases_case_change", args=[case.pk]) for case in Case.objects.all())
    yield from (reverse("admin:cases_case_receipt", args=[case.pk]) for case in Case.objects.all()[:1])
    for file in Attachment.objects.kept():
        yield reverse("admin:cases_case_files", args=[file.case_id])
        yield reverse("admin:cases_case_withdraw_file", args=[file.case_id, file.pk])
    for notice in SupervisionNotice.objects.all():
        yield reverse("admin:supervision_supervisionnotice_change", args=[notice.pk])
        yield reverse("admin:supervision_notice_paper", args=[notice.pk])
    yield f"{reverse('admin:cases_clockrule_changelist')}?kind=LVL_VILLAGE"
    yield f"{reverse('admin:cases_clockrule_add')}?kind=PET_HANDLE"
    yield f"{reverse('admin:cases_papertemplate_changelist')}?kind=rights_notice"
    yield reverse("admin:centers_workcalendarday_import")
    yield from (reverse("admin:grids_rosterimport_upload", args=[kind]) for kind in RosterKind)
    yield reverse("admin:grids_gridmember_export")
    yield from (reverse("admin:grids_exportjob_change", args=[job.pk]) for job in ExportJob.objects.all())
    yield from (reverse("admin:grids_exportjob_download", args=[job.pk]) for job in ExportJob.objects.all())
    for found in RosterImport.objects.all():
        url = reverse("admin:grids_rosterimport_change", args=[found.pk])
        yield from (f"{url}?show={show}" for show in ("errors", "warnings", "new", "changed", "absent"))
    yield from (reverse("admin:centers_workcalendarday_day", args=[day]) for day in ("2026-11-20", "2027-10-01"))
    yield f"{reverse('admin:cases_case_changelist')}?desk=mine&q=样本"


def rule_act_pages():
    rule = ClockRule.objects.order_by("pk").first()
    yield from (reverse("admin:cases_clockrule_act", args=[rule.pk, act]) for act in ("end", "withdraw"))


def every_page():
    acts = act_pages(Case, CaseAdmin, "admin:cases_case_act")
    notice_acts = act_pages(SupervisionNotice, SupervisionNoticeAdmin, "admin:supervision_supervisionnotice_act")
    stand_in_acts = act_pages(StandIn, StandInAdmin, "admin:centers_standin_act")
    delivery_acts = act_pages(ExternalDelivery, ExternalDeliveryAdmin, "admin:core_externaldelivery_act")
    roster_acts = act_pages(RosterImport, RosterImportAdmin, "admin:grids_rosterimport_act")
    joint_acts = act_pages(JointUnit, JointUnitAdmin, "admin:disputes_jointunit_act")
    committee_acts = act_pages(Committee, CommitteeAdmin, "admin:disputes_committee_act")
    others = stand_in_acts, delivery_acts, rule_act_pages(), roster_acts, committee_acts, joint_acts
    return dict.fromkeys(chain(own_pages(), admin_pages(), acts, notice_acts, *others))


OF_A_ROW = re.compile(r"^(?P<row>.+/\d+)/act/(?P<act>\w+)/$")


class Walk:
    """Asks for every page as one person after another, and collects the English words on them.

    An act's form says the same to everybody: it is read for two rows. So does the page of what is not found: nothing is
    asked of a row that is, nor an act that was not found on two rows.
    """

    def __init__(self, client, names):
        self.client, self.names = client, names
        self.forms, self.words = Counter(), {}

    def go(self, person):
        self.client.force_login(person)
        refused, seen = Counter(), 0
        for url in every_page():
            form = OF_A_ROW.search(url)
            if form and (self.forms[form["act"]] > 1 or refused[form["act"]] > 1 or refused[form["row"]]):
                continue
            answer = self.client.get(url)
            if answer.status_code == 404:
                refused[form["act"] if form else url.removesuffix("/change/")] += 1
            elif form:
                self.forms[form["act"]] += 1
            if "text/html" in answer.headers.get("Content-Type", ""):
                seen += 1
                self.words[person.username, url] = english_words(answer.content.decode(), self.names)
        return seen


@pytest.mark.parametrize("users", [USERS[:6], USERS[6:]], ids=["at the matters", "in the office"])
def test_no_page_of_the_back_office_shows_an_english_word(busy_house, client, users):
    names = sorted(User.objects.get_queryset().values_list("username", flat=True), key=len, reverse=True)
    names += [str(key) for key in ExternalDelivery.objects.values_list("key", flat=True)]
    names += [capfirst(name) for name in names]
    walk = Walk(client, names)
    assert min(walk.go(getattr(busy_house, user)) for user in users) > 10
    assert {page: words for page, words in walk.words.items() if words} == {}


def test_every_list_is_seen_by_somebody(busy_house, client):
    unseen = {url for url in admin_pages() if not url.endswith("/add/") and "/change/" not in url}
    for user in (*USERS, "county_supervisor"):
        client.force_login(getattr(busy_house, user))
        unseen -= {url for url in unseen if client.get(url).status_code in {200, 302}}
    assert unseen == set()


def test_a_refused_form_is_refused_in_chinese(busy_house, client):
    client.force_login(busy_house.clerk)
    answer = client.post(reverse("admin:disputes_dispute_register"), {"applicant_mobile": "12"})
    assert answer.status_code == 422
    assert english_words(answer.content.decode(), busy_house.people) == set()


RULE = {"kind": "LVL_VILLAGE", "unit_of_time": "working_days", "valid_from": "2026-11-21", "article": "示例"}


@pytest.mark.parametrize(("amount", "status"), [("2", 200), ("6", 422), ("", 422)])
def test_the_preview_of_a_rule_and_its_refusal_are_chinese(busy_house, client, amount, status):
    client.force_login(busy_house.director)
    given = {**RULE, "center": busy_house.town.pk, "amount": amount}
    answer = client.post(reverse("admin:cases_clockrule_add"), given)
    assert answer.status_code == status
    assert english_words(answer.content.decode(), busy_house.people) == set()


def test_the_receipt_of_a_new_matter_is_chinese_around_its_code(busy_house, client):
    client.force_login(busy_house.clerk)
    new = new_case(busy_house)
    form = {"place": busy_house.village.pk, "category": "D02", "channel": "phone", "title": new.title}
    answer = client.post(
        reverse("admin:disputes_dispute_register"),
        {**form, "summary": new.summary, "applicant_name": "样本壬"},
        follow=True,
    )
    code = answer.context["code"]
    assert code in answer.content.decode()
    assert english_words(answer.content.decode(), [code, *busy_house.people]) == set()


@pytest.mark.parametrize("rows", [NOTICE_2027, [["假", "2026-12-31", "2027-02-30", "x"]]])
def test_a_notice_is_looked_at_and_refused_in_chinese(busy_house, client, rows):
    change_day("2027-02-20", now=at("2026-11-20"))
    client.force_login(busy_house.sysadmin)
    file = SimpleUploadedFile("通知.csv", as_csv(*rows))
    answer = client.post(reverse("admin:centers_workcalendarday_import"), {"year": 2027, "ground": "", "file": file})
    assert answer.status_code == (200 if rows is NOTICE_2027 else 422)
    assert english_words(answer.content.decode(), busy_house.people) == set()


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/logout/"])
def test_the_door_is_chinese(db, client, path):
    answer = client.get(path)
    assert english_words(answer.content.decode(), []) == set()


def test_the_switch_changes_to_english_and_back(busy_house, client):
    client.force_login(busy_house.town_supervisor)
    queue = reverse("admin:supervision_queue")
    client.post(reverse("set_language"), {"language": "en", "next": queue})
    english = client.get(queue).content.decode()
    client.post(reverse("set_language"), {"language": "zh-hans", "next": queue})
    chinese = client.get(queue).content.decode()
    assert "Escalation queue" in english
    assert "days late" in english
    assert "督办队列" not in english
    assert "督办队列" in chinese
