"""The rules that are not negotiable, each proved from outside: by raw SQL, by the source, by what a page shows."""

import ast
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from psycopg import errors

from cases.enums import EventKind
from cases.models import Case, Event
from cases.services.register import register_case
from core import clock
from core.errors import DomainError
from disputes.enums import Action, EndReason, Route
from disputes.forms.ends import TerminateForm
from disputes.models import Dispute
from disputes.rules.procedure import TRANSITIONS
from disputes.services.end import end_dispute, refuse_mediation
from disputes.services.mediate import accept_dispute
from supervision.services.sweep import sweep
from tests.factories import agreed, at, mediating, new_case, new_ending, noticed, registered, said, triaged

NOW = at("2026-11-18")
KEPT = ["cases_case", "cases_party", "cases_transfer", "cases_clock", "cases_clockstep", "cases_result", "cases_event"]
KEPT += [
    "disputes_dispute",
    "disputes_agreement",
    "disputes_mediator",
    "disputes_jointunit",
    "disputes_relation",
    "disputes_disputegroup",
    "disputes_groupmember",
    "disputes_representative",
    "disputes_safetyflag",
    "disputes_handoff",
    "supervision_supervisionnotice",
]
KEPT += ["disputes_session", "disputes_attendance", "disputes_sessionrecord", "disputes_signature"]
KEPT += ["disputes_confirmation", "disputes_followup", "disputes_contactattempt"]
KEPT += ["disputes_committee", "disputes_committeemember"]
KEPT += ["petitions_petition", "petitions_notice", "petitions_opinion"]
KEPT += ["petitions_conclusion", "petitions_statutoryprocedure", "petitions_review", "petitions_hearing"]
KEPT += ["petitions_referral"]
KEPT += ["core_outboxmessage", "core_inboxmessage", "core_externaldelivery", "centers_standin"]
KEPT += ["core_fenceentry", "cases_clockrule"]
KEPT += ["cases_pause", "cases_extension", "cases_recusal", "cases_reopening", "cases_archivedfile"]


