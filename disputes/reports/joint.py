"""Which units can be asked to take part in a mediation, and who of those that take part can mediate it."""

from datetime import date

from cases.models import Case, RecusedPerson
from cases.reports.recusals import Recusals
from centers.models import CenterGrant, Unit
from centers.querysets import UnitQuerySet
from core.models import User, UserQuerySet
from disputes.reports.committees import bench_of
from disputes.reports.mediators import mediators_in_office


def units_to_ask(case: Case) -> UnitQuerySet:
    """Return the units that can be asked to take part: those in the county of the matter that have a part in it.

    The one that mediates is left out, and so is whoever stands in the row already. Of a matter under seal there are
    none: it is told to nobody.
    """
    if case.is_sealed:
        return Unit.objects.none()
    county = case.county or case.city or case.province
    units = Unit.objects.active().filter(center__path__startswith=county.path) if county else Unit.objects.none()
    barred = case.recusals.filter(unit__isnull=False).values("unit")
    asked = case.joint_units.standing(round_number=case.round).values("unit")
    recusals = Recusals.of([case.pk])
    if case.pk in recusals.centers:
        closed = [unit.pk for unit in units.select_related("center") if recusals.exclude_center(case.pk, unit.center)]
        units = units.exclude(pk__in=closed)
    units = units.exclude(pk__in=barred).exclude(pk__in=asked).exclude(pk=case.unit_id or 0)
    return units.select_related("center").order_by("center__code", "name")


def people_of(unit_ids: list[int], case: Case, *, on: date) -> UserQuerySet:
    """Return who handles matters on ``on`` through a post at one of the units, and has a part in the matter."""
    live = CenterGrant.objects.live(on=on).filter(permission__codename="handle_case", post__unit__in=unit_ids)
    recused = RecusedPerson.objects.filter(case=case.pk).values("user")
    people = User.objects.get_queryset().filter(pk__in=live.values("user"), is_active=True)
    return people.exclude(pk__in=recused).order_by("full_name", "pk")


def joint_mediators(case: Case, *, on: date) -> UserQuerySet:
    """Return the mediators in office on ``on`` of the units that take part in a mediation, without a conflict."""
    units = Unit.objects.filter(pk__in=case.joint_units.taking_part(round_number=case.round).values("unit"))
    former = {
        pk for center in units.values_list("center", flat=True).distinct() for pk in bench_of(center, on=on).former
    }
    names = set(case.parties.values_list("name", flat=True))
    people = people_of(list(units.values_list("pk", flat=True)), case, on=on)
    return people.exclude(pk__in=former).exclude(full_name__in=names)


def lent_by(case: Case, *, on: date) -> dict[int, int]:
    """Return, by account, the request that lends a mediator of another unit: of several the first that was made."""
    found: dict[int, int] = {}
    own = own_mediators(case, on=on)
    lent = set(joint_mediators(case, on=on)).difference(own)
    for row in case.joint_units.taking_part(round_number=case.round).order_by("asked_at", "pk"):
        for person in people_of([row.unit_id], case, on=on):
            if person in lent:
                found.setdefault(person.pk, row.pk)
    return found


def own_mediators(case: Case, *, on: date) -> list[User]:
    """Return who mediates for the holder: those in office there, and the handler.

    Whoever has a matter that climbed keeps it until somebody above takes it over, and goes on meeting the parties.
    """
    own = [one.person for one in mediators_in_office(case, on=on)]
    return own if case.handler is None or case.handler in own else [*own, case.handler]


def session_mediators(case: Case, *, on: date) -> list[User]:
    """Return who can mediate at a session: those in office at the holder or at a unit taking part, and the handler."""
    own = own_mediators(case, on=on)
    return [*own, *(person for person in joint_mediators(case, on=on) if person not in own)]
