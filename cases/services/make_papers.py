"""All papers of the file of a matter that can be made now, made at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.querysets import ATTACH
from cases.reports.paper_file import FileLine, file_of, takes_papers
from cases.services.obtain import obtain_case
from cases.services.papers import make_paper
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User


@dataclass(slots=True)
class MadeTogether:
    """What became of the file: the papers made, those that could not be made with the reason, and those left out.

    ``spared`` are papers that could be made, that the matter need not have, and that nobody asked for.
    """

    made: list[FileLine] = field(default_factory=list)
    refused: list[tuple[FileLine, str]] = field(default_factory=list)
    spared: list[FileLine] = field(default_factory=list)


@transaction.atomic
def make_papers(case_id: int, *, with_optional: bool, actor: User, now: datetime) -> MadeTogether:
    """Make each paper that the file of the round must have, can have now and has not, as if each were made alone.

    ``with_optional``: blanks to be filled in by hand as well, and what it may have, which are mostly blanks. All of it
    is one transaction, which locks the case first: of two who ask at once the second finds every paper there, and what
    is told is what stands in the file. Each paper is a savepoint of its own: one that is refused takes away neither the
    others nor a number. Raises IllegalTransition for a closed case that takes no more papers.
    """
    case = obtain_case(case_id, actor=actor, permission=ATTACH)
    if not takes_papers(case):
        raise IllegalTransition(_("The matter is closed. Reopen it before you change its papers."))
    told = MadeTogether()
    for line in _absent(file_of(case, today=clock.local_day(now))):
        is_due = line.is_must and not line.is_blank
        if line.is_ready and (is_due or with_optional):
            _make(line, told, case_id, actor=actor, now=now)
        elif line.is_must or (line.is_made and with_optional):
            told.refused.append((line, _why(line)))
        elif line.is_ready:
            told.spared.append(line)
    return told


def _absent(lines: Sequence[FileLine]) -> list[FileLine]:
    return [line for line in lines if line.is_open and not line.papers]


def _make(line: FileLine, told: MadeTogether, case_id: int, *, actor: User, now: datetime) -> None:
    try:
        make_paper(case_id, kind=line.kind.key, subject=line.subject, actor=actor, now=now)
    except DomainError as error:
        told.refused.append((line, str(error)))
    else:
        told.made.append(line)


def _why(line: FileLine) -> str:
    if line.is_ready:
        return _(
            "Nothing is on record yet that it could tell of. Where it is filled in by hand, make the blank singly."
        )
    if line.is_made:
        return _("Still empty: %(names)s") % {"names": "、".join(line.lacks)}
    if line.kind.may_be_seen:
        return _("It comes from outside: file the original, or note that it was seen.")
    return _("It comes from outside: file the original.")
