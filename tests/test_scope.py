"""Every model, every door, every outsider. The insider is asked first; out of sight looks like never having existed."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import serializers
from django.urls import reverse

from cases.models import (
    ArchivedFile,
    Attachment,
    AttachmentContent,
    Case,
    CasePlace,
    Clock,
    ClockStep,
    Event,
    Extension,
    IdentityReveal,
    Paper,
    PaperContent,
    Party,
    Pause,
    Recusal,
    Reopening,
    Result,
    SensitivityChange,
    Transfer,
)
from centers.enums import Role
from centers.models import Post, Reorganisation, StandIn, Unit
from core import clock
from core.channels import DeliveryState
from core.models import ExternalDelivery, InboxMessage, User, WebhookEndpoint
from core.outbox import deliver_batch
from disputes.models import Committee, CommitteeMember, JointUnit, Relation
from grids.enums import GridPost
from grids.models import Assignment, ExportJob, Grid, GridMember, RosterImport
from grids.services.upload_roster import upload_roster
from supervision.models import SupervisionNotice
from tests.cases.papers import papered
from tests.disputes.committees import committee
from tests.disputes.rows import OF_A_MEDIATION, write_rows_of_a_mediation
from tests.factories import (
    LONG_AGO,
    appoint,
    at,
    attached,
    decided_about,
    end_post,
    hold_every_office,
    make_person,
    noticed,
    registered,
)
from tests.grids.files import long_export

THEN = at("2025-11-18")
NEVER = 999_999_999
CANARY = "金丝雀"
OUTSIDERS = ["neighbour_clerk", "neighbour_town_supervisor", "neighbour_town_roster", "other_county_supervisor"]
OUTSIDERS += ["far_secadmin", "far_sysadmin", "nobody", "former", None]  # the last is a visitor who has not signed in
CASE_ACTS = {
    "triage": "town_triage",
    "assign": "town_triage",
    "reissue": "clerk",
    **dict.fromkeys(("accept", "start", "agree"), "mediator"),
    **dict.fromkeys(("perform", "urge", "fulfil", "breach", "plan_session", "hold_session"), "mediator"),
    **dict.fromkeys(("cancel_session", "apply_confirmation", "court_result"), "mediator"),
    **dict.fromkeys(("terminate", "ask_consent", "consent", "refuse_mediation", "decline", "withdraw"), "mediator"),
    **dict.fromkeys(("receive_hand_off", "tell_organ", "hand_off", "organ_answer", "withdraw_hand_off"), "clerk"),
    **dict.fromkeys(("safety_measure", "name_mediator", "add_party", "note_languages", "ask_unit"), "mediator"),
    **dict.fromkeys(("form_group", "join_group", "leave_group", "end_group", "name_representatives"), "mediator"),
    **dict.fromkeys(("end_representative", "plan_group_session", "cancel_group_session"), "mediator"),
    "guide_out": "town_triage",
    **dict.fromkeys(("confirm", "return", "reopen", "clear_safety", "follow_up", "judge_follow_up"), "town_supervisor"),
    **dict.fromkeys(("grant", "refuse"), "county_supervisor"),
    **dict.fromkeys(("extend", "tell", "pause", "resume"), "mediator"),
    "end_pause": "town_supervisor",
    **dict.fromkeys(("recuse", "object_mediator"), "town_triage"),
    "raise": "town_supervisor",
}
NOTICE_ACTS = dict.fromkeys(("sign_for", "reply"), "unit_leader") | dict.fromkeys(
    ("close", "return"), "town_supervisor"
)
OTHER_ACTS = [("stand_in", "withdraw", "clerk"), ("delivery", "send_again", "sysadmin"), ("joint", "decline", "helper")]
OTHER_ACTS += [("joint", "agree", "helper"), *(("case", act, "clerk") for act in ("relate", "unrelate", "archive"))]
OTHER_ACTS += [("committee", "add_member", "unit_leader"), ("committee", "describe", "unit_leader")]
ANYTHING = {"handler": "1", "grade": "general", "category": "D02", "remark": "x", "verdict": "x", "reply": "x"}
ANYTHING |= {"reason": "impossible", "explanation": "x", "routes": ["court"]}
ANYTHING |= {"said_on": "2025-11-18", "said_how": "oral", "told_on": "2025-11-18"}


def _former(house):
    """Return somebody who held every office over the matter until yesterday."""
    person = make_person("former")
    hold_every_office(person, house.centers["3306"], ends_on=clock.today() - timedelta(days=1))
    return person


def _stand_in(house):
    days = {"starts_on": clock.today(), "ends_on": clock.today()}
    return StandIn.objects.create(
        absent=house.clerk, stand_in=house.mediator, named_by=house.clerk, named_at=THEN, **days
    )


def _moved(house):
    county = house.centers["330681"]
    told = {"kind": "move", "effective_on": LONG_AGO, "ground": "示例", "decided_by": house.secadmin}
    row = Reorganisation.objects.create(center=house.town, target=county, origin=county, **told, decided_at=THEN)
    place = {level: getattr(house.case, level) for level in ("city", "county", "town", "village", "holder")}
    CasePlace.objects.create(case=house.case, reorganisation=row, until_on=LONG_AGO, **place)


def _asked_unit(house):
    unit = Unit.objects.create(center=house.village, name=f"{CANARY}所", kind="organ")
    house.people["helper"] = make_person("helper", Role.HANDLER, house.village, unit=unit)
    told = {"round": house.case.round, "consented_on": THEN.date(), "asked_by": house.mediator, "asked_at": THEN}
    return JointUnit.objects.create(case=house.case, unit=unit, purpose=CANARY, **told)


@pytest.fixture
def world(house):
    """Return the city with a late matter, a notice about it, a grid member and a message, all with a canary."""
    house.people["former"] = _former(house)
    for name, role in (("far_secadmin", Role.SECADMIN), ("far_sysadmin", Role.SYSADMIN)):
        house.people[name] = make_person(name, role, house.centers["330602"])
    house.case = noticed(house, now=THEN, title=f"{CANARY}漏水（示例）").case
    house.notice = house.case.notices.get()
    refused = ClockStep.objects.filter(clock__case=house.case, step="remind")
    refused.update(failed_at=THEN, error=f"DomainError: {CANARY}")
    house.member = GridMember.objects.create(name=f"{CANARY}甲", id_number="1", id_hash="1", mobile="1")
    Assignment.objects.create(grid=house.grid, member=house.member, post=GridPost.PART_TIME, starts_on=LONG_AGO)
    Grid.objects.filter(pk=house.grid.pk).update(name=f"{CANARY}网格")
    upload_roster(
        CANARY.encode(),
        kind="members",
        file_name=f"{CANARY}.xlsx",
        language="zh-hans",
        actor=house.roster_manager,
        now=THEN,
    )
    long_export(house.roster_manager, now=THEN)
    User.objects.filter(pk=house.clerk.pk).update(full_name=f"{CANARY}登记员")
    house.gateway = WebhookEndpoint.objects.create(name=f"{CANARY}网关", url="http://127.0.0.1:9/", secret="x" * 16)
    house.stand_in = _stand_in(house)
    _moved(house)
    house.committee = committee(house.unit, by=house.unit_leader, first=clock.today(), chair=f"{CANARY}主任")
    house.joint = _asked_unit(house)
    other, told = registered(house, now=THEN), {"related_by": house.clerk, "related_at": THEN}
    Relation.objects.create(case=house.case, other=other, ground="same_event", **told)
    deliver_batch(now=THEN)
    ExternalDelivery.objects.update(state=DeliveryState.DEAD, settled_at=THEN)
    house.delivery = ExternalDelivery.objects.order_by("pk")[0]
    InboxMessage.objects.update(subject=f"{CANARY}来信", link="")
    return house


ROWS = {
    **dict.fromkeys((Case, CasePlace, Party, Clock, ClockStep, Event, Transfer, Result), "town_supervisor"),
    **dict.fromkeys((ArchivedFile, Attachment, Paper, Recusal, Reopening), "town_supervisor"),
    **dict.fromkeys((AttachmentContent, PaperContent, Pause, Extension, IdentityReveal, SensitivityChange), "mediator"),
    **dict.fromkeys(OF_A_MEDIATION, "mediator"),
    **dict.fromkeys((Committee, CommitteeMember), "mediator"),
    JointUnit: "helper",
    Relation: "town_supervisor",
    SupervisionNotice: "unit_leader",
    Grid: "roster_manager",
    GridMember: "roster_manager",
    Assignment: "roster_manager",
    RosterImport: "roster_manager",
    ExportJob: "roster_manager",
    InboxMessage: "mediator",
    Post: "secadmin",
    StandIn: "clerk",
    ExternalDelivery: "sysadmin",
    WebhookEndpoint: "sysadmin",
}


@pytest.mark.parametrize("model", ROWS)
def test_the_query_gives_rows_to_the_insider_and_none_to_an_outsider(world, model):
    write_rows_of_a_mediation(world, CANARY, now=THEN)
    decided_about(world.case, by=world.mediator, ground=CANARY, now=THEN)
    attached(world.case, by=world.mediator, name=CANARY, now=THEN)
    papered(world.case, by=world.mediator, now=THEN)
    row = model.objects.visible_to(getattr(world, ROWS[model])).order_by("pk").first()
    assert row is not None
    outsiders = [AnonymousUser() if name is None else getattr(world, name) for name in OUTSIDERS]
    assert [user for user in outsiders if model.objects.visible_to(user).filter(pk=row.pk).exists()] == []


def _choosing(app, model, field):
    return f"?app_label={app}&model_name={model}&field_name={field}&term="


LISTS = {
    "cases": ("cases_case_changelist", "", "clerk"),
    "a search for cases": ("cases_case_changelist", "?q=漏水", "clerk"),
    "a desk": ("cases_case_changelist", "?desk=mine", "mediator"),
    "cases that climbed": ("cases_case_changelist", "?desk=to_sign_for", "town_triage"),
    "the queue": ("supervision_queue", "?tab=all", "town_supervisor"),
    "the late queue": ("supervision_queue", "?tab=late", "county_supervisor"),
    "the home page": ("index", "", "town_supervisor"),
    "the registration page": ("disputes_dispute_register", "", "clerk"),
    "notices": ("supervision_supervisionnotice_changelist", "", "unit_leader"),
    "what units were asked": ("disputes_jointunit_changelist", "", "helper"),
    "committees": ("disputes_committee_changelist", "?q=主任", "mediator"),
    "grids": ("grids_grid_changelist", "", "roster_manager"),
    "a search for grids": ("grids_grid_changelist", "?q=网格", "roster_manager"),
    "members": ("grids_gridmember_changelist", "", "roster_manager"),
    "messages": ("core_inboxmessage_changelist", "", "mediator"),
    "stand-ins": ("centers_standin_changelist", "", "secadmin"),
    "undelivered messages": ("core_externaldelivery_changelist", "", "sysadmin"),
    "gateways": ("core_webhookendpoint_changelist", "", "sysadmin"),
    "posts": ("centers_post_changelist", "?q=clerk", "secadmin"),
    "steps set aside": ("cases_clockstep_changelist", "", "town_supervisor"),
    "cases by autocomplete": ("autocomplete", _choosing("supervision", "supervisionnotice", "case"), "clerk"),
    "grids by autocomplete": ("autocomplete", _choosing("cases", "case", "grid"), "roster_manager"),
    "members by autocomplete": ("autocomplete", _choosing("grids", "assignment", "member"), "roster_manager"),
}
WITHOUT_A_NAME = {"notices", "cases by autocomplete", "steps set aside"}


def _texts(world, door):
    """Return what tells that a row is shown: the canary, or its number where a list shows no more."""
    return [world.case.number] if door in WITHOUT_A_NAME else [CANARY]


def _get(client, world, name, url):
    client.logout()
    if name is not None:
        client.force_login(getattr(world, name))
    return client.get(url)


def _is_told(answer, texts):
    if answer.headers["Content-Type"] == "application/json":
        return any(text in str(answer.json().get("results", "")) for text in texts)
    return any(text in answer.content.decode() for text in texts)


@pytest.mark.parametrize("door", LISTS)
def test_a_list_shows_the_row_to_the_insider_and_nothing_to_an_outsider(world, client, door):
    view, query, insider = LISTS[door]
    url, texts = reverse(f"admin:{view}") + query, _texts(world, door)
    assert _is_told(_get(client, world, insider, url), texts)
    leaks = [name for name in OUTSIDERS if _is_told(_get(client, world, name, url), [CANARY, world.case.number])]
    assert leaks == []


PAGES = {
    "a case": ("cases_case_change", "case", "clerk"),
    "a receipt": ("cases_case_receipt", "case", "clerk"),
    "a notice": ("supervision_supervisionnotice_change", "notice", "unit_leader"),
    "the paper of a notice": ("supervision_notice_paper", "notice", "town_supervisor"),
    "what a unit was asked": ("disputes_jointunit_change", "joint", "helper"),
    "a committee": ("disputes_committee_change", "committee", "clerk"),
    "a grid": ("grids_grid_change", "grid", "roster_manager"),
    "a stand-in": ("centers_standin_change", "stand_in", "mediator"),
    "an undelivered message": ("core_externaldelivery_change", "delivery", "sysadmin"),
    "a gateway": ("core_webhookendpoint_change", "gateway", "sysadmin"),
    "a member": ("grids_gridmember_change", "member", "roster_manager"),
}


def _outcome(answer):
    """Return what an outsider can tell of a page, apart from the number that was asked for."""
    return answer.status_code, answer.headers.get("Location", "").partition("?")[0]


@pytest.mark.parametrize("door", PAGES)
def test_a_page_is_there_for_the_insider_and_was_never_there_for_an_outsider(world, client, door):
    view, row, insider = PAGES[door]
    url, never = (reverse(f"admin:{view}", args=[pk]) for pk in (getattr(world, row).pk, NEVER))
    assert _is_told(_get(client, world, insider, url), [CANARY, world.case.number])
    for name in OUTSIDERS:
        answer = _get(client, world, name, url)
        assert _outcome(answer) == _outcome(_get(client, world, name, never)), name
        assert answer.status_code in {302, 403, 404}, name
        assert not _is_told(answer, [CANARY, world.case.number]), name


@pytest.mark.parametrize("number", ["0", "abc", "²", "1%00", "9" * 25, "-1"])
@pytest.mark.parametrize("view", ["cases_case_change", "cases_case_receipt", "supervision_notice_paper"])
def test_what_is_no_number_of_a_row_is_not_found(world, client, view, number):
    url = reverse(f"admin:{view}", args=["0"]).replace("/0/", f"/{number}/")
    assert _get(client, world, "town_supervisor", url).status_code == 404


@pytest.mark.parametrize("door", ["message", "post", "account"])
def test_rows_of_persons_are_found_by_those_concerned_only(world, client, door):
    views = {
        "message": ("core_inboxmessage", InboxMessage.objects.filter(recipient=world.mediator)[0].pk, "mediator"),
        "post": ("centers_post", world.clerk.posts.get().pk, "secadmin"),
        "account": ("core_user", world.clerk.pk, "secadmin"),
    }
    view, pk, insider = views[door]
    url, never = (reverse(f"admin:{view}_change", args=[number]) for number in (pk, NEVER))
    assert _get(client, world, insider, url).status_code == 200
    for name in [name for name in OUTSIDERS if (name, door) != ("far_secadmin", "account")]:
        assert _outcome(_get(client, world, name, url)) == _outcome(_get(client, world, name, never)), name
        assert not _is_told(_get(client, world, name, url), [CANARY]), name


def _everything():
    return [serializers.serialize("json", model.objects.order_by("pk")) for model in ROWS]


ACTS = [("case", act, insider) for act, insider in CASE_ACTS.items()]
ACTS += [("notice", act, insider) for act, insider in NOTICE_ACTS.items()]
ACT_VIEWS = {
    "case": "cases_case_act",
    "notice": "supervision_supervisionnotice_act",
    "stand_in": "centers_standin_act",
    "committee": "disputes_committee_act",
    "joint": "disputes_jointunit_act",
    "delivery": "core_externaldelivery_act",
}


@pytest.mark.parametrize(("row", "act", "insider"), ACTS + OTHER_ACTS)
def test_an_act_is_there_for_the_insider_and_changes_nothing_for_an_outsider(world, client, row, act, insider):
    url, never = (reverse(f"admin:{ACT_VIEWS[row]}", args=[pk, act]) for pk in (getattr(world, row).pk, NEVER))
    assert _get(client, world, insider, url).status_code == 200
    before = _everything()
    for name in OUTSIDERS:
        looked = _get(client, world, name, url)
        answers = [client.post(address, ANYTHING) for address in (url, never)]
        assert _outcome(answers[0]) == _outcome(answers[1]), name
        assert {looked.status_code, answers[0].status_code} <= {302, 404}, name
        assert not _is_told(answers[0], [CANARY, world.case.number]), name
    assert _everything() == before


@pytest.mark.parametrize(("row", "act", "insider"), ACTS)
def test_whoever_sees_a_row_without_the_right_to_an_act_does_not_find_the_act(world, client, row, act, insider):
    view = ACT_VIEWS[row]
    url = reverse(f"admin:{view}", args=[getattr(world, row).pk, act])
    director = make_person("director", Role.CENTER_DIRECTOR, world.town)
    world.people["other"] = director if act in NOTICE_ACTS and row == "notice" else world.unit_leader
    assert (
        _get(
            client, world, "other", reverse(f"admin:{view.replace('act', 'change')}", args=[getattr(world, row).pk])
        ).status_code
        == 200
    )
    before = _everything()
    assert [client.get(url).status_code, client.post(url, ANYTHING).status_code] == [404, 404]
    assert _everything() == before


@pytest.mark.parametrize("chosen", ["neighbour_clerk", "mediator", "nobody", "county_supervisor"])
def test_a_handler_from_another_center_cannot_be_sent(world, client, chosen):
    client.force_login(world.town_triage)
    url = reverse("admin:cases_case_act", args=[world.case.pk, "assign"])
    assert world.town_mediator.full_name in client.get(url).content.decode()
    before = _everything()
    assert client.post(url, {"handler": getattr(world, chosen).pk}).status_code == 422
    assert _everything() == before


def test_a_post_in_another_county_cannot_be_sent(world, client):
    client.force_login(world.far_secadmin)
    given = {"user": world.nobody.pk, "role": "supervisor", "starts_on": "2025-01-01"}
    answers = [
        client.post(reverse("admin:centers_post_add"), {**given, "center": world.centers[code].pk})
        for code in ("330681109", "330602001")
    ]
    assert [answer.status_code for answer in answers] == [200, 302]
    assert list(world.nobody.posts.values_list("center__code", flat=True)) == ["330602001"]


@pytest.mark.parametrize("query", ["parties__name=样本甲", "parties__mobile=1", "handler__password__startswith=m"])
def test_what_a_list_does_not_show_is_no_filter_either(world, client, query):
    client.force_login(world.town_supervisor)
    url = reverse("admin:cases_case_changelist")
    assert client.get(f"{url}?stage__exact=triaged").status_code == 200
    assert client.get(f"{url}?{query}").status_code == 400


def test_the_end_of_a_post_ends_the_right_at_the_next_request(world, client):
    client.force_login(world.town_supervisor)
    page = reverse("admin:cases_case_change", args=[world.case.pk])
    queue = reverse("admin:supervision_queue")
    assert [client.get(page).status_code, client.get(queue).status_code] == [200, 200]
    end_post(world.town_supervisor.posts.get(), ends_on=clock.today() - timedelta(days=1))
    assert [client.get(page).status_code, client.get(queue).status_code] == [404, 403]


def test_the_last_day_of_a_post_is_a_day_in_office_and_the_first_day_too(world, client):
    client.force_login(world.nobody)
    page = reverse("admin:cases_case_change", args=[world.case.pk])
    post = appoint(world.nobody, role=Role.SUPERVISOR, center=world.town, starts_on=clock.today() + timedelta(days=1))
    assert client.get(page).status_code == 404
    Post.objects.filter(pk=post.pk).update(starts_on=clock.today(), ends_on=clock.today())
    assert client.get(page).status_code == 200
