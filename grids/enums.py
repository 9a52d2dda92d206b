from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class GridKind(TextChoices):
    COMPREHENSIVE = "comprehensive", _("Comprehensive grid")
    DEDICATED = "dedicated", _("Dedicated grid")
    MICRO = "micro", _("Micro grid")


class GridPost(TextChoices):
    """What a member does in a grid."""

    GRID_LEADER = "grid_leader", _("Grid leader")
    FULL_TIME = "full_time", _("Full-time grid member")
    PART_TIME = "part_time", _("Part-time grid member")
    INSTRUCTOR = "instructor", _("Grid instructor")


class Sex(TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", _("Unknown")
    MALE = "1", _("Male")
    FEMALE = "2", _("Female")
    NOT_STATED = "9", _("Not stated")


class RosterKind(TextChoices):
    """What a roster file lists."""

    MEMBERS = "members", _("Grid members")
    GRIDS = "grids", _("Grids")


class ImportState(TextChoices):
    """Where a roster file stands. A worker acts on those ``at_work``; all others wait for a person, or are over."""

    WAITING = "waiting", _("Waiting to be read")
    READY = "ready", _("Read")
    CONFIRMED = "confirmed", _("Being written")
    WRITTEN = "written", _("Imported")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Not read")
    DISCARDED = "discarded", _("Discarded")

    @classmethod
    def at_work(cls) -> tuple["ImportState", ...]:
        return (cls.WAITING, cls.CONFIRMED, cls.UNDOING)


class ImportAct(TextChoices):
    """What is done with a roster file once it is there: by a person, or by a worker on a person's word."""

    CONFIRM = "confirm", _("Write into the system")
    DISCARD = "discard", _("Discard")
    WRITE = "write", _("Write")
    SHOW_AGAIN = "show_again", _("Show again")
    ASK_UNDO = "ask_undo", _("Undo")
    UNDO = "undo", _("Carry out the undoing")


class ImportPhase(TextChoices):
    """What a worker is doing with a roster file."""

    READING = "reading", _("Reading the file")
    CHECKING = "checking", _("Checking the rows")
    COMPARING = "comparing", _("Comparing with the system")
    MARKING = "marking", _("Writing the errors into a copy")
    WRITING = "writing", _("Writing")
    UNDOING = "undoing", _("Undoing")


class ExportState(TextChoices):
    """Where a long export stands. A worker makes those that wait; the file of a ready one is kept for seven days."""

    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Not made")
    GONE = "gone", _("Removed")


class RowOutcome(TextChoices):
    """What the checks say of one row that is not blank."""

    OK = "ok", _("In order")
    WARNING = "warning", _("With a remark")
    ERROR = "error", _("Error")


class RowAction(TextChoices):
    """What one row would do. A row with an error, and a totals row, does nothing."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Unchanged")
    NOTHING = "nothing", _("Not imported")
