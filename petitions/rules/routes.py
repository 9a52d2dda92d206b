"""The statutory routes outside the petition procedure: for which claims, and within which limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from petitions.enums import ClaimRoute, StatutoryRoute


@dataclass(frozen=True, slots=True)
class Way:
    """One statutory route: the claims it is open to, the citizen's limit, the body's own, and the law of both."""

    claims: frozenset[ClaimRoute]
    citizens_limit: str | Promise
    bodys_limit: str | Promise
    law: str


_JUSTICE: Final = frozenset({ClaimRoute.JUSTICE})
_ARBITRATION: Final = frozenset({ClaimRoute.ARBITRATION})
_ADMINISTRATIVE: Final = frozenset({ClaimRoute.ADMINISTRATIVE})
_DUTY: Final = frozenset({ClaimRoute.DUTY})

WAYS: Final[Mapping[StatutoryRoute, Way]] = {
    StatutoryRoute.RECONSIDERATION: Way(
        _ADMINISTRATIVE | _JUSTICE,
        _("60 days since the act became known"),
        _("60 days; the application is looked at within 5 working days"),
        "行政复议法第20条、第30条、第62条",
    ),
    StatutoryRoute.ADMINISTRATIVE_SUIT: Way(
        _JUSTICE,
        _("6 months; 15 days after a decision on reconsideration"),
        _("as the court's procedure sets"),
        "行政诉讼法第45条、第46条",
    ),
    StatutoryRoute.PERFORMANCE_OF_DUTY: Way(
        _DUTY, _("at any time"), _("2 months, then a suit is open"), "行政诉讼法第47条"
    ),
    StatutoryRoute.LABOUR_ARBITRATION: Way(
        _ARBITRATION,
        _("1 year"),
        _("acceptance 5 days, award 45 days, at most 15 more"),
        "劳动争议调解仲裁法第27条、第29条、第43条",
    ),
    StatutoryRoute.LAND_ARBITRATION: Way(
        _ARBITRATION, _("2 years"), _("60 days, at most 30 more"), "农村土地承包经营纠纷调解仲裁法第18条、第47条"
    ),
    StatutoryRoute.DISCLOSURE: Way(
        _ADMINISTRATIVE, _("at any time"), _("20 working days, at most 20 more"), "政府信息公开条例第33条"
    ),
    StatutoryRoute.CIVIL_SUIT: Way(
        _JUSTICE,
        _("within the limitation, which asking for protection interrupts"),
        _("as the court's procedure sets"),
        "最高人民法院关于审理民事案件适用诉讼时效制度若干问题的规定第12条",
    ),
    StatutoryRoute.CRIMINAL: Way(_JUSTICE, _("at any time"), _("as the procedure sets"), "信访工作条例第31条第1项"),
    StatutoryRoute.ADMINISTRATIVE_DECISION: Way(
        _ADMINISTRATIVE, _("as the procedure sets"), _("as the procedure sets"), "信访工作条例第31条第4项"
    ),
    StatutoryRoute.PARTY_APPEAL: Way(
        frozenset({ClaimRoute.PARTY_APPEAL}),
        _("as Party rules set"),
        _("as Party rules set"),
        "信访工作条例第31条第3项",
    ),
    StatutoryRoute.DISCIPLINE: Way(
        frozenset(ClaimRoute) - {ClaimRoute.PETITION}, _("at any time"), _("as Party rules set"), "信访工作条例第22条"
    ),
}


def ways_of(claim: ClaimRoute) -> list[StatutoryRoute]:
    """Return the statutory routes open to a claim of one number of article 31.

    >>> [route.value for route in ways_of(ClaimRoute.DUTY)]
    ['performance_of_duty', 'discipline']
    """
    return [route for route, way in WAYS.items() if claim in way.claims]
