"""In random small worlds, list, page, search and the database's own wall show exactly what a plain reading allows."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from cases.enums import RecusalSource, Sensitivity
from cases.models import Case, Identity, IdentityReveal, Recusal
from cases.rules.sensitivity import shown_until
from centers.enums import Level, Role
from centers.models import Post, Unit
from core import acting, clock
from disputes.services.register import register_dispute
from tests.cases.identities import past_every_wall
from tests.factories import LONG_AGO, appoint, at, end_post, make_person, new_case

NOW = at("2026-11-18")
CAME_IN = date(2026, 11, 18)
ROLES = (Role.INTAKE_CLERK, Role.SUPERVISOR, Role.CONFIDENTIAL_OFFICER, Role.MEDIATOR, Role.ROSTER_MANAGER)
OPEN = (Sensitivity.NORMAL, Sensitivity.CONFIDENTIAL)
CLOSE = (Sensitivity.CONFIDENTIAL, Sensitivity.SEALED)
SEES = {Role.INTAKE_CLERK: OPEN, Role.SUPERVISOR: OPEN, Role.CONFIDENTIAL_OFFICER: CLOSE}


@dataclass(frozen=True)
class Office:
    """A post as it was meant, to be read without the product's help."""

    role: Role
    path: str
    unit: int | None
    ends_on: date | None


@dataclass(frozen=True)
class Kept:
    """A recusal as it was meant."""

    person: int | None
    unit: int | None
    path: str | None
    with_below: bool


class World:
    """Ten people with offices, eight matters, and who has no part in which."""

    def __init__(self, house, seed):
        self.dice = random.Random(seed)  # noqa: S311 - the same world again for the same seed
        self.centers = list(house.centers.values())
        self.registrar = make_person("registrar", Role.INTAKE_CLERK, house.centers["3306"])
        self.units = [Unit.objects.create(center=center, name="示例所", kind="organ") for center in self.centers]
        self.people = [make_person(f"p{number}") for number in range(10)]
        self.offices = {person.pk: self._offices(person) for person in self.people}
        self.cases = [self._case(house) for _ in range(8)]
        self.kept = {case.pk: [self._kept(case, house) for _ in range(self.dice.randint(0, 2))] for case in self.cases}

    def _offices(self, person):
        pairs = [(center, role) for center in self.centers for role in ROLES]
        return [self._office(person, *pair) for pair in self.dice.sample(pairs, self.dice.randint(1, 3))]

    def _office(self, person, center, role):
        unit = next(unit for unit in self.units if unit.center == center) if self.dice.random() < 0.4 else None
        ends_on = self.dice.choice([None, None, CAME_IN - timedelta(days=1), CAME_IN, clock.today()])
        post = appoint(person, role=role, center=center, unit=unit, starts_on=LONG_AGO)
        if ends_on:
            end_post(post, ends_on=ends_on)
        return Office(role, center.path, unit and unit.pk, ends_on)

    def _case(self, house):
        place = self.dice.choice([center for center in self.centers if center.level == Level.VILLAGE])
        kept = self.dice.choice([Sensitivity.NORMAL, Sensitivity.CONFIDENTIAL, Sensitivity.SEALED])
        at_first = kept if kept != Sensitivity.SEALED else Sensitivity.CONFIDENTIAL
        new = new_case(house, place=place, grid=None, sensitivity=at_first)
        case = register_dispute(new, actor=self.registrar, received_at=NOW, now=NOW)[0]
        case.sensitivity = kept
        case.save(update_fields=["sensitivity"])
        return case

    def let_see(self):
        """Let each person be shown the informants of some matters by leave of another one; return which."""
        pairs = [(person, case) for person in self.people for case in self.cases if self.dice.random() < 0.5]
        now, leave = clock.now(), {"reason": "contact", "ground": "示例", "state": "approved"}
        with past_every_wall():
            IdentityReveal.objects.bulk_create(
                IdentityReveal(**leave, case=case, asked_by=person, asked_at=now, decided_by=self.registrar,
                               decided_at=now, ends_at=shown_until(now))
                for person, case in pairs
            )  # fmt: skip
        return {(person.pk, case.pk) for person, case in pairs}

    def _kept(self, case, house):
        kind, with_below = self.dice.choice(["person", "unit", "center"]), self.dice.random() < 0.5
        target = self.dice.choice({"person": self.people, "unit": self.units, "center": self.centers}[kind])
        below = with_below and kind == "center"
        Recusal.objects.get_or_create(
            case=case, **{kind: target}, with_below=below,
            defaults={"since": CAME_IN, "source": RecusalSource.DECISION, "ground": "示例",
                      "recorded_by": house.clerk, "recorded_at": NOW},
        )  # fmt: skip
        ids = {"person": None, "unit": None, kind: target.pk}
        return Kept(ids["person"], ids["unit"], target.path if kind == "center" else None, below)

    def has_part(self, person, case):
        for kept in self.kept[case.pk]:
            if kept.person == person.pk:
                return False
            for office in self.offices[person.pk]:
                if office.ends_on and office.ends_on < CAME_IN:
                    continue
                if kept.unit is not None and kept.unit == office.unit:
                    return False
                if kept.path and (office.path == kept.path or (kept.with_below and office.path.startswith(kept.path))):
                    return False
        return True

    def may_see(self, person, case):
        return self.has_part(person, case) and any(
            case.sensitivity in SEES.get(office.role, ()) and case.village.path.startswith(office.path)
            for office in self.offices[person.pk]
            if office.ends_on is None or office.ends_on >= clock.today()
        )

    def may_pass_the_wall(self, person, case):
        opens = any(
            office.role == Role.CONFIDENTIAL_OFFICER and case.village.path.startswith(office.path)
            for office in self.offices[person.pk]
            if office.ends_on is None or office.ends_on >= clock.today()
        )
        return self.has_part(person, case) and (opens or case.sensitivity != Sensitivity.SEALED)


