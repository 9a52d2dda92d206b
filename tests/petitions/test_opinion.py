"""The opinion on a claim: the petitioner is heard, one drafts, the leader signs, it is served with proof."""

import pytest
from django.db import IntegrityError, transaction

from cases.enums import EventKind, Stage
from cases.models import Case
from centers.enums import Role
from core.errors import DomainError, IllegalTransition, SeparationOfDuties
from petitions.enums import ClaimRoute, NoticeKind, ServiceMethod
from petitions.models import Notice, Opinion
from petitions.services.notices import NoticeOwed, serve_notice
from petitions.services.opinion import accept_petition, draft_opinion, send_back_opinion, serve_opinion, sign_opinion
from tests.factories import LONG_AGO, appoint, at, attached, race
from tests.petitions.office import (
    accepted,
    drafted,
    make_office,
    new_opinion,
    opinion_served,
    served,
    signed,
    told,
    triaged,
)

NOW = at("2026-03-02")
TODAY = NOW.date()
LATER = at("2026-03-10")


def _draft(house, case, **changes):
    opinion = new_opinion(changes.pop("heard_on", TODAY), **changes)
    return draft_opinion(case.pk, new=opinion, actor=house.petition_handler, now=LATER)


def _sign(house, case, by="petition_leader", verb=sign_opinion):
    return verb(case.pk, remark="示例", actor=getattr(house, by), now=LATER)


def test_whoever_accepts_owes_the_notice_and_starts_the_sixty_days(house):
    case = triaged(house, now=NOW)
    accept_petition(case.pk, actor=house.petition_handler, now=LATER)
    case = Case.objects.get(pk=case.pk)
    notice = case.petition_notices.get()
    assert (case.petition.state, case.stage, notice.kind) == ("accepted", Stage.HANDLING, "acceptance")
    assert notice.clock == case.clocks.get(kind="PET_NOTICE_DIRECT")
    assert case.clocks.get(kind="PET_HANDLE").due_on.isoformat() == "2026-05-09"


def test_only_the_one_on_whose_desk_it_lies_accepts(house):
    case = triaged(house, now=NOW)
    for by in (house.petition_leader, house.town_triage, house.town_mediator, house.other_county_supervisor):
        with pytest.raises(Case.DoesNotExist):
            accept_petition(case.pk, actor=by, now=LATER)


def test_a_claim_with_another_route_is_not_accepted_here(house):
    case = triaged(house, now=NOW, route=ClaimRoute.ARBITRATION)
    with pytest.raises(IllegalTransition):
        accept_petition(case.pk, actor=house.petition_handler, now=LATER)


def test_nothing_is_drafted_before_the_petitioner_was_told_and_heard(house):
    case = triaged(house, now=NOW)
    accept_petition(case.pk, actor=house.petition_handler, now=LATER)
    with pytest.raises(NoticeOwed):
        _draft(house, case)
    served(house, case, NoticeKind.ACCEPTANCE, now=LATER)
    for day in (None, at("2026-03-01").date(), at("2026-03-11").date()):
        with pytest.raises(DomainError):
            _draft(house, case, heard_on=day)
    assert _draft(house, case).heard_on == TODAY


def test_nobody_hears_whom_nobody_knows(house):
    case = accepted(house, now=NOW, is_anonymous=True, parties=[])
    assert case.petition_notices.get().waived_at == NOW
    assert _draft(house, case, heard_on=None).heard_on is None


@pytest.mark.parametrize("part", ["claim", "facts", "opinion", "basis", "review_organ"])
def test_r7_an_opinion_is_whole_and_names_the_remedy(house, part):
    case = accepted(house, now=NOW)
    with pytest.raises(DomainError, match="35"):
        _draft(house, case, **{part: " "})
    drafted = _draft(house, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=drafted.pk).update(**{part: ""})


def test_the_leader_of_the_unit_signs_and_it_gets_its_number(house):
    case = drafted(house, now=NOW)
    opinion = _sign(house, case)
    assert (opinion.number, opinion.signed_by) == ("(2026)枫桥访意字第0001号", house.petition_leader)
    assert Case.objects.get(pk=case.pk).petition.state == "opinion_issued"
    assert case.petition_notices.owed().get().kind == NoticeKind.OPINION


