"""What the system knows of the grids and people a file names, as plain values."""

from dataclasses import dataclass
from datetime import date

from grids.enums import GridPost


@dataclass(frozen=True, slots=True)
class KnownGrid:
    """A grid under the manager's centers. Grids elsewhere are not known, as those that do not exist."""

    id: int
    code: str
    name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One person's service in one grid. ``is_here``: the grid lies under the manager's centers."""

    id: int
    grid_id: int
    grid_name: str
    post: GridPost
    starts_on: date
    ends_on: date | None = None
    is_here: bool = True

    def is_in_force(self, *, on: date) -> bool:
        """Whether the service goes on, or begins, on or after ``on``."""
        return self.ends_on is None or self.ends_on >= on

    def same_place(self, other: "Service") -> bool:
        return (self.grid_id, self.post) == (other.grid_id, other.post)


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads a grid with no end in sight."""

    service_id: int
    member_id: int
