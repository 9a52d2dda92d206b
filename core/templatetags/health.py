"""The bar on every page that says when the system does not run."""

from typing import Any

from django import template
from django.template import Context

from core import clock
from core.jobs import label_of
from core.jumps import JumpCause
from core.pulse import alarm
from core.scoping import is_staff_account

register = template.Library()


@register.inclusion_tag("core/health_bar.html", takes_context=True)
def health_bar(context: Context) -> dict[str, Any]:
    """Return what is wrong, to members of staff; those who may look closer get a link."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not is_staff_account(user):
        return {}
    found = alarm(now=clock.now())
    return {
        "alarm": found,
        "silent": [label_of(job) for job in found.silent],
        "failing": [label_of(job) for job in found.failing],
        "cause": JumpCause(found.closed_by).label if found.closed_by else "",
        "may_look": bool(found) and user.has_perm("core.view_heartbeat"),
    }
