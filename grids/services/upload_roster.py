import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.tables import check_size
from grids.enums import ImportState, RosterKind
from grids.models import RosterFile, RosterImport
from grids.reports import IMPORT_ROSTER

if TYPE_CHECKING:
    from core.models import User


class TooManyFiles(DomainError):
    """Somebody has as many files under way as one person may have."""

    code = "too_many_files"


@transaction.atomic
def upload_roster(
    content: bytes, *, kind: RosterKind, file_name: str, language: str, actor: "User", now: datetime
) -> RosterImport:
    """Keep a file, encrypted, for a worker to read. Nothing of it has been looked at yet.

    What will be said of it is said in ``language``. Raises InvalidFile for one that is too large or empty, and
    TooManyFiles when ``actor`` has others under way.
    """
    check_size(len(content), max_bytes=settings.ROSTER_MAX_BYTES)
    if not actor.has_perm(IMPORT_ROSTER):
        raise PermissionError(IMPORT_ROSTER)
    under_way = RosterImport.objects.filter(uploaded_by=actor, state__in=(*ImportState.at_work(), ImportState.READY))
    if under_way.count() >= settings.ROSTER_FILES_AT_ONCE:
        raise TooManyFiles(
            _("%(count)s of your files wait already. Confirm or discard one of them first."),
            count=settings.ROSTER_FILES_AT_ONCE,
        )
    roster_import = RosterImport.objects.create(
        uploaded_by=actor,
        uploaded_at=now,
        kind=kind,
        file_name=file_name[-200:],
        file_size=len(content),
        file_hash=hashlib.sha256(content).hexdigest(),
        language=language,
    )
    RosterFile.objects.create(roster_import=roster_import, content=content)
    return roster_import
