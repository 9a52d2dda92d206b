"""What the system knows of the grids and people a file names, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from grids.enums import GridKind, GridPost, Sex


@dataclass(frozen=True, slots=True)
class KnownGrid:
    """A grid under the manager's centers. Grids elsewhere are not known, as those that do not exist."""

    id: int
    code: str
    name: str
    kind: GridKind = GridKind.COMPREHENSIVE
    households: int | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMember:
    """A person whose ID number stands in the file, wherever that person serves."""

    id: int
    name: str
    sex: Sex
    mobile: str
    badge_no: str = ""
    note: str = ""
    services: tuple[Service, ...] = ()

    def is_reachable(self, *, on: date) -> bool:
        """Whether the manager may change this person: who serves here, or nowhere at present."""
        in_force = [service for service in self.services if service.is_in_force(on=on)]
        return not in_force or any(service.is_here for service in in_force)


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads a grid with no end in sight."""

    service_id: int
    member_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything a roster is compared with: grids by code, people by ID number, holders of badges, leaders of grids."""

    grids: Mapping[str, KnownGrid] = field(default_factory=dict)
    members: Mapping[str, KnownMember] = field(default_factory=dict)
    badges: Mapping[str, int] = field(default_factory=dict)
    leaders: Mapping[int, Leader] = field(default_factory=dict)
