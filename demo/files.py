"""How the files of sample matters are completed and archived."""

from datetime import datetime
from typing import Any

from cases.enums import Category
from cases.models import Case
from cases.reports.paper_file import missing_papers
from cases.rules.papers import retention_of
from cases.services.archive import NewArchivedFile, archive_case
from cases.services.papers import make_paper, see_paper
from core import clock
from core.models import User


def complete_file(case: Case, *, by: User, moment: datetime) -> None:
    """Make the papers that the file of a matter must have, and note the ones that need only be seen."""
    for line in missing_papers(case):
        told: dict[str, Any] = {"kind": line.kind.key, "actor": by, "now": moment}
        if line.kind.may_be_seen:
            see_paper(case.pk, **told)
        else:
            make_paper(case.pk, subject=line.subject, **told)


def archive_file(case: Case, *, by: User, moment: datetime) -> None:
    """Put the file of every other closed matter into the archive; the others wait to be put there."""
    if case.closed_at is not None and case.pk % 2:
        kept = retention_of(Category(case.category))
        pages = case.papers.of_round(case.round).count() * 2
        new = NewArchivedFile(f"样本第{case.pk}卷", pages, kept, clock.local_day(moment))
        archive_case(case.pk, new=new, actor=by, now=moment)
