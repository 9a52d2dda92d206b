import pytest

from centers.enums import Role
from core.errors import IllegalTransition
from supervision.enums import NoticeState
from supervision.models import SupervisionNotice
from supervision.services.answer import sign_for_notice
from supervision.services.sweep import sweep
from tests.factories import at, make_person, noticed, race

WEDNESDAY = at("2026-11-18")
LATER = at("2026-11-24", 10)
TOWN_LATE = at("2026-12-03", 8, 30)


@pytest.fixture
def notice(house):
    return noticed(house, now=WEDNESDAY)


def test_the_leader_of_the_unit_signs(house, notice):
    signed = sign_for_notice(notice.pk, actor=house.unit_leader, now=LATER)
    assert (signed.state, signed.signed_by, signed.signed_at) == (NoticeState.SIGNED_FOR, house.unit_leader, LATER)
    assert notice.case.events.get(kind="notice_signed_for").data == {"number": notice.number}


def test_a_notice_is_signed_for_once(house, notice):
    sign_for_notice(notice.pk, actor=house.unit_leader, now=LATER)
    with pytest.raises(IllegalTransition):
        sign_for_notice(notice.pk, actor=house.unit_leader, now=LATER)


@pytest.mark.parametrize("actor", ["neighbour_town_supervisor", "other_county_supervisor", "nobody", "mediator"])
def test_an_outsider_finds_no_such_notice(house, notice, actor):
    with pytest.raises(SupervisionNotice.DoesNotExist):
        sign_for_notice(notice.pk, actor=getattr(house, actor), now=LATER)


@pytest.mark.parametrize("actor", ["town_supervisor", "county_supervisor", "village_triage", "clerk"])
def test_without_the_right_to_answer_there_is_no_such_notice(house, notice, actor):
    with pytest.raises(SupervisionNotice.DoesNotExist):
        sign_for_notice(notice.pk, actor=getattr(house, actor), now=LATER)
    assert SupervisionNotice.objects.get().state == NoticeState.ISSUED


def test_the_village_does_not_sign_for_a_notice_to_the_town(house, notice):
    sweep(now=TOWN_LATE)
    to_town = SupervisionNotice.objects.get(center=house.town)
    with pytest.raises(SupervisionNotice.DoesNotExist):
        sign_for_notice(to_town.pk, actor=house.unit_leader, now=TOWN_LATE)
    leader = make_person("town_leader", Role.UNIT_LEADER, house.town)
    assert sign_for_notice(to_town.pk, actor=leader, now=TOWN_LATE).signed_by == leader


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_at_the_same_moment_one_wins(house):
    notice = noticed(house, now=WEDNESDAY)
    answers = race(*[lambda: sign_for_notice(notice.pk, actor=house.unit_leader, now=LATER)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["IllegalTransition", "SupervisionNotice"]
    assert notice.case.events.filter(kind="notice_signed_for").count() == 1
