"""Referral: passed to a competent unit, signed for or objected to, decided, while every clock goes on."""

import pytest
from django.urls import reverse

from cases.enums import Category, Grade
from cases.models import Case
from cases.pages.case import waiting_for
from cases.reports import DESKS
from cases.services.recuse import Target, name_accused
from centers.enums import Role, UnitKind
from centers.models import Unit
from core.errors import DomainError, IllegalTransition, SeparationOfDuties
from petitions.admin import referral_acts
from petitions.enums import Action, ClaimRoute, Kind, NoticeKind, ReferralKind
from petitions.reports.referrals import units_for
from petitions.services.notices import serve_referral_notice
from petitions.services.opinion import accept_petition
from petitions.services.refer import (
    NewReferral,
    decide_competence,
    decide_objection,
    object_to_referral,
    receive_referral,
    refer_petition,
)
from petitions.services.triage import Triage, triage_petition
from petitions.services.verify import confirm_petition
from tests.cases.papers import with_papers
from tests.factories import LONG_AGO, appoint, at, make_person
from tests.petitions.ends import end
from tests.petitions.office import petitioned, told, triaged
from tests.test_language import english_words

NOW = at("2026-09-22")
LATER = at("2026-09-23")
REASONS = "该事项属于县级住房和城乡建设主管部门职权范围，本单位无权处理。（示例）"


@pytest.fixture
def units(house):
    """Put two more units with leaders and a handler into the town, and a director over it."""
    made = {}
    for name in ("roads", "land"):
        unit = made[name] = Unit.objects.create(center=house.town, name=f"枫桥镇{name}办（示例）", kind=UnitKind.ORGAN)
        for role in (Role.UNIT_LEADER, Role.HANDLER):
            made[f"{name}_{role}"] = make_person(f"{name}_{role}", role, house.town, unit=unit)
    made["director"] = make_person("town_director", Role.CENTER_DIRECTOR, house.town)
    return made


def to_refer(house, *, now=NOW, kind=Kind.CLAIM, route=ClaimRoute.PETITION):
    case = petitioned(house, now=now, kind=kind)
    new = Triage(kind, route, Category.EXPROPRIATION, Grade.GENERAL, None)
    return triage_petition(case.pk, triage=new, actor=house.town_triage, now=now)


def refer(house, case, unit, *, now=NOW, by="town_triage", kind=ReferralKind.FORWARD, until=None):
    new = NewReferral(kind, unit, "请依法办理。（示例）", until)
    refer_petition(case.pk, new=new, actor=getattr(house, by), now=now)
    return Case.objects.get(pk=case.pk)


def referred(house, units, **changes):
    return refer(house, to_refer(house), units["roads"], **changes)


def object_(case, units, *, now=LATER, name="roads", reasons=REASONS):
    by = units[f"{name}_unit_leader"]
    return object_to_referral(case.pk, reasons=reasons, suggested="住建局（示例）", actor=by, now=now)


def decide(house, case, *, is_upheld, by="town_triage", now=LATER):
    decide_objection(case.pk, is_upheld=is_upheld, decision="已核实。（示例）", actor=getattr(house, by), now=now)
    return Case.objects.get(pk=case.pk)


def receive(case, units, *, name="roads", now=LATER, handler=None):
    by = units[f"{name}_unit_leader"]
    return receive_referral(case.pk, handler=handler or units[f"{name}_handler"], actor=by, now=now)


def _due(case, kind):
    return case.clocks.filter(kind=kind).latest("pk").due_on.isoformat()


def test_it_lies_with_the_unit_and_the_petitioner_is_owed_where_it_went(house, units):
    case = referred(house, units)
    assert (case.petition.state, case.unit, case.handler) == ("referred", units["roads"], None)
    notice = case.petition_notices.owed().get()
    assert (notice.kind, notice.clock.kind) == (NoticeKind.REFERRAL, "PET_NOTICE_DIRECT")
    serve_referral_notice(case.pk, notice_id=notice.pk, new=told(LATER.date()), actor=house.town_triage, now=LATER)
    assert case.clocks.get(kind="PET_NOTICE_DIRECT").state == "met"


