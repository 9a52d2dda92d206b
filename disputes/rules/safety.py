"""What is owed to somebody whose safety is at stake: which duties, by which articles, and which must be done."""

from collections.abc import Collection, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import Grade
from disputes.enums import SafetyDuty, SafetyKind

# Where the person can decide, the police are called with the person's will; otherwise at once, and by whoever knows.
_MUST: Final[Mapping[SafetyKind, tuple[SafetyDuty, ...]]] = {
    SafetyKind.DOMESTIC_VIOLENCE: (SafetyDuty.PROTECTION_ORDER, SafetyDuty.LEGAL_AID),
    SafetyKind.MINOR: (SafetyDuty.POLICE_REPORT, SafetyDuty.CIVIL_AFFAIRS, SafetyDuty.LEGAL_AID),
    SafetyKind.LIMITED_CAPACITY: (SafetyDuty.POLICE_REPORT, SafetyDuty.LEGAL_AID),
    SafetyKind.THREAT: (SafetyDuty.POLICE_REPORT,),
}
_MAY: Final[Mapping[SafetyKind, tuple[SafetyDuty, ...]]] = {
    SafetyKind.DOMESTIC_VIOLENCE: (SafetyDuty.POLICE_REPORT,),
    SafetyKind.MINOR: (SafetyDuty.PROTECTION_ORDER,),
    SafetyKind.LIMITED_CAPACITY: (SafetyDuty.PROTECTION_ORDER,),
    SafetyKind.THREAT: (SafetyDuty.LEGAL_AID,),
}
SOURCES: Final[Mapping[SafetyDuty, str | Promise]] = {
    SafetyDuty.POLICE_REPORT: _(
        "Anti-Domestic Violence Law, arts. 13–14; Law on the Protection of Minors, art. 11;"
        " People's Mediation Law, art. 25"
    ),
    SafetyDuty.PROTECTION_ORDER: _("Anti-Domestic Violence Law, arts. 23 and 28"),
    SafetyDuty.LEGAL_AID: _("Legal Aid Law, art. 32: no means test for victims of domestic violence"),
    SafetyDuty.CIVIL_AFFAIRS: _("Law on the Protection of Minors, art. 11"),
}


def duties_owed(kinds: Collection[SafetyKind]) -> tuple[SafetyDuty, ...]:
    """Return what must be done before an agreement, in the order of the vocabulary.

    A grown-up person who can decide is asked before the police are called; of minors and of persons without or with
    limited capacity it is reported at once (Anti-Domestic Violence Law, art. 14; Law on the Protection of Minors, 11),
    and so is what may become a matter of the police or a crime (People's Mediation Law, art. 25).

    >>> [duty.value for duty in duties_owed([SafetyKind.DOMESTIC_VIOLENCE])]
    ['protection_order', 'legal_aid']
    """
    return tuple(duty for duty in SafetyDuty if any(duty in _MUST[kind] for kind in kinds))


def duties_open_to(kinds: Collection[SafetyKind]) -> tuple[SafetyDuty, ...]:
    """Return what can be done besides what must be: the police with the person's will, the court's order."""
    owed = duties_owed(kinds)
    return tuple(duty for duty in SafetyDuty if duty not in owed and any(duty in _MAY[kind] for kind in kinds))


def grade_of(kinds: Collection[SafetyKind]) -> Grade:
    """Return the grade that a matter has by its flags: violence or harm to a person makes it critical.

    >>> grade_of([SafetyKind.DOMESTIC_VIOLENCE]).value, grade_of([]).value
    ('critical', 'general')
    """
    return Grade.CRITICAL if kinds else Grade.GENERAL
