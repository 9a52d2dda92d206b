"""The act that puts the file of a closed matter into the archive."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.archive import ArchiveForm
from cases.models import Case
from cases.querysets import ATTACH
from cases.services.archive import archive_case
from core import clock
from core.admin import Act


def _archive(case: Case, user: Any, data: dict[str, Any]) -> str:
    row = archive_case(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("The file is archived under volume %(volume)s.") % {"volume": row.volume}


def _is_to_archive(case: Case) -> bool:
    return case.closed_at is not None and not case.archived_files.filter(round=case.round).exists()


_RENEWS = gettext_lazy(
    "Cover and back cover are made anew with volume, pages and day. Where a signed original was filed, write them in by"
    " hand."
)


def archive_acts() -> Iterable[Act]:
    """Return the acts about the archive."""
    yield Act("archive", gettext_lazy("Archive the file"), ATTACH, ArchiveForm, _is_to_archive, _archive, _RENEWS)
