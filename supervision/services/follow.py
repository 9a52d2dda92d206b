"""What a notice keeps of its limit to answer, and how it follows when the calendar moves that limit."""

from collections.abc import Sequence

from cases.models import Clock
from cases.rules.kinds import NOTICE_KINDS
from supervision.models import SupervisionNotice


def follow_reply_limits(moved: Sequence[Clock]) -> None:
    """Let the notices whose limits to answer have moved be due on the new day: a clock's key names a notice's step."""
    for row in moved:
        if row.kind in NOTICE_KINDS:
            step_id = int(row.key.split(":")[2])
            SupervisionNotice.objects.filter(case=row.case_id, step=step_id).update(reply_due_on=row.due_on)