def test_the_page_says_whose_turn_it_is_while_nobody_handles_it(house, units):
    case = to_refer(house)
    assert "转送交办" in waiting_for(case)
    case = refer(house, case, units["roads"])
    assert "枫桥镇roads办（示例）签收或者提出异议" in waiting_for(case)
    object_(case, units)
    assert "异议作出决定" in waiting_for(Case.objects.get(pk=case.pk))


def test_the_receiver_has_five_working_days_to_object_and_fifteen_days_to_tell(house, units):
    case = referred(house, units)
    # From 25 to 27 September it is Mid-Autumn; 10 October is worked, 1 to 7 October are free.
    assert (_due(case, "PET_OBJECT"), _due(case, "PET_NOTICE_REFERRED")) == ("2026-09-30", "2026-10-08")
    receive(case, units)
    accept_petition(case.pk, actor=units["roads_handler"], now=LATER)
    served_on = case.petition_notices.get(kind=NoticeKind.ACCEPTANCE)
    assert served_on.clock.kind == "PET_NOTICE_REFERRED"


@pytest.mark.parametrize(("moment", "is_open"), [(at("2026-09-30", 23), True), (at("2026-10-01", 9), False)])
def test_on_the_sixth_working_day_nobody_objects_any_more(house, units, moment, is_open):
    case = referred(house, units)
    if is_open:
        assert object_(case, units, now=moment).objected_at == moment
    else:
        with pytest.raises(DomainError, match="23"):
            object_(case, units, now=moment)


def test_an_objection_after_it_was_signed_for_is_open_until_it_is_accepted(house, units):
    case = referred(house, units)
    receive(case, units)
    object_(case, units)
    assert Case.objects.get(pk=case.pk).handler is None
    other = referred(house, units)
    receive(other, units)
    accept_petition(other.pk, actor=units["roads_handler"], now=LATER)
    with pytest.raises(IllegalTransition):
        object_(other, units)


@pytest.mark.parametrize("reasons", ["", "不属于本单位。", " " * 30])
def test_an_objection_has_detailed_reasons(house, units, reasons):
    with pytest.raises(DomainError, match="23"):
        object_(referred(house, units), units, reasons=reasons)


def test_only_the_leader_of_the_unit_signs_for_it_or_objects_and_gives_it_to_its_own_people(house, units):
    case = referred(house, units)
    for act in (lambda: object_(case, units, name="land"), lambda: receive(case, units, name="land")):
        with pytest.raises(DomainError):
            act()
    with pytest.raises(DomainError):
        receive(case, units, handler=house.petition_handler)
    assert receive(case, units).handler == units["roads_handler"]


def test_what_is_upheld_comes_back_and_goes_to_another_unit_while_the_clocks_go_on(house, units):
    case = referred(house, units)
    first = case.clocks.get(kind="PET_NOTICE_REFERRED")
    object_(case, units)
    assert _due(case, "PET_COMPETENCE") == "2026-10-08"
    case = decide(house, case, is_upheld=True)
    assert (case.petition.state, case.unit, case.petition_notices.owed().count()) == ("triaged", None, 0)
    case = refer(house, case, units["land"], now=at("2026-09-28"))
    first.refresh_from_db()
    assert (first.state, first.unit, first.due_on.isoformat()) == ("running", units["land"], "2026-10-08")
    assert case.clocks.filter(kind="PET_NOTICE_REFERRED").count() == 1


def test_a_quarrel_about_competence_gives_nobody_more_time(house, units):
    case = referred(house, units)
    object_(case, units)
    refer(house, decide(house, case, is_upheld=True), units["land"], now=at("2026-09-28"))
    receive(case, units, name="land", now=at("2026-10-20"))
    accept_petition(case.pk, actor=units["land_handler"], now=at("2026-10-20"))
    # sixty days from 7 October, the fifteenth day after the first referral, is 6 December, a Sunday
    assert _due(case, "PET_HANDLE") == "2026-12-07"


def test_what_is_rejected_stays_with_the_unit(house, units):
    case = referred(house, units)
    object_(case, units)
    case = decide(house, case, is_upheld=False)
    assert (case.petition.state, case.unit) == ("referred", units["roads"])
    assert receive(case, units).unit == units["roads"]


