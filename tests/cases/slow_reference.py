"""The last day of a limit, found by a walk day by day over the raw rows: apart from the product's arithmetic."""

from calendar import monthrange
from datetime import date, timedelta

from centers.models import WorkCalendarDay

ONE = timedelta(days=1)


def last_day(clock):
    """Return the last day that ``clock`` must have, from its row, its pauses, what was granted, and the calendar."""
    works = dict(WorkCalendarDay.objects.filter(center=None).values_list("date", "is_workday"))
    pauses = [(pause.started_on, pause.ended_on) for pause in clock.pauses.all()]
    parts = [(clock.amount, clock.unit_of_time)]
    parts += clock.extensions.filter(state="granted").order_by("decided_at", "pk").values_list("amount", "unit_of_time")
    day = clock.started_on
    for amount, unit in parts:
        left = (_corresponding(day, amount) - day).days if unit == "months" else amount
        while left:
            day += ONE
            left -= not _is_paused(day, pauses) and (works[day] or unit != "working_days")
    gives_way = clock.roll_forward or clock.unit_of_time == "working_days"
    while (gives_way and not works[day]) or _cannot_end(day, pauses):
        day += ONE
    return day


def _corresponding(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _is_paused(day, pauses):
    return any(started < day <= ended for started, ended in pauses)


def _cannot_end(day, pauses):
    return any(started <= day <= ended and started < ended for started, ended in pauses)
