"""Setting how long a limit is at a place, from a day on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind
from cases.models import ClockRule
from cases.reports import CHANGE_RULES
from cases.rules.setting import Proposal, Refusal, refusals
from centers.enums import Level
from centers.models import Center
from centers.querysets import CenterQuerySet
from centers.reports import centers_in_scope
from core import clock
from core.audit import AuditAct, record
from core.errors import DomainError, NotPermitted
from core.models import User
from core.workdays import Limit

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewRule:
    """A limit as a place wants it: no center is everywhere; no level, grade or category is any."""

    kind: ClockKind
    center: Center | None
    limit: Limit
    article: str
    valid_from: date
    level: str = ""
    grade: str = ""
    category: str = ""

    def as_row(self) -> ClockRule:
        """Return the rule as a row that has not been written."""
        return ClockRule(
            kind=self.kind.value,
            center=self.center,
            level=self.level,
            grade=self.grade,
            category=self.category,
            amount=self.limit.amount,
            unit_of_time=self.limit.unit.value,
            roll_forward=self.limit.roll_forward,
            article=self.article.strip(),
            valid_from=self.valid_from,
        )


class RuleRefused(DomainError):
    """A rule may not be set. ``refusals`` names each part that is wrong, and why."""

    code = "rule_refused"

    def __init__(self, found: list[Refusal]) -> None:
        super().__init__(" ".join(str(refusal) for _part, refusal in found))
        self.refusals = found


@transaction.atomic
def set_rule(new: NewRule, *, actor: User, now: datetime) -> ClockRule:
    """Let a limit have another length at a place from a day on; the clocks that run by then keep theirs.

    The rule about the same that holds until then ends the day before, though the end that was planned for it stays on
    record, and one that is already set for later goes on following. Whoever sets or ends rules of the same place at
    the same time waits. Raises RuleRefused with everything that is wrong.
    """
    lock_place(new.center)
    if found := rule_refusals(new, actor=actor, today=clock.local_day(now)):
        raise RuleRefused(found)
    rule = new.as_row()
    rule.set_by, rule.set_at = actor, now
    same = ClockRule.objects.about_the_same_as(rule)
    before = same.filter(valid_from__lt=rule.valid_from).last()
    after = same.filter(valid_from__gt=rule.valid_from).first()
    if before and (before.valid_until is None or before.valid_until >= rule.valid_from):
        before.valid_until = rule.valid_from - A_DAY
        if before.planned_until is None:
            before.ended_by, before.ended_at = actor, now
        before.save(update_fields=["valid_until", "ended_by", "ended_at"])
    rule.valid_until = after.valid_from - A_DAY if after else None
    rule.save()
    record(AuditAct.RULE_CHANGED, actor=actor, subject=rule, data={"step": "set"}, now=now)
    return rule


def rule_refusals(new: NewRule, *, actor: User, today: date) -> list[Refusal]:
    """Return everything that is wrong with a new rule, each with the name of the part; empty when nothing is."""
    proposal = Proposal(
        kind=new.kind,
        limit=new.limit,
        place=Level(new.center.level) if new.center else None,
        level=Level(new.level) if new.level else None,
        article=new.article,
        valid_from=new.valid_from,
    )
    found = refusals(proposal, today=today)
    if not may_set_at(new.center, actor=actor):
        found.append(("center", NotPermitted(_("You set limits for your own center and what lies below it only."))))
    if ClockRule.objects.about_the_same_as(new.as_row()).filter(valid_from=new.valid_from).exists():
        found.append(("valid_from", _taken(new.valid_from)))
    return found


def may_set_at(center: Center | None, *, actor: User) -> bool:
    """Return whether ``actor`` may set limits there; what holds everywhere is for who directs every top of the tree."""
    reach = centers_in_scope(actor, CHANGE_RULES)
    if center is not None:
        return reach.filter(pk=center.pk).exists()
    tops = _tops()
    return tops.exists() and not tops.exclude(pk__in=reach.values("pk")).exists()


def lock_place(center: Center | None) -> None:
    """Let nobody else set or end a rule of this place until the transaction is over."""
    rows = Center.objects.filter(pk=center.pk) if center else _tops()
    list(rows.select_for_update(no_key=True).order_by("pk"))


def _tops() -> CenterQuerySet:
    return Center.objects.filter(parent=None)


def _taken(valid_from: date) -> DomainError:
    return DomainError(
        _("Another rule about the same begins on %(day)s. Choose a later day, or withdraw that one first."),
        day=valid_from.isoformat(),
    )
