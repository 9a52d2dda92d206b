"""The sweep on a morning when many steps are due at once, against a loop through the ORM and against the bare SQL."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from benchmarks import loop
from benchmarks.city import add_cases, build_city, plan, statement
from benchmarks.common import Figures, timed
from cases.enums import ClockKind
from cases.models import Case
from core import clock
from core.jobs import system_account
from supervision.services.sweep import BATCH, sweep_batches

CASES = 50_000
STEPS_A_CASE = 2  # its climb and its yellow notice
SAMPLE = 300

# What is late goes its own way, so that all three can be timed side by side: first the sweep's cases, which lie at the
# head of the index, a fortnight later those of the bare SQL, and those of the loop another fortnight later.
FORTNIGHT = timedelta(days=14)
TRIAGED_ON = date(2026, 10, 21)  # a Wednesday; the village's three working days end on Monday, no holiday is near
MORNING_AFTER = datetime(2026, 10, 27, 9, 0, tzinfo=clock.SHANGHAI)  # half an hour after the yellow notices are due

# What was done: the effect's name and how often one case had it, and the number of such cases.
Effects = Counter[tuple[str, int]]


def run() -> Figures:
    return measure(CASES, sample=SAMPLE)


def measure(cases: int, *, sample: int) -> Figures:
    """Let the sweep and the bare SQL have as many ``cases`` each and the loop a ``sample``, in turns, and compare."""
    build_city(years=range(2026, 2028))
    add_cases(1, 2 * cases, started_on=[TRIAGED_ON, TRIAGED_ON + FORTNIGHT], has_warned=True)
    add_cases(2 * cases + 1, 2 * cases + sample, started_on=[TRIAGED_ON + 2 * FORTNIGHT], has_warned=True)
    for_the_sweep, for_the_sql, for_the_loop = (_cases(TRIAGED_ON + turn * FORTNIGHT) for turn in range(3))
    swept, bare, looped = _timed_in_turns(for_the_loop)
    expected = effects_on(for_the_loop, shift=2 * FORTNIGHT)
    if any(compared(expected, effects_on(for_the_sql, shift=FORTNIGHT), cases=cases)):
        raise SystemExit("the bare SQL does something else than the loop")
    lost, double = compared(expected, effects_on(for_the_sweep, shift=0 * FORTNIGHT), cases=cases)
    steps = cases * STEPS_A_CASE
    return {
        "n": steps,
        "seconds": swept,
        "rows_per_s": steps / swept,
        "ratio_vs_loop": (cases / swept) / (sample / looped),
        "ratio_vs_sql": swept / bare,
        "lost": lost,
        "double": double,
    }


def _cases(triaged_on: date) -> list[int]:
    return list(Case.objects.filter(clocks__started_on=triaged_on).order_by("pk").values_list("pk", flat=True))


def _timed_in_turns(for_the_loop: Sequence[int]) -> tuple[float, float, float]:
    """Return the seconds of the sweep, the bare SQL and the loop: a batch, a batch, a few cases, and so on."""
    sweep, bare = sweep_batches(now=MORNING_AFTER), _bare_batches(now=MORNING_AFTER + FORTNIGHT)
    todo, few, waiting = loop.prepared(now=MORNING_AFTER + 2 * FORTNIGHT), 3, list(for_the_loop)
    spent = [0.0, 0.0, 0.0]
    more = True
    while more or waiting:
        with timed() as by_sweep:
            fired = next(sweep, 0)
        with timed() as by_sql:
            written = next(bare, 0)
        with timed() as by_loop:
            for case_id in waiting[:few]:
                loop.handle(todo, case_id)
        del waiting[:few]
        spent = [total + watch.seconds for total, watch in zip(spent, (by_sweep, by_sql, by_loop), strict=True)]
        more = bool(fired or written)
    return spent[0], spent[1], spent[2]


def _bare_batches(*, now: datetime) -> Iterator[int]:
    """Do with one statement for each batch what the sweep does, and yield how many steps each dealt with."""
    bare, values = statement("sweep_due"), _values(now)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(bare, values)
            ((count,),) = cursor.fetchall()
        if not count:
            return
        yield count


def _values(now: datetime) -> dict[str, object]:
    """Return what is the same for all rows of the bare SQL: dates, rules, ladders, and texts with gaps."""
    today, due_on = clock.local_day(now), clock.local_day(now) - timedelta(days=1)
    town_rule, town = plan(ClockKind.LVL_TOWN, due_on, at=clock.end_of(due_on))
    reply_rule, reply = plan(ClockKind.NOTICE_REPLY, today, at=now)
    ladders = {ClockKind.LVL_TOWN: town.steps, ClockKind.NOTICE_REPLY: reply.steps}
    steps = [(kind.value, step.value, at) for kind, ladder in ladders.items() for step, at in ladder]
    return {
        "since": clock.end_of(due_on),
        "now": now,
        "size": BATCH,
        "today": today,
        "year": today.year,
        "actor": system_account().pk,
        "town_rule": town_rule.pk,
        "town_due_on": town.due_on,
        "town_due_at": town.due_at,
        "reply_rule": reply_rule.pk,
        "reply_due_on": reply.due_on,
        "reply_due_at": reply.due_at,
        "plan_kind": [kind for kind, _step, _at in steps],
        "plan_step": [step for _kind, step, _at in steps],
        "plan_at": [at for _kind, _step, at in steps],
        "link": reverse("admin:cases_case_change", args=[0]),
        **_texts(),
    }


def _texts() -> dict[str, str]:
    """Return the texts of the messages for ``format``, which numbers its gaps."""
    climb = {"number": "%1$s", "origin": "%2$s", "target": "%3$s"}
    yellow = {"notice": "%1$s", "number": "%2$s", "center": "%3$s", "due": "%4$s"}
    return {
        "climb_subject": _("%(number)s: escalated from %(origin)s to %(target)s") % climb,
        "climb_body": _("The limit of %(origin)s for case %(number)s has passed; %(target)s now holds it.") % climb,
        "climb_reason": _("Your center receives the matter, or you handled it before."),
        "yellow_subject": _("%(notice)s: yellow notice on case %(number)s") % yellow,
        "yellow_body": _("%(center)s overran its limit for case %(number)s. An answer is due on %(due)s.") % yellow,
        "yellow_reason": _("Your unit must answer the notice, or you supervise the center concerned."),
    }


def effects_on(case_ids: Sequence[int], *, shift: timedelta) -> Effects:
    """Return what the tables hold of all that was done to these cases, whose limits began ``shift`` later."""
    with connection.cursor() as cursor:
        cursor.execute(statement("effects"), {"case_ids": case_ids, "shift": shift})
        return Counter({(name, times): cases for name, times, cases in cursor.fetchall()})


def compared(by_loop: Effects, swept: Effects, *, cases: int) -> tuple[int, int]:
    """Return how many effects the ``cases`` swept lack, and how many they have too many, beside those of the loop."""
    expected = dict(by_loop.keys())
    if len(expected) != len(by_loop) or len(set(by_loop.values())) != 1:
        raise SystemExit(f"the loop did not do the same to every case: {by_loop}")
    lost = double = 0
    found: dict[str, int] = defaultdict(int)
    for (name, times), count in swept.items():
        found[name] += count
        lost += max(0, expected.get(name, 0) - times) * count
        double += max(0, times - expected.get(name, 0)) * count
    lost += sum((cases - found[name]) * times for name, times in expected.items())
    return lost, double