def _refused(statement):
    """Return whether the database denies the application's role the right to a statement."""
    with pytest.raises(ProgrammingError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return isinstance(refusal.value.__cause__, errors.InsufficientPrivilege)


# R1: every matter is registered, and none is ever removed.


@pytest.mark.parametrize("table", KEPT)
def test_r1_the_application_may_not_delete_what_belongs_to_a_case(house, table):
    agreed(house, now=NOW)
    assert _refused(f"DELETE FROM {table}")  # noqa: S608 - names from this file
    assert _refused(f"TRUNCATE {table} CASCADE")


def test_r1_the_application_may_not_rewrite_the_record(house):
    registered(house, now=NOW)
    assert _refused("UPDATE cases_event SET at = now()")
    assert Event.objects.get().at == NOW


def test_r1_the_models_do_not_delete_either(house):
    case = registered(house, now=NOW)
    for rows in (Case.objects.filter(pk=case.pk), Event.objects.filter(case=case)):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows._raw_delete(rows.db)
    assert Case.objects.filter(pk=case.pk).exists()


# A name that returns among the parties, because two persons lowered the sensitivity, is not kept a second time.
MOVES_BACK = "cases/services/identities.py"


@pytest.mark.parametrize("app", ["cases", "disputes", "petitions", "supervision", "portal"])
def test_r1_no_code_path_deletes(app):
    calls = [
        str(path.relative_to(settings.BASE_DIR))
        for path in (settings.BASE_DIR / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"delete", "_raw_delete"}
    ]
    assert calls == ([MOVES_BACK] if app == "cases" else [])


def test_r1_there_is_no_page_that_deletes_a_case(house, client):
    case = registered(house, now=NOW)
    client.force_login(house.town_supervisor)
    url = reverse("admin:cases_case_delete", args=[case.pk])
    assert {client.get(url).status_code, client.post(url, {"post": "yes"}).status_code} <= {403, 404}
    client.post(reverse("admin:cases_case_changelist"), {"action": "delete_selected", "_selected_action": case.pk})
    assert Case.objects.filter(pk=case.pk).exists()


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-22", "2026-10-01", "2026-02-17"])
def test_r1_a_matter_is_registered_on_every_day_of_the_year(house, day):
    assert registered(house, now=at(day)).number == "枫桥〔2026〕1号"


def test_r1_a_matter_is_registered_without_a_grid_and_without_a_respondent(house):
    new = new_case(house, grid=None, parties=new_case(house).parties[:1])
    assert register_case(new, actor=house.clerk, received_at=NOW, now=NOW)[0].parties.count() == 1


# R5: mediation is voluntary; a refusal ends it.


def test_r5_nothing_is_accepted_without_the_day_of_the_consent(house):
    case = triaged(house, now=NOW)
    with pytest.raises(TypeError):
        accept_dispute(case.pk, actor=house.mediator, now=NOW)
    with pytest.raises(DomainError):
        accept_dispute(case.pk, said=said(at("2026-11-19")), actor=house.mediator, now=NOW)
    assert not case.consents.exists()


def test_r5_the_page_asks_for_the_consent(house, client):
    case = triaged(house, now=NOW)
    client.force_login(house.mediator)
    answer = client.post(reverse("admin:cases_case_act", args=[case.pk, "accept"]), {"said_on": "", "said_how": "oral"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["said_on"])
    assert Dispute.objects.get().state == "triaged"


def test_r5_a_refusal_ends_the_mediation_and_nothing_but_a_check_follows(house):
    case = triaged(house, now=NOW)
    new, respondent = new_ending(NOW, EndReason.PARTY_REFUSES), case.parties.get(role="respondent")
    refuse_mediation(case.pk, party_id=respondent.pk, said=said(NOW), new=new, actor=house.mediator, now=NOW)
    assert {action for state, action in TRANSITIONS if state == "refused"} == {"confirm", "return"}
    assert case.consents.get().is_given is False
    assert case.events.filter(kind=EventKind.REFUSED).exists()


@pytest.mark.parametrize("state", ["triaged", "pending_consent"])
def test_r5_a_party_may_refuse_before_the_mediation(state):
    assert (state, "refuse_mediation") in TRANSITIONS


@pytest.mark.parametrize("state", ["accepted", "mediating"])
def test_r5_a_party_may_stop_at_every_moment_before_an_agreement(state):
    assert (state, "terminate") in TRANSITIONS


# R6: who goes without an agreement has been told of the other routes.


def test_r6_a_mediation_does_not_end_before_the_routes_were_told(house):
    case = mediating(house, now=NOW)
    given = {"reason": "impossible", "explanation": "分歧过大（示例）", "told_on": "2026-11-18"}
    untold, told = (
        TerminateForm({**given, **more}, row=case, user=house.mediator) for more in ({}, {"routes": ["court"]})
    )
    assert (list(untold.errors), told.is_valid()) == (["routes"], True)
    new = new_ending(NOW, routes=[Route.POLICE])
    with pytest.raises(DomainError, match=str(Route.COURT.label)):
        end_dispute(case.pk, action=Action.TERMINATE, new=new, actor=house.mediator, now=NOW)


def test_r6_the_page_refuses_too(house, client):
    case = mediating(house, now=NOW)
    client.force_login(house.mediator)
    url = reverse("admin:cases_case_act", args=[case.pk, "terminate"])
    assert client.post(url, {"reason": "impossible", "explanation": "分歧（示例）"}).status_code == 422
    assert Dispute.objects.get().state == "mediating"


# R9: what is sensitive is masked by default and encrypted at rest.

SECRETS = ["13812345678", "金丝雀路9号"]
NAMES = ["金丝雀", "白头翁"]
PAGES = ["cases_case_change", "cases_case_receipt"]


def _canary(house, build=registered):
    parties = [
        type(party)(party.role, name, SECRETS[0], SECRETS[1])
        for party, name in zip(new_case(house).parties, NAMES, strict=True)
    ]
    return build(house, now=at("2025-11-18"), parties=parties)


@pytest.mark.parametrize("view", PAGES)
@pytest.mark.parametrize("reader", ["clerk", "mediator", "town_supervisor"])
def test_r9_no_page_shows_a_name_a_number_or_an_address_in_full(house, client, view, reader):
    case = _canary(house, mediating)
    client.force_login(getattr(house, reader))
    body = client.get(reverse(f"admin:{view}", args=[case.pk])).content.decode()
    assert case.number in body
    assert [secret for secret in SECRETS + NAMES if secret in body] == []


def test_r9_the_case_page_shows_enough_to_tell_the_parties_apart(house, client):
    case = _canary(house)
    client.force_login(house.clerk)
    body = client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    assert [mask in body for mask in ("金**", "白**", "138****5678")] == [True, True, True]


@pytest.mark.parametrize(
    "door", ["cases_case_changelist", "supervision_queue", "index", "supervision_supervisionnotice_changelist"]
)
def test_r9_no_list_shows_a_party(house, client, door):
    _canary(house, triaged)
    sweep(now=at("2025-11-25"))
    client.force_login(house.town_supervisor)
    body = client.get(reverse(f"admin:{door}")).content.decode()
    assert [secret for secret in SECRETS + NAMES if secret in body] == []


def test_r9_no_message_no_notice_and_no_event_names_a_party(house):
    _canary(house, mediating)
    sweep(now=at("2026-01-20"))
    with connection.cursor() as cursor:
        for table in ("core_outboxmessage", "supervision_supervisionnotice", "cases_event", "cases_clock"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t")  # noqa: S608 - names from this file
            text = cursor.fetchone()[0]
            assert [secret for secret in SECRETS + NAMES if secret in text] == [], table
            assert text, table


def test_r9_the_table_holds_neither_number_nor_address_in_plain(house):
    _canary(house)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM cases_party t")
        text = cursor.fetchone()[0]
    assert [secret for secret in SECRETS if secret in text] == []


def test_r9_a_case_and_a_party_are_called_by_numbers_and_not_by_names(house):
    case = _canary(house)
    names = [str(case), *map(str, case.parties.all()), *map(str, case.events.all()), *map(str, case.transfers.all())]
    assert names[0] == case.number
    assert [name for name in names for secret in SECRETS + NAMES if secret in name] == []


# R10: dates are facts.


def test_r10_nothing_was_received_in_the_future(house):
    with pytest.raises(DomainError):
        register_case(new_case(house), actor=house.clerk, received_at=NOW + timedelta(seconds=1), now=NOW)


def test_r10_the_window_takes_the_moment_of_registration_as_the_moment_of_receipt(house, client):
    client.force_login(house.clerk)
    given = {
        "place": house.village.pk,
        "category": "D02",
        "channel": "phone",
        "title": "漏水（示例）",
        "summary": "经过",
    }
    before = clock.now()
    client.post(
        reverse("admin:disputes_dispute_register"), {**given, "applicant_name": "样本", "received_at": "2020-01-01"}
    )
    assert before <= Case.objects.get().received_at <= clock.now()


def test_r10_what_was_late_stays_late_after_the_notice_is_answered_and_the_case_goes_on(house):
    notice = noticed(house, now=NOW)
    frozen = dict(notice.facts)
    sweep(now=at("2026-12-10"))
    notice.refresh_from_db()
    assert notice.facts == frozen == {**frozen, "late_days": 1, "due_on": "2026-11-23"}
