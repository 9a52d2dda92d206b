"""Which files are opened at all; asked before a byte is read."""

from django.utils.translation import gettext as _

from core.errors import InvalidFile


def check_name(name: str) -> None:
    """Refuse what is no .xlsx by its name."""
    if not name.lower().endswith(".xlsx"):
        raise InvalidFile(
            _("Only .xlsx workbooks can be read. Open the file in Excel or WPS and save it as .xlsx."), code="not_xlsx"
        )
