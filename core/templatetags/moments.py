"""How a moment reads on a page: to the minute today, to the day before that."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from core import clock

register = template.Library()


@register.filter
def moment(at: datetime | None) -> str:
    """Return the time of a moment of today, otherwise its date."""
    if at is None:
        return ""
    local = timezone.localtime(at, clock.SHANGHAI)
    return date_format(local, "H:i" if local.date() == clock.today() else "Y-m-d")


@register.filter
def moment_in_full(at: datetime | None) -> str:
    """Return date and time of a moment."""
    return date_format(timezone.localtime(at, clock.SHANGHAI), "Y-m-d H:i") if at else ""


@register.filter
def moment_in_seconds(at: datetime | None) -> str:
    """Return date and time of a moment to the second, for those who look after machines."""
    return date_format(timezone.localtime(at, clock.SHANGHAI), "Y-m-d H:i:s") if at else ""
