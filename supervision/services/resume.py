"""Pauses that have lasted as long as they may: the limits they held go on by themselves."""

from django.utils.translation import gettext as _

from cases.services.pause import end_longest_pause
from core.jobs import system_account
from supervision.services.batch import Batch, Words
from supervision.services.claim import DueStep


def resume(batch: Batch, steps: list[DueStep]) -> None:
    """Let the limits of each case go on as of the end of its longest pause, however late the sweep comes."""
    words = Words(
        "resume",
        subject=_("%(number)s: the pause is over"),
        body=_("The pause of case %(number)s was over on %(due)s, its last day; the limits go on."),
        reason=_("You handle the matter, lead the unit that does, or supervise its center."),
    )
    actor = system_account()
    for step in steps:
        end_longest_pause(step.clock.pk, at=step.at, actor=actor, now=batch.now)
        names = {"number": step.case.number, "due": step.clock.due_on.isoformat()}
        batch.tell(step, batch.concerned(step), words, names=names)
