"""How one person's services change when a new one is told: which ends, which is corrected, which begins."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.cells import BadCell
from grids.enums import GridPost
from grids.rules.known import Service


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """What happens to one person's services: those struck out, those with other days, and one that begins."""

    struck: tuple[Service, ...] = ()
    redated: tuple[Service, ...] = ()
    begun: Service | None = None

    def __bool__(self) -> bool:
        return bool(self.struck or self.redated or self.begun)

    @property
    def released(self) -> set[int]:
        """The services that no longer hold their grid or their person after the change."""
        return {service.id for service in self.struck} | {service.id for service in self.redated if service.ends_on}


def change_services(services: Iterable[Service], told: Service, *, today: date) -> ServiceChange:
    """Return what has to happen so that ``told`` holds; nothing when it holds already.

    The same grid, post and first day: only the last day may differ. The same grid and post, still in force: its days
    were wrong and are corrected. Another grid or post: the services it replaces end on the day before, those that
    began on the very same day were a mistake and are struck out. A service that is over replaces nothing. Services
    under other centers are never touched. Raises BadCell when the new service begins before the one it replaces.
    """
    here = [service for service in services if service.is_here]
    known = _same_service(here, told, today)
    if known is not None:
        corrected = replace(known, starts_on=told.starts_on, ends_on=told.ends_on)
        return ServiceChange() if corrected == known else ServiceChange(redated=(corrected,))
    replaced = _replaced(here, told, today)
    late = [service for service in replaced if service.starts_on > told.starts_on]
    if late:
        raise too_early(max(service.starts_on for service in late).isoformat())
    eve = told.starts_on - timedelta(days=1)
    return ServiceChange(
        struck=tuple(service for service in replaced if service.starts_on == told.starts_on),
        redated=tuple(replace(service, ends_on=eve) for service in replaced if service.starts_on < told.starts_on),
        begun=told,
    )


def _same_service(here: list[Service], told: Service, today: date) -> Service | None:
    """Return the service that ``told`` speaks of: the one of that very day before one that is still in force."""
    there = [service for service in here if service.same_place(told)]
    of_that_day = [service for service in there if service.starts_on == told.starts_on]
    in_force = [service for service in there if service.is_in_force(on=today)]
    return next(iter(of_that_day + in_force), None)


def _replaced(here: list[Service], told: Service, today: date) -> list[Service]:
    """Return the services that ``told`` takes the place of: those in the same grid, else all that go on."""
    if not told.is_in_force(on=today):
        return []
    in_force = [service for service in here if service.is_in_force(on=told.starts_on)]
    return [service for service in in_force if service.grid_id == told.grid_id] or in_force


def check_full_time(services: Iterable[Service], told: Service, change: ServiceChange) -> None:
    """Refuse a second full-time service with no end in sight, wherever the first one is."""
    if not change or told.post is not GridPost.FULL_TIME or told.ends_on is not None:
        return
    kept = [service for service in services if service.id not in change.released | {one.id for one in change.redated}]
    if any(service.post is GridPost.FULL_TIME and service.ends_on is None for service in kept):
        raise full_time_elsewhere()


def too_early(day: str) -> BadCell:
    """Return what is wrong with a service that begins before the one it replaces, which began on ``day``."""
    return BadCell(
        _("The service begins before the one it replaces, which began on %(day)s. Enter a later day."),
        code="starts_before_replaced",
        day=day,
    )


def full_time_elsewhere() -> BadCell:
    """Return what is wrong with a full-time service of somebody who has another one that goes on."""
    return BadCell(
        _("A full-time member serves in one grid only; this person has another one. End that service first."),
        code="full_time_elsewhere",
    )
