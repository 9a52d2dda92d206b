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
