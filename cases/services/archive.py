"""The file of a closed matter goes into the archive."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, Retention
from cases.models import ArchivedFile
from cases.querysets import ATTACH
from cases.services.events import record
from cases.services.obtain import obtain_case
from cases.services.papers import renew_archived
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User


@dataclass(frozen=True, slots=True)
class NewArchivedFile:
    """Under which volume a file stands in the archive, how many pages it has, for how long and since when."""

    volume: str
    pages: int
    retention: Retention
    archived_on: date


@transaction.atomic
def archive_case(case_id: int, *, new: NewArchivedFile, actor: User, now: datetime) -> ArchivedFile:
    """Note that the file of a closed matter was put into the archive, and make anew what is to say where.

    Whoever may add to the file may put it away. Raises IllegalTransition for a matter that is not closed or whose file
    of this round is archived, DomainError for a day before it was closed or after today, TemplateUnfit for a
    form of a cover that does not fit.
    """
    case = obtain_case(case_id, actor=actor, permission=ATTACH)
    if case.closed_at is None:
        raise IllegalTransition(_("Only the file of a closed matter is archived."))
    if case.archived_files.filter(round=case.round).exists():
        raise IllegalTransition(_("The file has been archived already."))
    if not clock.local_day(case.closed_at) <= new.archived_on <= clock.local_day(now):
        raise DomainError(_("The file is archived between the day the matter was closed and today."))
    row: ArchivedFile = case.archived_files.create(round=case.round, **asdict(new), archived_by=actor, recorded_at=now)
    record(case, EventKind.ARCHIVED, actor=actor, now=now, volume=row.volume)
    renew_archived(case, actor=actor, now=now)
    return row
