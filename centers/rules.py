"""Who may do what, and how division codes are built. No rows are read here."""

from typing import Final

from centers.enums import Level, Role

LEVELS: Final = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWN, Level.VILLAGE)

# Digits of a division code by level: GB/T 2260 gives six down to the county, towns and villages add three each.
CODE_DIGITS: Final = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.TOWN: 9, Level.VILLAGE: 12}

_READS_THE_HOUSE: Final = frozenset({"centers.view_center", "centers.view_unit", "centers.view_workcalendarday"})
_READS_CASES: Final = _READS_THE_HOUSE | {"cases.view_case", "grids.view_grid"}

ROLE_PERMISSIONS: Final[dict[Role, frozenset[str]]] = {
    Role.INTAKE_CLERK: _READS_CASES | {"cases.add_case"},
    Role.TRIAGE_OFFICER: _READS_CASES | {"cases.add_case", "cases.triage_case", "cases.assign_case"},
    Role.MEDIATOR: _READS_THE_HOUSE | {"cases.handle_case"},
    Role.HANDLER: _READS_THE_HOUSE | {"cases.handle_case"},
    Role.UNIT_LEADER: _READS_CASES | {"supervision.view_supervisionnotice", "supervision.reply_supervisionnotice"},
    Role.SUPERVISOR: _READS_CASES
    | {
        "cases.assign_case",
        "cases.verify_case",
        "cases.supervise_case",
        "cases.view_clockrule",
        "supervision.view_supervisionnotice",
        "supervision.verify_supervisionnotice",
    },
    Role.CENTER_DIRECTOR: _READS_CASES
    | {
        "cases.assign_case",
        "cases.verify_case",
        "cases.supervise_case",
        "cases.view_clockrule",
        "supervision.view_supervisionnotice",
    },
    Role.ROSTER_MANAGER: _READS_THE_HOUSE
    | {
        "grids.view_grid",
        "grids.add_grid",
        "grids.change_grid",
        "grids.view_gridmember",
        "grids.import_roster",
        "grids.export_roster",
    },
    Role.SYSADMIN: _READS_THE_HOUSE
    | {
        "centers.add_unit",
        "centers.change_unit",
        "centers.change_workcalendarday",
        "cases.view_clockrule",
    },
    Role.SECADMIN: _READS_THE_HOUSE
    | {
        "core.view_user",
        "core.add_user",
        "core.change_user",
        "centers.view_post",
        "centers.add_post",
        "centers.change_post",
    },
}


def permissions_of(role: Role) -> frozenset[str]:
    """Return the permissions, ``app.codename`` each, that a post with ``role`` gives on its center and below."""
    return ROLE_PERMISSIONS[role]


def level_of_code(code: str) -> Level | None:
    """Return the level whose codes have as many digits as ``code``; None for a malformed code.

    >>> level_of_code("330681109") is Level.TOWN
    True
    """
    if not (code.isascii() and code.isdigit()):
        return None
    return next((level for level, digits in CODE_DIGITS.items() if digits == len(code)), None)


def parent_level(level: Level) -> Level | None:
    """Return the level right above ``level``, None for a province."""
    index = LEVELS.index(level)
    return LEVELS[index - 1] if index else None


def levels_above(level: Level) -> tuple[Level, ...]:
    """Return the levels above ``level``, the nearest first."""
    return tuple(reversed(LEVELS[: LEVELS.index(level)]))


def short_name(name: str) -> str:
    """Return a division's name as it stands in a case number, without the word for its level.

    >>> short_name("枫桥镇"), short_name("塔山街道")
    ('枫桥', '塔山')
    """
    for suffix in ("街道", "镇", "乡", "市", "区", "县"):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name
