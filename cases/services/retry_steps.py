from django.db.models import Q

from cases.models import ClockStep
from core.models import User

RETRY = "cases.retry_clockstep"


def retry_steps(wanted: Q, *, actor: User) -> int:
    """Let the set-aside steps that match ``wanted`` be due once more, and return how many; the next sweep fires them.

    Only those of cases that arose where ``actor`` may do this. What they were refused for stays on record until they
    have fired.
    """
    return ClockStep.objects.set_aside().reachable_by(actor, RETRY).filter(wanted).update(failed_at=None)
