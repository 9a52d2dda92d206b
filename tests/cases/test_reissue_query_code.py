import pytest

from cases.enums import EventKind
from cases.models import Case
from cases.services.query_code import ALPHABET, hash_query_code, make_query_code, reissue_query_code
from cases.services.register import register_case
from tests.factories import at, new_case

NOW = at("2026-11-18")


@pytest.fixture
def registered_with_code(house):
    return register_case(new_case(house), actor=house.clerk, received_at=NOW, now=NOW)


def _found_by(code):
    return Case.objects.filter(query_code_hash=hash_query_code(code)).first()


def test_a_code_has_twelve_characters_that_no_eye_confuses():
    codes = [make_query_code() for _ in range(200)]
    assert {len(code) for code in codes} == {12}
    assert len(set(codes)) == 200
    assert set("".join(codes)) <= set(ALPHABET)
    assert not set("01IO") & set(ALPHABET)
    assert len(set(ALPHABET)) == 32


def test_a_new_code_works_and_the_old_one_is_dead_at_once(house, registered_with_code):
    case, old = registered_with_code
    assert _found_by(old) == case
    _case, new = reissue_query_code(case.pk, actor=house.clerk, now=NOW)
    assert (_found_by(new), _found_by(old)) == (case, None)


def test_the_reissue_stands_in_the_timeline_without_the_code(house, registered_with_code):
    case, code = reissue_query_code(registered_with_code[0].pk, actor=house.clerk, now=NOW)
    event = case.events.get(kind=EventKind.CODE_ISSUED)
    assert (event.actor, event.data) == (house.clerk, {})
    assert code not in case.query_code_hash


@pytest.mark.parametrize("actor", ["neighbour_clerk", "other_county_supervisor", "nobody", "town_supervisor"])
def test_whoever_may_not_register_there_issues_no_code(house, registered_with_code, actor):
    case, code = registered_with_code
    with pytest.raises(Case.DoesNotExist):
        reissue_query_code(case.pk, actor=getattr(house, actor), now=NOW)
    assert _found_by(code) == case


def test_no_code_is_issued_for_a_case_that_never_existed(house):
    with pytest.raises(Case.DoesNotExist):
        reissue_query_code(1, actor=house.clerk, now=NOW)
