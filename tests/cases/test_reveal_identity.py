"""Who brought a confidential matter stands nowhere but apart, and two persons open it: for one of them, for a while."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from cases.enums import DecisionState, Sensitivity
from cases.models import Case, Event, Identity, IdentityReveal, Party
from cases.reports import DESKS
from cases.reports.identity import custodians
from cases.rules.sensitivity import has_lapsed, is_shown, shown_until
from cases.services.reveal_identity import approve_identity, ask_identity, refuse_identity, show_identity
from centers.enums import Role
from core import acting, clock
from core.audit import AuditAct, AuditEntry
from core.errors import DomainError, IllegalTransition, SeparationOfDuties, UnreadableValue
from core.keys import Key
from core.models import OutboxMessage
from core.reveal import BudgetSpent, RevealReason
from tests.cases.identities import ADDRESS, MOBILE, NAME, everything
from tests.factories import at, make_person, recused, registered, triaged

THEN = at("2025-11-18")


@pytest.fixture
def now(db):
    """Return the moment at which the database believes to be while a test runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def ask(city, *, now, who="mediator", case=None):
    person = getattr(city, who)
    with acting.as_person(person.pk):
        return ask_identity(
            (case or city.case).pk, reason=RevealReason.CONTACT, ground="回访（示例）", actor=person, now=now
        )


def decide(city, asked, *, now, who="director", verb=approve_identity):
    person = getattr(city, who)
    with acting.as_person(person.pk):
        return verb(asked.pk, remark="同意（示例）", actor=person, now=now)


def shown(city, *, now, who="mediator"):
    person = getattr(city, who)
    with acting.as_person(person.pk):
        return [one.name for one in show_identity(city.case.pk, actor=person, now=now).identities]


def behind_the_wall(who):
    """Return the names that the database itself shows somebody, or nobody, or the house."""
    with who:
        return [one.name for one in Identity.objects.all()]


def test_the_name_stands_nowhere_in_the_database_and_the_normal_one_still_does(city):
    assert [word for word in (NAME, MOBILE, ADDRESS) if word in everything()] == []
    party = city.case.parties.get(role="applicant")
    assert (party.name, party.mobile, party.address, party.pseudonym) == ("", "", "", "举报人 A")
    assert registered(city, now=THEN).parties.get(role="applicant").name == NAME
    assert NAME in everything()


def test_its_key_is_its_own(city, settings, now):
    decide(city, ask(city, now=now), now=now)
    settings.PERSONAL_DATA_KEYS = {"other": Key(b"0" * 32)}
    assert shown(city, now=now) == [NAME]
    settings.IDENTITY_KEYS = {"other": Key(b"0" * 32)}
    with pytest.raises(UnreadableValue):
        shown(city, now=now)


def test_any_clerk_registers_it_in_the_ordinary_series(house):
    first = registered(house, now=THEN)
    second = registered(house, now=THEN, sensitivity=Sensitivity.CONFIDENTIAL)
    assert (first.number, second.number) == ("枫桥〔2025〕1号", "枫桥〔2025〕2号")


def test_it_is_shown_to_the_one_who_asked_once_another_has_approved(city, now):
    asked = ask(city, now=now)
    with pytest.raises(IdentityReveal.DoesNotExist):
        shown(city, now=now)
    decide(city, asked, now=now)
    assert shown(city, now=now) == [NAME]
    for who in ("director", "clerk"):
        with pytest.raises(IdentityReveal.DoesNotExist):
            shown(city, now=now, who=who)


def test_it_is_open_to_the_last_second_of_the_half_hour(city, now):
    decide(city, ask(city, now=now), now=now - timedelta(minutes=29, seconds=59))
    assert shown(city, now=now) == [NAME]
    assert behind_the_wall(acting.as_person(city.mediator.pk)) == [NAME]


def test_it_is_closed_when_the_half_hour_is_over(city, now):
    decide(city, ask(city, now=now), now=now - timedelta(minutes=30))
    with pytest.raises(IdentityReveal.DoesNotExist):
        shown(city, now=now)
    assert behind_the_wall(acting.as_person(city.mediator.pk)) == []


@pytest.mark.parametrize(("seconds", "is_open"), [(0, True), (1799, True), (1800, False)])
def test_the_half_hour_counts_from_the_decision(seconds, is_open):
    assert is_shown(shown_until(THEN), THEN + timedelta(seconds=seconds)) is is_open


def test_the_database_shows_it_to_no_job_to_nobody_and_to_no_other_account(city, now):
    decide(city, ask(city, now=now), now=now)
    others = [acting.as_person(city.people[name].pk) for name in ("director", "officer", "clerk", "secadmin")]
    assert [behind_the_wall(who) for who in (*others, acting.as_house(), acting.as_person(None))] == [[]] * 6
    assert behind_the_wall(acting.as_person(city.mediator.pk)) == [NAME]


