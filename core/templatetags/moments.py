"""How a moment reads on a page: to the minute today, to the day before that."""

from datetime import datetime

from django import template

from core import clock

register = template.Library()


@register.filter
def moment(at: datetime | None) -> str:
    """Return the time of a moment of today, otherwise its date."""
    if at is None:
        return ""
    local = at.astimezone(clock.SHANGHAI)
    return f"{local:%H:%M}" if local.date() == clock.today() else f"{local:%Y-%m-%d}"


@register.filter
def moment_in_full(at: datetime | None) -> str:
    """Return date and time of a moment."""
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if at else ""


@register.filter
def moment_in_seconds(at: datetime | None) -> str:
    """Return date and time of a moment to the second, for those who look after machines."""
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}" if at else ""