@pytest.mark.parametrize("verb", [sign_opinion, send_back_opinion])
def test_a_leader_of_another_unit_signs_nothing(house, verb):
    case = drafted(house, now=NOW)
    appoint(house.unit_leader, role=Role.UNIT_LEADER, center=house.town, starts_on=LONG_AGO)
    with pytest.raises(DomainError):
        _sign(house, case, by="unit_leader", verb=verb)
    for by in ("petition_handler", "town_supervisor", "nobody"):
        with pytest.raises(Case.DoesNotExist):
            _sign(house, case, by=by, verb=verb)


def test_whoever_drafted_it_does_not_sign_it_even_as_the_leader(house):
    case = drafted(house, now=NOW)
    appoint(house.petition_handler, role=Role.UNIT_LEADER, center=house.town, unit=house.office, starts_on=LONG_AGO)
    with pytest.raises(SeparationOfDuties):
        _sign(house, case, by="petition_handler")


def test_a_draft_that_is_sent_back_is_written_anew(house):
    case = drafted(house, now=NOW)
    _sign(house, case, verb=send_back_opinion)
    assert Case.objects.get(pk=case.pk).petition.state == "accepted"
    _draft(house, case)
    _sign(house, case)
    assert [bool(one.sent_back_at) for one in case.opinions.all()] == [True, False]


def test_the_service_is_on_record_with_its_proof_and_reports_the_result(house):
    case = signed(house, now=NOW)
    file = attached(case, by=house.petition_handler, now=NOW)
    serve_opinion(
        case.pk, new=told(TODAY, method=ServiceMethod.POST, attachment_id=file.pk),
        actor=house.petition_handler, now=LATER,
    )  # fmt: skip
    notice = case.petition_notices.get(kind="opinion")
    assert (notice.served_on, notice.method, notice.attachment) == (TODAY, "post", file)
    assert (notice.served_by, notice.served_at) == (house.petition_handler, LATER)
    assert case.events.get(kind=EventKind.NOTICE_SERVED, data__notice="opinion").data["served_on"] == "2026-03-02"
    assert case.clocks.get(kind="PET_ASKREVIEW").due_on.isoformat() == "2026-04-01"


def test_r10_a_service_has_a_proof_and_a_day_that_can_be(house):
    case = signed(house, now=NOW)
    for new in (told(TODAY, proof=" "), told(at("2026-03-01").date()), told(at("2026-03-11").date())):
        with pytest.raises(DomainError):
            serve_opinion(case.pk, new=new, actor=house.petition_handler, now=LATER)
    assert Case.objects.get(pk=case.pk).petition.state == "opinion_issued"
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(case=case, kind="opinion").update(served_on=TODAY)


def test_the_service_of_an_opinion_is_an_act_of_its_own(house):
    case = signed(house, now=NOW)
    notice = case.petition_notices.owed().get()
    with pytest.raises(DomainError):
        serve_notice(case.pk, notice_id=notice.pk, new=told(TODAY), actor=house.petition_handler, now=LATER)


def test_a_notice_of_another_matter_is_not_served_here(house):
    case, other = signed(house, now=NOW), triaged(house, now=NOW)
    accept_petition(other.pk, actor=house.petition_handler, now=NOW)
    notice = other.petition_notices.get()
    with pytest.raises(Notice.DoesNotExist):
        serve_notice(case.pk, notice_id=notice.pk, new=told(TODAY), actor=house.petition_handler, now=LATER)


def test_nothing_is_served_twice(house):
    case = opinion_served(house, now=NOW)
    with pytest.raises(IllegalTransition):
        serve_opinion(case.pk, new=told(TODAY), actor=house.petition_handler, now=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_two_signatures_at_once_one_counts():
    house = make_office()
    case = drafted(house, now=NOW)
    answers = race(lambda: _sign(house, case), lambda: _sign(house, case))
    assert sorted(type(answer).__name__ for answer in answers) == ["IllegalTransition", "Opinion"]
    assert Opinion.objects.get().number == "(2026)枫桥访意字第0001号"
