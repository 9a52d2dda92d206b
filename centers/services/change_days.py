"""The one door through which a day of the work calendar changes, and the record of every change."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from centers.models import CalendarChange, Center, WorkCalendarDay
from centers.reports import CALENDAR_LOCK
from centers.reports.calendar import may_change_calendar, value_of
from centers.rules.calendar import DayChange, DayValue
from core import locks
from core.audit import AuditAct, record
from core.errors import DomainError, NotPermitted
from core.models import User

Key = tuple[date, int | None]


class CalendarMoved(DomainError):
    """A day is no longer what it was when the change was looked at."""

    code = "calendar_moved"


@transaction.atomic
def change_days(changes: Sequence[DayChange], *, ground: str, actor: User, now: datetime) -> list[CalendarChange]:
    """Write what days are to become and put each change on record; nothing else changes a day.

    The calendar is held meanwhile: who counts a limit has either finished before or sees the new days, so that no
    running limit is missed when they are moved afterwards. Raises CalendarMoved when a day is no longer what the
    change says it was, DomainError without a ground; nothing is written then.
    """
    locks.hold(CALENDAR_LOCK)
    if not ground.strip():
        raise DomainError(_("Say why the calendar changes: the notice's title or the decision behind it."))
    changing = [change for change in changes if change.was != change.becomes]
    present = _present(changing)
    for change in changing:
        _check(change, present.get((change.on, change.center_id)))
    _write(changing, present)
    changed = CalendarChange.objects.bulk_create(
        _on_record(change, ground=ground.strip(), actor=actor, now=now) for change in changing
    )
    record(AuditAct.CALENDAR_CHANGED, actor=actor, data={"changes": [row.pk for row in changed]}, now=now)
    return changed


@transaction.atomic
def edit_calendar(changes: Sequence[DayChange], *, ground: str, actor: User, now: datetime) -> list[CalendarChange]:
    """Change days in the name of somebody who administers them.

    Raises NotPermitted for everybody's calendar in other hands than those of the whole's administrator, and
    Center.DoesNotExist for a region that ``actor`` does not administer; otherwise as ``change_days``.
    """
    for center_id in {change.center_id for change in changes}:
        if not may_change_calendar(actor, center_id):
            if center_id is not None:
                raise Center.DoesNotExist
            raise NotPermitted(_("Everybody's calendar is changed by the system administrator of the whole."))
    return change_days(changes, ground=ground, actor=actor, now=now)


def _present(changes: Sequence[DayChange]) -> dict[Key, WorkCalendarDay]:
    rows = WorkCalendarDay.objects.filter(date__in={change.on for change in changes})
    return {(row.date, row.center_id): row for row in rows}


def _check(change: DayChange, row: WorkCalendarDay | None) -> None:
    if (value_of(row) if row else None) != change.was:
        raise CalendarMoved(
            _("Somebody else has changed %(day)s meanwhile. Look at the calendar again."), day=change.on.isoformat()
        )
    if change.becomes is None and change.center_id is None:
        raise DomainError(_("A day can be changed but not taken out of everybody's calendar."))


def _write(changes: Sequence[DayChange], present: dict[Key, WorkCalendarDay]) -> None:
    added, changed, removed = [], [], []
    for change in changes:
        row = present.get((change.on, change.center_id))
        if change.becomes is None:
            removed.append(row)
        elif row is None:
            added.append(_filled(WorkCalendarDay(date=change.on, center_id=change.center_id), change.becomes))
        else:
            changed.append(_filled(row, change.becomes))
    WorkCalendarDay.objects.bulk_create(added)
    WorkCalendarDay.objects.bulk_update(changed, ["is_workday", "name", "source"])
    WorkCalendarDay.objects.filter(pk__in=[row.pk for row in removed if row]).delete()


def _filled(row: WorkCalendarDay, value: DayValue) -> WorkCalendarDay:
    row.is_workday, row.name, row.source = value.is_workday, value.name, value.source
    return row


def _on_record(change: DayChange, *, ground: str, actor: User, now: datetime) -> CalendarChange:
    row = CalendarChange(date=change.on, center_id=change.center_id, ground=ground, changed_by=actor, changed_at=now)
    if change.was:
        row.was_workday, row.was_name, row.was_source = change.was.is_workday, change.was.name, change.was.source
    if change.becomes:
        row.is_workday, row.name, row.source = change.becomes.is_workday, change.becomes.name, change.becomes.source
    return row
