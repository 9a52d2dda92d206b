import doctest

import pytest

from centers import rules
from centers.enums import Level, Role
from centers.rules import level_of_code, levels_above, parent_level, permissions_of, short_name

SEES_CASES = {
    Role.INTAKE_CLERK,
    Role.TRIAGE_OFFICER,
    Role.UNIT_LEADER,
    Role.SUPERVISOR,
    Role.CENTER_DIRECTOR,
}


def test_the_examples_in_the_rules_hold():
    assert doctest.testmod(rules).failed == 0


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("33", Level.PROVINCE),
        ("3306", Level.CITY),
        ("330681", Level.COUNTY),
        ("330681109", Level.TOWN),
        ("330681109200", Level.VILLAGE),
        ("", None),
        ("330", None),
        ("33068x", None),
        ("３３", None),
    ],
)
def test_the_number_of_digits_tells_the_level(code, level):
    assert level_of_code(code) == level


def test_every_level_but_the_province_has_one_right_above():
    found = [parent_level(level) for level in Level]
    assert found == [None, Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWN]


def test_the_levels_above_are_named_from_the_nearest():
    assert levels_above(Level.TOWN) == (Level.COUNTY, Level.CITY, Level.PROVINCE)
    assert levels_above(Level.PROVINCE) == ()


@pytest.mark.parametrize(
    ("name", "short"),
    [("枫桥镇", "枫桥"), ("塔山街道", "塔山"), ("诸暨市", "诸暨"), ("枫源村", "枫源村"), ("东乡", "东乡")],
)
def test_a_short_name_goes_without_the_word_for_the_level(name, short):
    assert short_name(name) == short


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_the_cases_of_its_centers_or_only_its_own(role):
    assert ("cases.view_case" in permissions_of(role)) is (role in SEES_CASES)


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN])
def test_no_administrator_holds_a_right_on_cases_or_people_in_grids(role):
    touched = {permission for permission in permissions_of(role) if permission.startswith(("cases.", "grids."))}
    assert touched <= {"cases.view_clockrule", "cases.retry_clockstep"}


def test_only_the_security_administrator_makes_accounts_and_posts():
    makers = {role for role in Role if permissions_of(role) & {"centers.add_post", "core.add_user"}}
    assert makers == {Role.SECADMIN}


def test_only_a_director_changes_limits_and_the_forms_of_papers():
    for right in ("cases.change_clockrule", "cases.change_papertemplate"):
        assert {role for role in Role if right in permissions_of(role)} == {Role.CENTER_DIRECTOR}
