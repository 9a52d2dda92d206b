"""The matters when the tree of centers changes: all under a center belong elsewhere from one moment on.

A fixed number of statements, whatever their number. Their codes and numbers, and the days of their limits, stay.
"""

import json
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Value, When
from django.db.models import Case as Choose
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, TransferReason
from cases.models import Case, Clock, ClockRule, Recusal, Transfer
from cases.querysets import CaseQuerySet
from cases.services.recuse import go_on_without, is_handler_recused
from centers.enums import Level, ReorganisationKind
from centers.models import Center, CenterGrant, Reorganisation
from centers.reports.reorganisation import TreeChange
from centers.services.reorganise import Reorganised
from core.channels import MessageKind
from core.outbox import Message, queue_messages

PLACE: Final = ", ".join(f"{level}_id" for level in Level.values)
KEEP_PLACES: Final = f"""
INSERT INTO cases_caseplace (case_id, reorganisation_id, until_on, {PLACE}, holder_id)
SELECT id, %(reorganisation)s, %(today)s::date - 1, {PLACE}, holder_id FROM cases_case WHERE {{level}}_id = %(center)s
"""  # noqa: S608 - names of columns
TELL: Final = """
INSERT INTO cases_event (case_id, kind, at, recorded_at, actor_id, data)
SELECT matter.id, %(kind)s, %(now)s, %(now)s, %(actor)s, %(data)s::jsonb
FROM cases_caseplace kept JOIN cases_case matter ON matter.id = kept.case_id
WHERE kept.reorganisation_id = %(reorganisation)s AND matter.closed_at IS NULL
"""
# A complaint about an office is from now on one about the office that carries on for it (Administrative Litigation Law,
# art. 26): whoever serves there from today on has no part in it either.
HAND_ON_RECUSALS: Final = """
INSERT INTO cases_recusal (case_id, unit_id, center_id, with_below, since, source, ground, recorded_by_id, recorded_at)
SELECT case_id, next.unit_id, next.center_id, with_below, %(today)s, source, %(ground)s, %(actor)s, %(now)s
FROM cases_recusal
JOIN unnest(%(old_units)s::bigint[], %(new_units)s::bigint[], %(old_centers)s::bigint[], %(new_centers)s::bigint[])
    AS next (old_unit_id, unit_id, old_center_id, center_id)
    ON next.old_unit_id = cases_recusal.unit_id OR next.old_center_id = cases_recusal.center_id
ON CONFLICT DO NOTHING
RETURNING case_id
"""
HAND_BACK: Final = """
INSERT INTO cases_transfer (case_id, reason, from_center_id, to_center_id, moved_at)
SELECT id, %(reason)s, holder_id, holder_id, %(now)s FROM cases_case WHERE id = ANY (%(cases)s)
"""
EVENT_OF: Final = {
    ReorganisationKind.MERGE: EventKind.CENTER_MERGED,
    ReorganisationKind.MOVE: EventKind.CENTER_MOVED,
}


def count_matters(change: TreeChange, *, on: date) -> list[tuple[str | Promise, int]]:
    """Return how much of what this room keeps a change would touch."""
    cases = _under(change.center)
    return [
        (_("Matters that belong elsewhere from now on"), cases.count()),
        (_("of them open"), cases.open().count()),
        (
            _("Open matters that another center holds from now on"),
            cases.open().filter(holder__in=change.successors).count(),
        ),
        (_("Recusals that pass on to the center that carries on"), _recusals(change).count()),
        (_("Limits of its own, which hold no more for new matters"), _own_rules(change, on).count()),
    ]


def matters_before(row: Reorganisation) -> list[tuple[str | Promise, int]]:
    """Return how many matters belonged to the center on the last day before it was reorganised."""
    before = Case.objects.belonging_to(row.center, on=row.effective_on - timedelta(days=1))
    return [(_("Matters that belonged there until then"), before.count())]


def holds_matters(center: Center) -> bool:
    """Return whether a matter arose under the center."""
    return _under(center).exists()


def follow_tree(done: Reorganised) -> None:
    """Let all matters under the center belong where it went.

    What stood over them stays on record for the figures of the past. What an office held that stands over them no
    more its successor holds: matters, running limits, moves that nobody has signed for. Whose handler has no right
    there waits for another one. A recusal of an absorbed office passes on to its successor.
    """
    _run(KEEP_PLACES.format(level=done.change.center.level), done, center=done.change.center.pk)
    _move_cases(done)
    _move_limits(done)
    data = {"center": done.change.center.name, "target": done.change.target.name}
    _run(TELL, done, kind=EVENT_OF[done.change.kind].value, data=json.dumps(data))
    if done.change.kind == ReorganisationKind.MERGE:
        _pass_on_recusals(done)
    _take_from_handlers_without_right(done)


def _under(center: Center) -> CaseQuerySet:
    return Case.objects.filter(**{center.level: center.pk})


def _moved(done: Reorganised, prefix: str = "") -> Q:
    return Q(**{f"{prefix}former_places__reorganisation": done.row})


