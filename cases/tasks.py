from collections.abc import Iterator

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from cases.services.recompute import apply_calendar_changes as apply_changes
from core.periodic import Now, job


@shared_task(name="cases.apply_calendar_changes")
@job(_("Limits after a change of the calendar"), automatic=False)
def apply_calendar_changes(now: Now) -> Iterator[int]:
    """Move the running limits after the calendar changed. Runs every minute; a second run finds nothing to move."""
    yield from apply_changes(now=now())
