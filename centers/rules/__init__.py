"""Who may do what, and how division codes are built. No rows are read here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from centers.enums import Level, Role

LEVELS: Final = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWN, Level.VILLAGE)

# Digits of a division code by level: GB/T 2260 gives six down to the county, towns and villages add three each.
CODE_DIGITS: Final = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.TOWN: 9, Level.VILLAGE: 12}

_READS_THE_HOUSE: Final = frozenset({"centers.view_center", "centers.view_unit", "centers.view_workcalendarday"})
_HAS_CASES: Final = (
    _READS_THE_HOUSE
    | {"cases.declare_interest", "cases.attach_file", "cases.ask_identity"}
    | {"disputes.flag_safety", "disputes.relate_case", "disputes.view_committee"}
)
_READS_CASES: Final = _HAS_CASES | {"cases.view_case", "grids.view_grid"}
_HANDS_OFF: Final = frozenset({"disputes.record_hand_off"})
_KEEPS_THE_REGISTER: Final = frozenset({"disputes.view_register", "disputes.export_ledger"})

ROLE_PERMISSIONS: Final[dict[Role, frozenset[str]]] = {
    Role.INTAKE_CLERK: _READS_CASES | _HANDS_OFF | {"cases.add_case"},
    Role.TRIAGE_OFFICER: _READS_CASES
    | _HANDS_OFF
    | {"cases.add_case", "cases.triage_case", "cases.assign_case", "cases.raise_sensitivity"},
    Role.MEDIATOR: _HAS_CASES | _HANDS_OFF | {"cases.handle_case", "disputes.view_register"},
    Role.HANDLER: _HAS_CASES | _HANDS_OFF | {"cases.handle_case"},
    Role.UNIT_LEADER: _READS_CASES
    | _KEEPS_THE_REGISTER
    | {"disputes.change_committee", "supervision.view_supervisionnotice", "supervision.reply_supervisionnotice"}
    | {"petitions.sign_opinion"},
    Role.SUPERVISOR: _READS_CASES
    | _KEEPS_THE_REGISTER
    | {
        "cases.assign_case",
        "cases.verify_case",
        "cases.supervise_case",
        "cases.extend_case",
        "cases.view_clockrule",
        "cases.view_papertemplate",
        "cases.retry_clockstep",
        "cases.raise_sensitivity",
        "supervision.view_supervisionnotice",
        "supervision.verify_supervisionnotice",
    },
    Role.CENTER_DIRECTOR: _READS_CASES
    | _KEEPS_THE_REGISTER
    | {
        "cases.assign_case",
        "cases.verify_case",
        "cases.supervise_case",
        "cases.extend_case",
        "cases.extend_top_case",
        "cases.view_clockrule",
        "cases.change_clockrule",
        "cases.view_papertemplate",
        "cases.change_papertemplate",
        "cases.raise_sensitivity",
        "cases.decide_identity",
        "supervision.view_supervisionnotice",
        "disputes.change_committee",
        "petitions.decide_competence",
    },
    Role.CONFIDENTIAL_OFFICER: _HAS_CASES
    | _HANDS_OFF
    | {
        "cases.view_sealed_case",
        "cases.raise_sensitivity",
        "cases.decide_identity",
        "cases.add_case",
        "cases.triage_case",
        "cases.assign_case",
        "cases.handle_case",
        "cases.verify_case",
        "grids.view_grid",
    },
    Role.ROSTER_MANAGER: _READS_THE_HOUSE
    | {
        "grids.view_grid",
        "grids.add_grid",
        "grids.change_grid",
        "grids.view_gridmember",
        "grids.import_roster",
        "grids.export_roster",
        "grids.export_unmasked",
    },
    Role.SYSADMIN: _READS_THE_HOUSE
    | {
        "centers.add_unit",
        "centers.change_unit",
        "centers.change_workcalendarday",
        "cases.view_clockrule",
        "core.view_externaldelivery",
        "core.change_externaldelivery",
        "core.view_webhookendpoint",
        "core.add_webhookendpoint",
        "core.change_webhookendpoint",
        "core.view_heartbeat",
        "core.view_fenceentry",
        "core.release_fenceentry",
        "cases.retry_clockstep",
    },
    Role.SECADMIN: _READS_THE_HOUSE
    | {
        "centers.view_standin",
        "centers.add_standin",
        "centers.change_standin",
        "core.view_user",
        "core.add_user",
        "core.change_user",
        "centers.view_post",
        "centers.add_post",
        "centers.change_post",
        "centers.view_reorganisation",
        "centers.add_reorganisation",
        "core.view_heartbeat",
        "core.view_fenceentry",
    },
    Role.AUDITADMIN: frozenset({"core.view_auditentry", "core.export_auditentry"}),
}
# Each holds this office and no other: GB/T 22239 keeps the three apart from one another and from the work itself.
ADMINISTRATORS: Final = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN})


def permissions_of(role: Role) -> frozenset[str]:
    """Return the permissions, ``app.codename`` each, that a post with ``role`` gives on its center and below."""
    return ROLE_PERMISSIONS[role]


def may_hold_both(one: Role, other: Role) -> bool:
    """Return whether one person may hold both offices on the same day.

    >>> may_hold_both(Role.MEDIATOR, Role.SUPERVISOR), may_hold_both(Role.SYSADMIN, Role.SUPERVISOR)
    (True, False)
    """
    return one == other or not ADMINISTRATORS & {one, other}


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


@dataclass(frozen=True, slots=True)
class Office:
    """One post as the rules see it: its role, the path of its center, and the days it is held."""

    role: Role
    path: str
    starts_on: date
    ends_on: date | None

    def is_held(self, first: date, last: date) -> bool:
        """Return whether the office is held on some day from ``first`` to ``last``."""
        return self.starts_on <= last and (self.ends_on is None or self.ends_on >= first)


def uncovered_office(held: Iterable[Office], by: Iterable[Office], *, first: date, last: date) -> Office | None:
    """Return an office held from ``first`` to ``last`` whose holder cannot be stood in for; None if there is none.

    Somebody stands in for an office who has, on all those of the days on which it is held, one with the same role at
    the same center or above it.
    """
    others = list(by)
    for office in held:
        if not office.is_held(first, last):
            continue
        since, until = max(first, office.starts_on), min(last, office.ends_on or last)
        if not any(_covers(other, office, since, until) for other in others):
            return office
    return None


def _covers(other: Office, office: Office, since: date, until: date) -> bool:
    same = other.role == office.role and office.path.startswith(other.path)
    return same and other.starts_on <= since and (other.ends_on is None or other.ends_on >= until)
