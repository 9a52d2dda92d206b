from datetime import date

import pytest

from centers.enums import CalendarSource
from centers.models import WorkCalendarDay
from centers.services.change_day import change_day
from centers.services.load_calendar import load_calendar

DAY = date(2026, 7, 1)


@pytest.fixture
def calendar(db):
    load_calendar([2026])


def test_a_changed_day_is_staffs_from_then_on(calendar):
    change_day(DAY, is_workday=False, name="停电")
    load_calendar([2026])
    day = WorkCalendarDay.objects.get(date=DAY)
    assert (day.is_workday, day.name, day.source) == (False, "停电", CalendarSource.STAFF)


def test_a_day_that_already_is_so_keeps_its_source(calendar):
    assert change_day(DAY, is_workday=True, name="").source == CalendarSource.NOTICE


def test_a_day_that_is_not_loaded_cannot_be_changed(calendar):
    with pytest.raises(WorkCalendarDay.DoesNotExist):
        change_day(date(2027, 7, 1), is_workday=False, name="")
