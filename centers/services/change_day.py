from datetime import date

from django.db import transaction

from centers.enums import CalendarSource
from centers.models import WorkCalendarDay


@transaction.atomic
def change_day(on: date, *, is_workday: bool, name: str) -> WorkCalendarDay:
    """Let staff say what kind of day ``on`` is; no later load of the calendar touches it.

    A day that already is so is left as it was, under the source it has.
    """
    day = WorkCalendarDay.objects.everywhere().select_for_update().get(date=on)
    if (day.is_workday, day.name) != (is_workday, name):
        day.is_workday, day.name, day.source = is_workday, name, CalendarSource.STAFF
        day.save(update_fields=["is_workday", "name", "source"])
    return day
