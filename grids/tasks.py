from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from core.periodic import Now, job
from grids.enums import RosterKind
from grids.services.forget_files import forget_files as forget
from grids.services.make_export import make_export, take_up_export
from grids.services.take_up import take_up

ROUND: Final = timedelta(seconds=30)  # of work; what is left waits for the next knock, so that nobody else has to


@shared_task(name="grids.work_on_rosters")
@job(_("Work on roster files"), automatic=False)
def work_on_rosters(now: Now) -> Iterator[int]:
    """Read, write and undo what waits. Runs every few seconds; a second run takes up what the first one has not."""
    started = now()
    while now() < started + ROUND and (work := take_up(now=now())):
        from grids.services.carry_out import carry_out  # noqa: PLC0415 - workbooks are slow to load, and seldom there

        yield from carry_out(work)


@shared_task(name="grids.make_exports")
@job(_("Making of long exports"), automatic=False)
def make_exports(now: Now) -> Iterator[int]:
    """Make the lists that wait. Runs every few seconds; a second run takes up what the first one has not."""
    started = now()
    while now() < started + ROUND and (work := take_up_export(now=now())):
        from grids.resources.tables import table_of  # noqa: PLC0415 - as above

        yield from make_export(work, table=table_of(RosterKind(work.export.kind), is_unmasked=work.export.is_unmasked))


@shared_task(name="grids.forget_files")
@job(_("Removal of roster files"), automatic=False)
def forget_files(now: Now) -> Iterator[int]:
    """Remove the files and exports of a week ago. Runs hourly; a second run finds nothing to remove."""
    yield forget(now=now())
