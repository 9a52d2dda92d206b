"""The cases' part of the calendar's pages: what a change would move."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from cases.pages.calendar import foresight_context, waiting_limits
from centers.admin.calendar import Effect, WorkCalendarDayAdmin
from centers.rules.calendar import DayChange
from core import clock
from core.admin import account


def calendar_moves(request: HttpRequest, changes: Sequence[DayChange]) -> dict[str, Any]:
    """Return what the preview shows of the limits that would move."""
    return foresight_context(changes, user=account(request), today=clock.today())


WorkCalendarDayAdmin.effects.append(Effect("cases/calendar_moves.html", calendar_moves))
WorkCalendarDayAdmin.waiting.append(waiting_limits)