def test_a_unit_takes_a_rejection_before_the_common_superior(house, units):
    case = referred(house, units)
    object_(case, units)
    decide(house, case, is_upheld=False)
    object_(case, units)
    first, again = case.referrals.order_by("pk")
    assert (first.decided_at, again.objected_at, again.decided_at) == (LATER, LATER, None)
    with pytest.raises(DomainError, match="24"):
        decide(house, case, is_upheld=False)
    new = NewReferral(ReferralKind.FORWARD, units["land"], "由该单位办理。（示例）")
    decide_competence(case.pk, new=new, actor=units["director"], now=LATER)
    with pytest.raises(DomainError, match="24"):
        refer(house, case, units["roads"], now=LATER)


def test_until_it_is_signed_for_it_can_be_sent_elsewhere_and_one_notice_is_owed(house, units):
    case = refer(house, referred(house, units), units["land"], now=LATER)
    owed = case.petition_notices.owed().get()
    assert (case.unit, owed.owed_since, case.clocks.running().filter(kind="PET_OBJECT").count()) == (
        units["land"], LATER, 1,
    )  # fmt: skip
    with pytest.raises(DomainError):
        receive(case, units)
    receive(case, units, name="land")


def test_whoever_objected_does_not_decide_about_it(house, units):
    case = referred(house, units)
    object_(case, units)
    appoint(units["roads_unit_leader"], role=Role.TRIAGE_OFFICER, center=house.town, starts_on=LONG_AGO)
    with pytest.raises(SeparationOfDuties):
        decide_objection(case.pk, is_upheld=True, decision="示例", actor=units["roads_unit_leader"], now=LATER)


def twice_objected(house, units):
    case = referred(house, units)
    object_(case, units)
    refer(house, decide(house, case, is_upheld=True), units["land"], now=LATER)
    object_(case, units, name="land")
    return Case.objects.get(pk=case.pk)


def test_the_second_objection_is_decided_by_the_director_of_the_common_superior_for_good(house, units):
    case = twice_objected(house, units)
    with pytest.raises(DomainError, match="24"):
        decide(house, case, is_upheld=False)
    new = NewReferral(ReferralKind.FORWARD, units["roads"], "道路属该单位职责。（示例）")
    decide_competence(case.pk, new=new, actor=units["director"], now=LATER)
    case = Case.objects.get(pk=case.pk)
    assert (case.petition.state, case.unit) == ("referred", units["roads"])
    with pytest.raises(DomainError, match="24"):
        object_(case, units)
    assert receive(case, units).handler == units["roads_handler"]


def test_an_objection_is_on_the_desk_of_whoever_decides_about_it(house, units):
    first, second = referred(house, units), twice_objected(house, units)
    object_(first, units)
    whose = {"objections_to_decide": house.town_triage, "competence_to_decide": units["director"]}
    found = {name: set(DESKS[name].rows(by, now=LATER)) for name, by in whose.items()}
    assert found == {"objections_to_decide": {first}, "competence_to_decide": {second}}


def test_nobody_else_decides_for_the_common_superior(house, units):
    case, new = twice_objected(house, units), NewReferral(ReferralKind.FORWARD, units["roads"], "示例")
    other = make_person("county_director", Role.CENTER_DIRECTOR, house.county)
    with pytest.raises(DomainError, match="24"):
        decide_competence(case.pk, new=new, actor=other, now=LATER)
    for person in (house.town_triage, house.town_supervisor, units["roads_unit_leader"]):
        with pytest.raises(Case.DoesNotExist):
            decide_competence(case.pk, new=new, actor=person, now=LATER)
    appoint(house.town_triage, role=Role.CENTER_DIRECTOR, center=house.town, starts_on=LONG_AGO)
    with pytest.raises(SeparationOfDuties):
        decide_competence(case.pk, new=new, actor=house.town_triage, now=LATER)


def test_the_first_objection_is_not_the_superiors(house, units):
    case = referred(house, units)
    object_(case, units)
    new = NewReferral(ReferralKind.FORWARD, units["land"], "示例")
    with pytest.raises(DomainError, match="23"):
        decide_competence(case.pk, new=new, actor=units["director"], now=LATER)