def test_recusal_wins_over_the_leave(city, now):
    decide(city, ask(city, now=now), now=now)
    recused(city.case, person=city.mediator, by=city.clerk, now=now)
    with pytest.raises(Case.DoesNotExist):
        shown(city, now=now)
    assert behind_the_wall(acting.as_person(city.mediator.pk)) == []


def test_the_seal_wins_over_the_leave(city, now):
    decide(city, ask(city, now=now), now=now)
    Case.objects.filter(pk=city.case.pk).update(sensitivity=Sensitivity.SEALED)
    assert behind_the_wall(acting.as_person(city.mediator.pk)) == []


def test_nobody_decides_on_a_request_of_their_own(city, now):
    asked = ask(city, now=now, who="director")
    with pytest.raises(SeparationOfDuties):
        decide(city, asked, now=now)
    decide(city, asked, now=now, who="officer")
    assert shown(city, now=now, who="director") == [NAME]


def test_the_database_refuses_one_person_alone(city, now):
    asked = ask(city, now=now)
    mine = {"state": "approved", "decided_by": city.mediator, "decided_at": now, "ends_at": shown_until(now)}
    with acting.as_person(city.mediator.pk):
        assert IdentityReveal.objects.filter(pk=asked.pk).update(**mine) == 0
    with acting.as_person(city.director.pk), transaction.atomic(), pytest.raises(DatabaseError, match="row-level"):
        IdentityReveal.objects.filter(pk=asked.pk).update(**mine)
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="identityreveal_decided_by_another"):
        cursor.execute("RESET ROLE; UPDATE cases_identityreveal SET state = 'approved', decided_by_id = asked_by_id")


@pytest.mark.parametrize("sight", ["house", "person"])
def test_nobody_asks_in_the_name_of_another(city, now, sight):
    who = acting.as_house() if sight == "house" else acting.as_person(city.clerk.pk)
    asked = {"reason": "contact", "ground": "示例", "asked_by": city.mediator, "asked_at": now}
    with who, transaction.atomic(), pytest.raises(DatabaseError, match="row-level security"):
        city.case.reveals.create(**asked)


def test_the_leave_cannot_be_made_longer(city, now):
    asked = decide(city, ask(city, now=now), now=now)
    with acting.as_person(city.officer.pk):
        assert IdentityReveal.objects.filter(pk=asked.pk).update(ends_at=now + timedelta(days=1)) == 0
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="identityreveal_ends"):
        cursor.execute("RESET ROLE; UPDATE cases_identityreveal SET ends_at = ends_at + interval '1 second'")


