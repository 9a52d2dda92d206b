"""Who is told what: written by hand and reviewed like law. Nothing here asks the product.

A policy is a table ``kinds of user : rows``; a third column gives another answer than "allow". Whoever is in no line is
told what ``otherwise`` says: "not found" for a row, so that nobody learns that it is there; "forbidden" only for a page
that everybody may know of. Kinds of user are in ``people``, kinds of row in ``matters`` and ``things``.
"""

from collections.abc import Mapping
from typing import Final

from matrix.law import Answer, Policy, table

NOT_FOUND, FORBIDDEN, LOGIN, OWED, ALLOW = (
    Answer.NOT_FOUND,
    Answer.FORBIDDEN,
    Answer.LOGIN,
    Answer.OWED,
    Answer.ALLOW,
)

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    # kinds of user
    "SUPERVISORS": ("supervisor", "county_supervisor", "other_supervisor", "accused", "declared"),
    "DIRECTORS": ("director", "subordinate"),
    "HANDLERS": ("handler", "former_handler", "recused_handler", "sibling_handler", "town_handler"),
    "WINDOW": ("clerk", "triage", "town_triage"),
    "CONFIDENTIAL": ("confidential", "other_confidential"),
    "ROSTERS": ("roster_manager", "other_roster"),
    "SECADMINS": ("secadmin", "other_secadmin"),
    "KEPT_OUT": ("accused", "subordinate", "declared"),
    "WITHOUT_POST": ("nobody", "revoked_clerk", "future_clerk", "future_confidential"),
    # cases, by where they arose: in the village, anywhere in the town, in another county
    "VILLAGE": (
        *("late", "climbed", "own", "desk", "accepted", "mediating", "former_desk", "reported", "closed"),
        *("reopened", "paused", "asked", "granted", "recused", "confided", "petition"),
    ),
    "ELSEWHERE_IN_TOWN": ("against_village", "sibling", "at_town"),
    "FAR": ("far", "far_late"),
    # cases that one handler has on the desk, and those that the town itself holds
    "DESK": (
        *("late", "desk", "accepted", "mediating", "former_desk", "reported", "closed", "reopened"),
        *("paused", "asked", "granted", "petition"),
    ),
    "HELD_BY_TOWN": ("late", "climbed", "at_town", "against_village"),
}
# Whoever has not come in: who has no stay signs in, and so does whose stay is over; who owes something gives it first.
DOOR: Final[Mapping[str, Answer]] = {
    "anonymous": LOGIN,
    "deactivated": LOGIN,
    "session_over": LOGIN,
    "session_idle": LOGIN,
    "signed_in_elsewhere": LOGIN,
    "without_second_factor": LOGIN,
    "before_second_factor": OWED,
    "password_expired": OWED,
}
VISITORS: Final = ("anonymous", "deactivated")
OWING: Final = ("before_second_factor", "password_expired")


def _visitors(answer: Answer) -> dict[str, Answer]:
    return dict.fromkeys(VISITORS, answer)


def _owing(answer: Answer) -> dict[str, Answer]:
    return dict.fromkeys(OWING, answer)


_TOWN: Final = "VILLAGE ELSEWHERE_IN_TOWN"
_CASE_READ: Final = f"""
    KEPT_OUT                                              : {_TOWN} -recused
    town_triage supervisor director county_supervisor     : {_TOWN}
    clerk triage unit_leader                              : VILLAGE
    handler                                               : DESK
    sibling_handler                                       : sibling
    other_supervisor                                      : FAR
    confidential                                          : sealed confided
"""