def test_r2_it_does_not_go_to_whom_it_complains_of(house, units):
    case = to_refer(house)
    name_accused(case.pk, accused=Target(unit=units["roads"]), actor=house.town_supervisor, now=NOW)
    assert units["roads"] not in units_for(case, on=NOW.date())
    with pytest.raises(DomainError):
        refer(house, case, units["roads"])
    name_accused(case.pk, accused=Target(person=units["land_unit_leader"]), actor=house.town_supervisor, now=NOW)
    with pytest.raises(DomainError):
        refer(house, case, units["land"])


def test_a_claim_for_an_opinion_goes_to_no_committee_and_nothing_to_a_unit_without_a_leader(house, units):
    empty = Unit.objects.create(center=house.town, name="无人办（示例）", kind=UnitKind.ORGAN)
    committee = Unit.objects.create(center=house.town, name="镇调委会（示例）", kind=UnitKind.MEDIATION_COMMITTEE)
    make_person("committee_leader", Role.UNIT_LEADER, house.town, unit=committee)
    case = to_refer(house)
    offered = units_for(case, on=NOW.date())
    assert {units["roads"], units["land"], house.office} == set(offered)
    assert not {empty, committee, house.unit} & set(offered)
    suggestion = to_refer(house, kind=Kind.SUGGESTION, route=None)
    assert committee in units_for(suggestion, on=NOW.date())


def test_an_accusation_is_not_referred(house, units):
    case = triaged(house, now=NOW, kind=Kind.ACCUSATION, sensitivity="sealed")
    with pytest.raises((IllegalTransition, Case.DoesNotExist)):
        refer(house, case, units["roads"], by="officer")


@pytest.mark.parametrize(
    ("kind", "until"),
    [(ReferralKind.ASSIGN, None), (ReferralKind.FORWARD, "2026-10-20"), (ReferralKind.ASSIGN, "2026-09-22")],
)
def test_what_is_assigned_and_nothing_else_has_a_day_to_come(house, units, kind, until):
    with pytest.raises(DomainError):
        referred(house, units, kind=kind, until=until and at(until).date())


def assigned_from_the_county(house, units):
    """Return a petition that the county, which holds it, assigned to the town's unit, and that was withdrawn there."""
    case = to_refer(house)
    Case.objects.filter(pk=case.pk).update(holder=house.county)
    case = refer(
        house, case, units["roads"], by="county_triage", kind=ReferralKind.ASSIGN, until=at("2026-10-20").date()
    )
    assert (_due(case, "PET_ASSIGNED"), case.holder) == ("2026-10-20", house.town)
    receive(case, units)
    house.people["roads_handler"] = units["roads_handler"]
    return end(house, case, Action.WITHDRAW, now=LATER, by="roads_handler", stated_on=LATER.date())


def test_what_was_assigned_is_checked_for_whoever_assigned_it(house, units):
    case = assigned_from_the_county(house, units)
    with pytest.raises(DomainError, match="22"):
        confirm_petition(with_papers(case).pk, remark="示例", actor=house.town_supervisor, now=LATER)
    assert case.papers.filter(kind="result_report").count() == 1
    confirm_petition(case.pk, remark="示例", actor=house.county_supervisor, now=LATER)
    assert case.clocks.get(kind="PET_ASSIGNED").state == "met"


@pytest.mark.parametrize("build", [referred, twice_objected], ids=["referred", "objected to twice"])
def test_the_page_and_every_open_act_of_a_referral_are_chinese(house, units, client, build, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: LATER)
    case, own, found = build(house, units), {act.name for act in referral_acts()}, set()
    names = sorted([*house.people, *units, "town_director"], key=len, reverse=True)
    for person in (house.town_triage, units["roads_unit_leader"], units["land_unit_leader"], units["director"]):
        client.force_login(person)
        page = client.get(reverse("admin:cases_case_change", args=[case.pk]))
        pages = [page]
        for act in {act.name for act in page.context["buttons"].acts} & own:
            url = reverse("admin:cases_case_act", args=[case.pk, act])
            pages += [client.get(url), client.post(url)]
        found |= {word for shown in pages for word in english_words(shown.content.decode(), names)}
    assert found == set()
