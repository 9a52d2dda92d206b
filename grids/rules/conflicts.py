"""What a row of a file may have against it for what the system says; the checks of the file itself are elsewhere."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.rules import columns

# For each code the column it is said of, and the words.
ERRORS: Final[dict[str, tuple[str, str | Promise]]] = {
    "not_yours": (columns.GRID_CODE, _("This grid does not lie in the area you manage any more. Check the code.")),
    "grid_not_in_use": (columns.GRID_CODE, _("This grid is no longer in use. Enter the grid that took its place.")),
    "not_reachable": (
        columns.ID_NUMBER,
        _("This person cannot be entered here. Ask the roster manager of the level above."),
    ),
    "badge_taken": (columns.BADGE_NO, _("This badge number is taken. Check it.")),
    "leader_known": (
        columns.POST,
        _("This grid has a leader already. Enter that person's last day first, or another post here."),
    ),
    "second_leader": (columns.POST, _("Row %(row)s names a leader of this grid already. A grid has one leader.")),
    # What the rule for one person's services raises, in its own words.
    "starts_before_replaced": (columns.STARTS_ON, "%(row)s"),
    "full_time_elsewhere": (columns.POST, "%(row)s"),
}
WARNINGS: Final[dict[str, tuple[str, str | Promise]]] = {
    "name_changes": (
        columns.NAME,
        _("The system knows this ID number under another name. Make sure that it is the same person."),
    ),
    "serves_elsewhere": (columns.GRID_CODE, _("This person serves in another grid as well. Check that this is meant.")),
}


def words(*, detail: str) -> dict[str, tuple[str, str]]:
    """Return column and text for each code, in the language in force; ``detail`` stands where a row has its own."""
    return {code: (column, str(text) % {"row": detail}) for code, (column, text) in (ERRORS | WARNINGS).items()}


NOT_UNDONE: Final[dict[str, Promise]] = {
    "changed_since": _("This was changed after the import. Correct it by hand."),
    "in_use": _("This is used elsewhere by now. It stays."),
    "leader_known": _("The grid has another leader by now. End that service first, then correct this one by hand."),
    "badge_taken": _("Somebody else has the former badge number by now. Correct it by hand."),
    "grid_gone": _("The grid of the former service is gone. Enter the service by hand."),
}


def not_undone_text(code: str) -> str:
    """Return why a person or a grid stays as the import left it, and what to do about it."""
    return str(NOT_UNDONE[code])