@pytest.mark.parametrize("change", [{"name": "样本丙"}, {"informant": None, "name": "样本丙"}, {"mobile": MOBILE}])
def test_the_database_takes_no_name_into_such_a_matter(city, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        city.case.parties.filter(role="applicant").update(**change)
    with pytest.raises(IntegrityError):
        Party.objects.create(case=city.case, role="applicant", name="样本丙")


def test_whoever_has_no_part_in_the_matter_neither_decides_nor_is_told(city, now):
    recused(city.case, person=city.director, by=city.clerk, now=THEN)
    asked = ask(city, now=now)
    with pytest.raises(IdentityReveal.DoesNotExist):
        decide(city, asked, now=now)
    told = OutboxMessage.objects.filter(key__startswith="identity:").values_list("recipient__username", flat=True)
    assert set(told) == {"officer", "second"}


@pytest.mark.parametrize("who", ["clerk", "town_supervisor", "mediator"])
def test_only_officers_and_directors_decide(city, now, who):
    asked = ask(city, now=now, who="village_triage")
    with pytest.raises(Case.DoesNotExist):
        decide(city, asked, now=now, who=who)


def test_messages_hold_the_number_of_the_matter_and_no_more(city, now):
    decide(city, ask(city, now=now), now=now, verb=refuse_identity)
    rows = OutboxMessage.objects.filter(key__startswith="identity:")
    assert {row.recipient for row in rows} == {city.officer, city.second, city.director, city.mediator}
    text = " ".join(f"{row.subject} {row.body}" for row in rows)
    assert city.case.number in text
    assert [word for word in (NAME, "示例", "举报人 A") if word in text] == []


def test_a_request_lapses_after_a_day_and_can_be_made_again(city, now):
    asked = ask(city, now=now - timedelta(days=1))
    with pytest.raises(IllegalTransition, match="失效"):
        decide(city, asked, now=now)
    assert not has_lapsed(asked.asked_at, now - timedelta(seconds=1))
    ask(city, now=now)
    with pytest.raises(DomainError, match="已经申请"):
        ask(city, now=now)


def test_what_was_decided_is_not_decided_again(city, now):
    asked = decide(city, ask(city, now=now), now=now, verb=refuse_identity)
    with pytest.raises(IllegalTransition):
        decide(city, asked, now=now, who="officer")
    assert (asked.state, asked.ends_at) == (DecisionState.REFUSED, None)


def test_nobody_asks_where_nobody_decides_or_nothing_is_hidden(city, now):
    with pytest.raises(IllegalTransition):
        ask(city, now=now, case=triaged(city, now=THEN))
    for name in ("officer", "second", "director"):
        recused(city.case, person=city.people[name], by=city.clerk, now=THEN)
    with pytest.raises(DomainError, match="密件办理员"):
        ask(city, now=now)


def test_the_nearest_center_decides_and_under_seal_its_officers_alone(city):
    above = make_person("above", Role.CENTER_DIRECTOR, city.centers["330681"])
    local = {city.officer.pk, city.second.pk}
    assert custodians(city.case, on=THEN.date(), but=()) == {*local, city.director.pk}
    city.case.sensitivity = Sensitivity.SEALED
    assert custodians(city.case, on=THEN.date(), but=()) == local
    city.case.sensitivity = Sensitivity.CONFIDENTIAL
    assert custodians(city.case, on=THEN.date(), but={*local, city.director.pk}) == {above.pk}


def test_every_step_is_in_the_trail_and_on_the_timeline(city, now):
    decide(city, ask(city, now=now), now=now)
    shown(city, now=now)
    events = {"identity_asked": city.mediator.pk, "identity_opened": city.director.pk}
    told = AuditEntry.objects.filter(data__event__in=list(events)).values_list("data__event", "actor")
    assert dict(told) == events
    assert dict(Event.objects.filter(kind__in=list(events)).values_list("kind", "actor")) == events
    entry = AuditEntry.objects.get(act=AuditAct.REVEALED)
    assert (entry.actor, entry.subject_kind) == (city.mediator, "cases.identityreveal")
    assert entry.data == {"field": "identity", "reason": "contact"}


def test_every_showing_is_counted_and_above_the_budget_refused(city, now, settings):
    settings.REVEALS_A_DAY = 1
    decide(city, ask(city, now=now), now=now)
    assert shown(city, now=now) == [NAME]
    with pytest.raises(BudgetSpent):
        shown(city, now=now)


def test_the_desk_of_requests_is_for_those_who_can_decide(city, now):
    ask(city, now=now, who="officer")
    waiting = {
        name for name in ("officer", "second", "director") if DESKS["to_reveal"].rows(city.people[name], now=now)
    }
    assert waiting == {"second", "director"}
    assert not DESKS["to_reveal"].rows(city.director, now=now + timedelta(days=1))


def _act(city, client, name, **given):
    return client.post(reverse("admin:cases_case_act", args=[city.case.pk, name]), given).status_code


def test_by_page_from_the_request_to_the_name_and_never_kept_by_a_browser(city, client):
    page, door = (reverse(f"admin:cases_case_{name}", args=[city.case.pk]) for name in ("change", "identity"))
    client.force_login(city.mediator)
    assert "申请查看举报人身份" in client.get(page).content.decode()
    assert _act(city, client, "ask_identity", reason="contact", ground="示例") == 302
    assert client.post(door).status_code == 404
    client.force_login(city.director)
    assert "待审批：查看举报人身份" in client.get(reverse("admin:index")).content.decode()
    assert _act(city, client, "approve_identity", asked=IdentityReveal.objects.get().pk, remark="示例") == 302
    client.force_login(city.mediator)
    answer = client.post(door)
    text = answer.content.decode()
    assert (NAME in text, MOBILE in text, ADDRESS in text, "30 分钟" in text) == (True,) * 4
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Refresh"].partition(";")[0] in {"1799", "1798", "1797", "1796", "1795"}
    assert client.get(door).status_code == 404


def test_every_page_shows_letters(city, client):
    client.force_login(city.mediator)
    pages = [reverse(f"admin:cases_case_{name}", args=[city.case.pk]) for name in ("change", "receipt", "history")]
    pages += [reverse("admin:index"), reverse("admin:cases_case_changelist")]
    texts = [client.get(page).content.decode() for page in pages]
    assert [word for text in texts for word in (NAME, MOBILE, "138****0001", ADDRESS) if word in text] == []
    assert "举报人 A" in texts[0]
    assert not client.get(pages[-1], {"q": NAME}).context["cl"].result_list
    party = city.case.parties.get(role="applicant")
    assert client.get(reverse("admin:cases_case_reveal", args=[city.case.pk, party.pk, "name"])).status_code == 404


def test_above_the_budget_the_page_says_so_and_shows_nothing(city, client, settings):
    settings.REVEALS_A_DAY = 0
    moment = clock.now()
    decide(city, ask(city, now=moment), now=moment)
    client.force_login(city.mediator)
    answer = client.post(reverse("admin:cases_case_identity", args=[city.case.pk]))
    assert (answer.status_code, NAME in answer.content.decode()) == (422, False)
    assert AuditEntry.objects.get(act=AuditAct.REVEALED).outcome == "refused"