POLICIES: Final[Mapping[str, Policy]] = {
    # pages that everybody, or nobody, gets
    "public": table("* : *", NAMES, at_door={**_visitors(ALLOW), **_owing(ALLOW)}),
    "front_door": table("* : *", NAMES, at_door=_visitors(ALLOW)),
    "staff": table("* : *", NAMES),
    "logout": table("* : *", NAMES, at_door={**_visitors(ALLOW), **_owing(ALLOW)}),
    "logout.look": table("", NAMES, at_door={**_visitors(ALLOW), **_owing(NOT_FOUND)}),
    "texts": table("* : *", NAMES, at_door=_owing(ALLOW)),
    "closed": table("", NAMES),
    "closed.inside": table("", NAMES, at_door={"password_expired": NOT_FOUND}),
    "closed.texts": table("", NAMES, at_door=_owing(NOT_FOUND)),
    "closed.outside": table("", NAMES, at_door=_visitors(NOT_FOUND)),
    "never": table("", NAMES, otherwise=FORBIDDEN),
    "halfway": table("", NAMES, otherwise=LOGIN),
    "factor.set_up": table("", NAMES, at_door={"before_second_factor": ALLOW}),
    "password": table("* : *", NAMES, at_door={"password_expired": ALLOW}),
    # cases
    "case.list": table(
        "WINDOW HANDLERS unit_leader SUPERVISORS DIRECTORS CONFIDENTIAL : *", NAMES, otherwise=FORBIDDEN
    ),
    "case.read": table(_CASE_READ, NAMES),
    "case.granted": table(
        "town_triage supervisor director county_supervisor KEPT_OUT clerk triage unit_leader handler : granted", NAMES
    ),
    "case.reveal": table(
        f"""
        confidential : * : not_found
        {_CASE_READ.strip()}
        """,
        NAMES,
    ),
    # one case has a file; three have a paper, two of them because they were closed; the others have none of that number
    "case.file": table(
        """
        KEPT_OUT town_triage supervisor director county_supervisor clerk triage unit_leader handler : desk
        """,
        NAMES,
    ),
    "case.paper": table(
        """
        KEPT_OUT town_triage supervisor director county_supervisor : desk closed reopened
        clerk triage unit_leader handler                           : desk closed reopened
        """,
        NAMES,
    ),
    "case.raise": table(
        f"""
        triage                                            : VILLAGE
        KEPT_OUT                                          : {_TOWN} -recused
        town_triage supervisor director county_supervisor : {_TOWN}
        other_supervisor                                  : FAR
        confidential                                      : sealed confided
        """,
        NAMES,
    ),
    # who was let see an informant, and how closely a matter is kept, is decided by officers and directors
    "case.decide": table(
        f"""
        subordinate  : {_TOWN} -recused
        director     : {_TOWN}
        confidential : sealed confided
        """,
        NAMES,
    ),
    "case.handle": table(
        """
        handler         : DESK
        sibling_handler : sibling
        """,
        NAMES,
    ),
    "case.sign": table("unit_leader : VILLAGE", NAMES),
    "case.direct": table(f"director : {_TOWN}", NAMES),
    "case.hand_over": table("confidential : sealed confided", NAMES),
    "case.register": table(
        f"""
        clerk triage : VILLAGE
        town_triage  : {_TOWN}
        confidential : sealed confided
        """,
        NAMES,
    ),
    "case.hand_off": table(
        f"""
        clerk triage    : VILLAGE
        town_triage     : {_TOWN}
        handler         : DESK
        sibling_handler : sibling
        confidential    : sealed confided
        """,
        NAMES,
    ),
    "case.triage": table(
        f"""
        triage       : VILLAGE -HELD_BY_TOWN
        town_triage  : {_TOWN}
        confidential : sealed confided
        """,
        NAMES,
    ),
    "case.assign": table(
        f"""
        triage                                            : VILLAGE -HELD_BY_TOWN
        KEPT_OUT                                          : {_TOWN} -recused
        town_triage supervisor director county_supervisor : {_TOWN}
        other_supervisor                                  : FAR
        confidential                                      : sealed confided
        """,
        NAMES,
    ),
    "case.verify": table(
        f"""
        KEPT_OUT                              : {_TOWN} -recused
        supervisor director county_supervisor : {_TOWN}
        other_supervisor                      : FAR
        confidential                          : sealed confided
        """,
        NAMES,
    ),
    "case.supervise": table(
        f"""
        KEPT_OUT                              : {_TOWN} -recused
        supervisor director county_supervisor : {_TOWN}
        other_supervisor                      : FAR
        """,
        NAMES,
    ),
    "case.extend": table(
        f"""
        KEPT_OUT            : {_TOWN} -recused -HELD_BY_TOWN
        supervisor director : {_TOWN} -HELD_BY_TOWN
        county_supervisor   : {_TOWN}
        other_supervisor    : far
        """,
        NAMES,
    ),
    "register": table("WINDOW CONFIDENTIAL : *", NAMES, otherwise=FORBIDDEN),
    "statistics": table("HANDLERS unit_leader SUPERVISORS DIRECTORS : *", NAMES, otherwise=FORBIDDEN),
    "ledger": table("unit_leader SUPERVISORS DIRECTORS : *", NAMES, otherwise=FORBIDDEN),
    "ledger.look": table("unit_leader SUPERVISORS DIRECTORS : * : not_found", NAMES, otherwise=FORBIDDEN),
    # committees: those of one's centers are known to whoever works with matters
    "committee.list": table(
        "WINDOW HANDLERS unit_leader SUPERVISORS DIRECTORS CONFIDENTIAL : *", NAMES, otherwise=FORBIDDEN
    ),
    "committee.open": table("unit_leader DIRECTORS : *", NAMES, otherwise=FORBIDDEN),
    "committee.read": table(
        """
        other_supervisor other_confidential : far
        WINDOW HANDLERS -sibling_handler unit_leader SUPERVISORS -other_supervisor DIRECTORS confidential : village
        """,
        NAMES,
    ),
    "committee.keep": table("unit_leader DIRECTORS : village", NAMES),
    # what units were asked: told to those who handle matters at the unit, wherever the matter lies
    "joint.list": table("HANDLERS CONFIDENTIAL : *", NAMES, otherwise=FORBIDDEN),
    "joint.read": table("handler former_handler recused_handler : village", NAMES),
    "joint.change": table("handler former_handler recused_handler : village : forbidden", NAMES),
    # and to whoever sees the matter, on its page
    "joint.told": table(
        """
        handler former_handler recused_handler : village
        other_supervisor                       : *
        """,
        NAMES,
    ),
    # the second wall alone: recusal and seal, whatever else somebody may see
    "wall": table(
        """
        accused subordinate declared recused_handler                          : recused : not_found
        clerk future_clerk triage handler former_handler recused_handler unit_leader : against_village : not_found
        confidential                                                          : *
        *                                                                     : sealed : not_found
        *                                                                     : *
        """,
        NAMES,
        at_door={**DOOR, **_visitors(NOT_FOUND)},
    ),
    # who brought a confidential matter: nobody without the leave of a second person
    "wall.identity": table("", NAMES, at_door=_visitors(NOT_FOUND)),
    # notices and the queue
    "notice.list": table("unit_leader SUPERVISORS DIRECTORS : *", NAMES, otherwise=FORBIDDEN),
    "notice.read": table(
        """
        other_supervisor                             : far_late
        unit_leader SUPERVISORS DIRECTORS -other_supervisor : late
        """,
        NAMES,
    ),
    "notice.answer": table("unit_leader : late", NAMES),
    "notice.judge": table(
        """
        other_supervisor : far_late
        SUPERVISORS -other_supervisor : late
        """,
        NAMES,
    ),
    "queue": table("SUPERVISORS DIRECTORS : *", NAMES, otherwise=FORBIDDEN),
    "steps.list": table("SUPERVISORS sysadmin : *", NAMES, otherwise=FORBIDDEN),
    "steps.retry": table("SUPERVISORS sysadmin : *", NAMES),
    # limits
    "rule.read": table("SUPERVISORS DIRECTORS sysadmin : *", NAMES, otherwise=FORBIDDEN),
    "rule.set": table("DIRECTORS : *", NAMES, otherwise=FORBIDDEN),
    "rule.end": table("DIRECTORS : village", NAMES),
    # forms of papers; no kind is named
    "form.list": table("SUPERVISORS DIRECTORS : *", NAMES, otherwise=FORBIDDEN),
    "form.look": table("SUPERVISORS DIRECTORS : * : not_found", NAMES, otherwise=FORBIDDEN),
    "form.try": table("DIRECTORS : * : not_found", NAMES, otherwise=FORBIDDEN),
    "form.read": table("SUPERVISORS -other_supervisor DIRECTORS : village", NAMES),
    "form.edit": table("SUPERVISORS -other_supervisor DIRECTORS : village : forbidden", NAMES),
    "form.withdraw": table("DIRECTORS : village", NAMES),
    # grids, members, files
    "grid.list": table("WINDOW unit_leader SUPERVISORS DIRECTORS CONFIDENTIAL ROSTERS : *", NAMES, otherwise=FORBIDDEN),
    "grid.read": table(
        """
        other_supervisor other_confidential other_roster                       : far
        WINDOW unit_leader supervisor county_supervisor KEPT_OUT director      : own
        confidential roster_manager                                            : own
        WINDOW unit_leader SUPERVISORS DIRECTORS CONFIDENTIAL ROSTERS          : * : not_found
        """,
        NAMES,
        otherwise=FORBIDDEN,
    ),
    # a matter names its grid to whoever has it on the desk
    "grid.named": table(
        """
        other_supervisor other_confidential other_roster                               : far
        WINDOW unit_leader supervisor county_supervisor KEPT_OUT director handler      : own
        confidential roster_manager                                                    : own
        """,
        NAMES,
    ),
    "grid.change": table(
        """
        roster_manager : own
        other_roster   : far
        ROSTERS        : * : not_found
        """,
        NAMES,
        otherwise=FORBIDDEN,
    ),
    "roster": table("ROSTERS : *", NAMES, otherwise=FORBIDDEN),
    "roster.own": table(
        """
        roster_manager : own
        other_roster   : far
        ROSTERS        : * : not_found
        """,
        NAMES,
        otherwise=FORBIDDEN,
    ),
    "roster.act": table(
        """
        roster_manager : own
        other_roster   : far
        """,
        NAMES,
    ),
    # messages, people, posts
    "message.read": table("handler : handlers", NAMES),
    "message.change": table("handler : handlers : forbidden", NAMES),
    "accounts": table("SECADMINS : *", NAMES, otherwise=FORBIDDEN),
    "account.read": table("SECADMINS : *", NAMES),
    # A colleague of the same village is named where people are chosen: who has no part, who stands in.
    "account.named": table(
        """
        SECADMINS        : *
        other_supervisor : far
        *                : near
        """,
        NAMES,
    ),
    "account.change": table(
        """
        other_secadmin : near : forbidden
        SECADMINS      : *
        """,
        NAMES,
    ),
    "account.act": table(
        """
        secadmin       : *
        other_secadmin : far
        """,
        NAMES,
    ),
    "account.password": table(
        """
        secadmin       : *
        other_secadmin : far
        """,
        NAMES,
        otherwise=FORBIDDEN,
    ),
    "post.change": table(
        """
        secadmin       : *
        other_secadmin : far
        other_secadmin : * : not_found
        """,
        NAMES,
        otherwise=FORBIDDEN,
    ),
    "stand_in.read": table("secadmin : *", NAMES),
    "stand_in.change": table("secadmin : * : forbidden", NAMES),
    # the house itself
    "house.read": table("* -WITHOUT_POST -auditadmin : *", NAMES, otherwise=FORBIDDEN),
    "house.keep": table("sysadmin : *", NAMES, otherwise=FORBIDDEN),
    "running.list": table("sysadmin SECADMINS : *", NAMES, otherwise=FORBIDDEN),
    "fence.read": table("sysadmin SECADMINS : *", NAMES, otherwise=FORBIDDEN),
    "fence.release": table("sysadmin : *", NAMES),
    "delivery.read": table("sysadmin : *", NAMES),
    "delivery.change": table("sysadmin : * : forbidden", NAMES),
    "trail.read": table("auditadmin : *", NAMES, otherwise=FORBIDDEN),
    "trail.act": table("auditadmin : *", NAMES),
    # which rooms are on somebody's menu
    "room.cases": table("WINDOW HANDLERS unit_leader SUPERVISORS DIRECTORS CONFIDENTIAL sysadmin : *", NAMES),
    "room.disputes": table("WINDOW HANDLERS unit_leader SUPERVISORS DIRECTORS CONFIDENTIAL : *", NAMES),
    "room.grids": table("WINDOW unit_leader SUPERVISORS DIRECTORS CONFIDENTIAL ROSTERS : *", NAMES),
    "room.supervision": table("unit_leader SUPERVISORS DIRECTORS : *", NAMES),
}
