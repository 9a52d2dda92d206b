from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from grids.enums import ExportState, ImportState
from grids.models import ExportFile, ExportJob, RosterFile, RosterImport, StagedGrid, StagedMember

KEPT: Final = timedelta(days=7)
_OVER: Final = (ImportState.DISCARDED, ImportState.FAILED, ImportState.WRITTEN, ImportState.UNDONE)


@transaction.atomic
def forget_files(*, now: datetime) -> int:
    """Remove the files uploaded or exported seven days ago or earlier, and the rows staged from them; return how many.

    A file nobody has decided on by then is discarded. What was written stays, and can be undone as long as ever: the
    database's own record of the rows tells how.
    """
    is_old = Q(uploaded_at__lte=now - KEPT)
    RosterImport.objects.filter(is_old, state=ImportState.READY).update(state=ImportState.DISCARDED, phase="")
    over = RosterImport.objects.filter(is_old, state__in=_OVER)
    for staged in (StagedMember, StagedGrid):
        staged.objects.filter(roster_import__in=over).delete()
    forgotten, _by_model = RosterFile.objects.filter(roster_import__in=over).delete()
    return forgotten + _forget_exports(now - KEPT)


def _forget_exports(until: datetime) -> int:
    """Remove the files of long exports that were asked for until then; the record of each stays."""
    old = ExportJob.objects.filter(export__exported_at__lte=until).exclude(state=ExportState.GONE)
    forgotten, _by_model = ExportFile.objects.filter(job__in=old).delete()
    old.update(state=ExportState.GONE)
    return forgotten