def _successor(done: Reorganised, column: str) -> Choose:
    """Return the center that takes the place of the one in ``column``, or that one itself."""
    pairs = done.change.successors.items()
    return Choose(
        *(When(**{column: old}, then=Value(new)) for old, new in pairs),
        default=F(column),
        output_field=BigIntegerField(),
    )


def _unit(done: Reorganised, column: str = "unit_id", holder: str = "holder_id") -> Choose:
    """Return the unit that goes on as the one in ``column`` where the office changes; none where it has none."""
    pairs = done.units.items()
    stays = When(~Q(**{f"{holder}__in": [*done.change.successors]}), then=F(column))
    return Choose(
        stays,
        *(When(**{column: old}, then=Value(new)) for old, new in pairs),
        default=None,
        output_field=BigIntegerField(),
    )


def _move_cases(done: Reorganised) -> None:
    place = {f"{level}_id": pk for level, pk in done.change.place.items()}
    _under(done.change.center).update(**place, holder_id=_successor(done, "holder_id"), unit_id=_unit(done))


def _move_limits(done: Reorganised) -> None:
    moved = Case.objects.filter(_moved(done)).values("pk")
    held = {"case__in": moved, "holder__in": [*done.change.successors]}
    Clock.objects.open().filter(**held).update(holder_id=_successor(done, "holder_id"), unit_id=_unit(done))
    waiting = Transfer.objects.waiting().filter(case__in=moved, to_center__in=[*done.change.successors])
    waiting.update(to_center_id=_successor(done, "to_center_id"))


def _pass_on_recusals(done: Reorganised) -> None:
    """Let recusals pass on, and the open matters they concern go on without whoever has no part in them by now."""
    old_units, new_units = [*done.units], [*done.units.values()]
    rows = _run(
        HAND_ON_RECUSALS,
        done,
        ground=gettext("%(center)s was merged into %(target)s, which carries on for it.")
        % {"center": done.change.center.name, "target": done.change.target.name},
        old_units=[*old_units, None],
        new_units=[*new_units, None],
        old_centers=[None] * len(old_units) + [done.change.center.pk],
        new_centers=[None] * len(old_units) + [done.change.target.pk],
    )
    concerned = Case.objects.open().filter(pk__in={case_id for (case_id,) in rows})
    for case in concerned.select_for_update(of=("self",)).select_related("holder", "unit", "village").order_by("pk"):
        go_on_without(case, is_handler_out=is_handler_recused(case), actor=done.actor, now=done.now)


def _take_from_handlers_without_right(done: Reorganised) -> None:
    """Let the open matters wait for another handler whose own has no right where they belong now."""
    over = Q(*(Q(content_object=OuterRef(level)) for level in Level.values), _connector=Q.OR)
    rights = CenterGrant.objects.live(on=done.today).filter(over, permission__codename="handle_case")
    handled = Case.objects.open().filter(_moved(done), handler__isnull=False)
    without = handled.exclude(Exists(rights.filter(user=OuterRef("handler"))))
    taken = list(without.order_by("pk").values_list("pk", "number", "handler"))
    if not taken:
        return
    lost = [pk for pk, _number, _handler in taken]
    _tell_handlers(taken, done)
    Transfer.objects.waiting().filter(case__in=lost).update(superseded_at=done.now)
    Case.objects.filter(pk__in=lost).update(handler=None, unit=None)
    _run(HAND_BACK, done, reason=TransferReason.REORGANISATION.value, cases=lost)


def _tell_handlers(taken: list[tuple[int, str, int]], done: Reorganised) -> None:
    """Tell each handler what was taken from them; delivery keeps it from whoever has no part in the matter."""
    names = {"center": done.change.center.name, "target": done.change.target.name}
    with override(settings.LANGUAGE_CODE):
        subject, reason = gettext("%(number)s is no longer on your desk"), gettext("You handled the matter until now.")
        body = gettext(
            "%(center)s was reorganised and carries on under %(target)s, where you hold no right to handle matters. "
            "Another handler will be named; hand your papers to the center that holds the matter now."
        )
    key = f"{MessageKind.REORGANISATION}:{done.row.pk}"
    queue_messages(
        [
            Message(f"{key}:{pk}", handler, subject % {"number": number}, body % names, reason, matter_id=pk)
            for pk, number, handler in taken
        ],
        now=done.now,
    )


def _recusals(change: TreeChange) -> Any:
    if change.kind != ReorganisationKind.MERGE:
        return Recusal.objects.none()
    return Recusal.objects.filter(Q(center=change.center) | Q(unit__center=change.center))


def _own_rules(change: TreeChange, on: date) -> Any:
    rules = ClockRule.objects.not_over(on=on).filter(center=change.center)
    return rules if change.kind == ReorganisationKind.MERGE else rules.none()


def _run(statement: str, done: Reorganised, **given: Any) -> list[Any]:
    shared: dict[str, Any] = {
        "reorganisation": done.row.pk, "today": done.today, "now": done.now, "actor": done.actor.pk
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, shared | given)
        return cursor.fetchall() if cursor.description else []
