from collections.abc import Iterator

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from core.periodic import Now, job
from supervision.services.sweep import sweep_batches


@shared_task(name="supervision.sweep_clocks")
@job(_("Sweep of the clocks"), automatic=True)
def sweep_clocks(now: Now) -> Iterator[int]:
    """Fire what is due. Runs every minute; a second run at the same time shares the work and repeats nothing."""
    yield from sweep_batches(now=now())
