"""Ending a place's own rule, and withdrawing one that has not begun."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import ClockRule
from cases.services.set_rule import lock_place, may_set_at
from core import clock
from core.audit import AuditAct, record
from core.errors import DomainError, NotPermitted
from core.models import User

A_DAY = timedelta(days=1)
ENDING = ("valid_until", "planned_until", "ended_by", "ended_at", "end_ground")


@transaction.atomic
def end_rule(rule_id: int, *, last_day: date, ground: str, actor: User, now: datetime) -> ClockRule:
    """Let a place's own rule hold until ``last_day``; from the day after, the one above it holds again.

    Clocks that run keep the length they were given. Raises DomainError for a rule that holds everywhere (it is
    replaced, not ended), has not begun, or has an end that would be put off; ClockRule.DoesNotExist for an unknown
    one, NotPermitted outside the actor's centers.
    """
    rule, today = _obtain(rule_id, actor=actor), clock.local_day(now)
    if rule.center is None:
        raise DomainError(_("What holds everywhere cannot be ended, only replaced. Set another rule from a day on."))
    if rule.valid_from > today:
        raise DomainError(_("This rule has not begun. Withdraw it instead."))
    if rule.valid_until is not None and rule.valid_until <= last_day:
        raise DomainError(
            _("This rule ends on %(day)s. An end is not put off; set a new rule instead."),
            day=rule.valid_until.isoformat(),
        )
    if last_day < today:
        raise DomainError(_("The last day of a rule is today (%(today)s) or a later day."), today=today.isoformat())
    rule.planned_until = last_day
    record(AuditAct.RULE_CHANGED, actor=actor, subject=rule, data={"step": "ended"}, now=now)
    return _end(rule, last_day, ground=ground, actor=actor, now=now)


@transaction.atomic
def withdraw_rule(rule_id: int, *, ground: str, actor: User, now: datetime) -> ClockRule:
    """Let a rule that has not begun never begin; the one whose place it was to take holds on, to its planned end.

    Raises DomainError for a rule that has begun or is withdrawn, ClockRule.DoesNotExist for an unknown one,
    NotPermitted outside the actor's centers.
    """
    rule = _obtain(rule_id, actor=actor)
    if rule.valid_from <= clock.local_day(now):
        raise DomainError(_("This rule has begun, so it stays on record. Give it an end, or set another one."))
    if rule.is_withdrawn:
        raise DomainError(_("This rule has been withdrawn already."))
    before = ClockRule.objects.about_the_same_as(rule).filter(valid_until=rule.valid_from - A_DAY).last()
    until = rule.valid_until
    record(AuditAct.RULE_CHANGED, actor=actor, subject=rule, data={"step": "withdrawn"}, now=now)
    _end(rule, rule.valid_from - A_DAY, ground=ground, actor=actor, now=now)
    if before and before.planned_until:
        before.valid_until = min(before.planned_until, until or before.planned_until)
        before.save(update_fields=["valid_until"])
    elif before:
        _end(before, until, ground="", actor=actor, now=now)
    return rule


def _obtain(rule_id: int, *, actor: User) -> ClockRule:
    rule = ClockRule.objects.visible_to(actor).select_related("center").get(pk=rule_id)
    if not may_set_at(rule.center, actor=actor):
        raise NotPermitted(_("You set limits for your own center and what lies below it only."))
    lock_place(rule.center)
    rule.refresh_from_db(fields=["valid_until"])
    return rule


def _end(rule: ClockRule, last_day: date | None, *, ground: str, actor: User, now: datetime) -> ClockRule:
    rule.valid_until, rule.end_ground = last_day, ground.strip()
    rule.ended_by, rule.ended_at = (actor, now) if last_day else (None, None)
    rule.save(update_fields=ENDING)
    return rule
