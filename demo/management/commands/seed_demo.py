import random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from cases.models import Case
from core import acting, clock
from demo.committees import form_committees
from demo.groups import gather_disputes, relate_pair
from demo.joint import ask_units
from demo.petitions import seed_petitions
from demo.rosters import seed_grids_and_members
from demo.simulation import Simulation
from demo.world import hand_out_passwords, logins, logins_path, sample_villages, staff_the_offices

MATTERS = 310
MEMBERS = 2000


class Command(BaseCommand):
    help = "Fill an empty system with sample people and matters; a system that has matters is left as it is."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Sample data is for a demo only; set DEMO=1 to say that this is one.")
        villages = sample_villages()
        with acting.as_house(), transaction.atomic():
            if not Case.objects.exists():
                _plan_for_filling_tables()
                self._seed(villages)
        if not logins_path().exists():
            hand_out_passwords(logins([village.code for village in villages]))

    def _seed(self, villages: list[Any]) -> None:
        now = clock.now()
        grids = seed_grids_and_members(villages, MEMBERS, clock.local_day(now), random.Random(2026))
        world = staff_the_offices(villages)
        form_committees(world, now=now)
        Simulation(world, grids, now=now).live(MATTERS)
        ask_units(now=now)
        relate_pair(world, now=now)
        gather_disputes(world, now=now)
        seed_petitions(world, now=now)


def _plan_for_filling_tables() -> None:
    """Let this transaction use indexes throughout: until it ends, the planner takes the tables it fills for empty."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
