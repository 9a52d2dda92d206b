"""Which files are opened at all; asked before a byte is read."""

from django.utils.translation import gettext as _

from core.errors import InvalidFile


def check_name(name: str) -> None:
    """Refuse what is no .xlsx by its name."""
    if not name.lower().endswith(".xlsx"):
        raise InvalidFile(
            _("Only .xlsx workbooks can be read. Open the file in Excel or WPS and save it as .xlsx."), code="not_xlsx"
        )


def check_size(size: int, *, max_bytes: int) -> None:
    """Refuse a file of more than ``max_bytes`` bytes."""
    if size > max_bytes:
        raise InvalidFile(
            _("The file is larger than %(megabytes)s MB. Remove pictures and empty sheets, or split it."),
            code="too_large",
            megabytes=max_bytes // 1024**2,
        )