def _behind_the_wall(person):
    with acting.as_person(person.pk), transaction.atomic():
        return set(Case.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("seed", range(8))
def test_list_and_wall_show_what_a_plain_reading_allows(house, seed):
    world = World(house, seed)
    for person in world.people:
        listed = set(Case.objects.visible_to(person).values_list("pk", flat=True))
        assert listed == {case.pk for case in world.cases if world.may_see(person, case)}
        passed = {case.pk for case in world.cases if world.may_pass_the_wall(person, case)}
        assert _behind_the_wall(person) == passed
        assert listed <= passed


@pytest.mark.parametrize("seed", range(200, 202))
def test_the_wall_shows_an_identity_by_leave_and_to_those_it_lets_pass(house, seed):
    world = World(house, seed)
    let = world.let_see()
    for person in world.people:
        passed = {case for case in world.cases if case.hides_identity and world.may_pass_the_wall(person, case)}
        with acting.as_person(person.pk), transaction.atomic():
            seen = set(Identity.objects.values_list("party__case", flat=True))
        assert seen == {case.pk for case in passed if (person.pk, case.pk) in let}
    assert not Identity.objects.exists()


@pytest.mark.parametrize("seed", range(100, 103))
def test_page_and_search_show_what_the_list_shows(house, client, seed):
    world = World(house, seed)
    for person in world.people:
        client.force_login(person)
        for case in world.cases:
            sees = world.may_see(person, case)
            assert client.get(reverse("admin:cases_case_change", args=[case.pk])).status_code == (200 if sees else 404)
            found = client.get(reverse("admin:cases_case_changelist"), {"q": case.number})
            rows = {row.pk for row in found.context["cl"].result_list} if found.status_code == 200 else set()
            assert (case.pk in rows) is sees


def test_the_worlds_are_worth_reading(house):
    """Each kind of answer occurs, or the two tests above would prove nothing."""
    world = World(house, 0)
    pairs = [
        (world.has_part(person, case), world.may_see(person, case)) for person in world.people for case in world.cases
    ]
    assert {(True, True), (True, False), (False, False)} == set(pairs)
    assert Post.objects.exclude(ends_on=None).exists()
