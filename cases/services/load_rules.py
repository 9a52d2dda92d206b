from datetime import date
from typing import Final

from cases.models import ClockRule
from cases.rules.defaults import DEFAULT_RULES

IN_FORCE_SINCE: Final = date(2022, 5, 1)  # the Regulations on Petition Work, art. 50


def load_default_rules() -> int:
    """Write the limits that hold where no place has set its own, and return how many were new."""
    wanted = [
        ClockRule(
            kind=rule.kind,
            grade=rule.grade or "",
            amount=rule.limit.amount,
            unit_of_time=rule.limit.unit.value,
            roll_forward=rule.limit.roll_forward,
            article=rule.article,
            valid_from=IN_FORCE_SINCE,
        )
        for rule in DEFAULT_RULES
    ]
    before = ClockRule.objects.count()
    ClockRule.objects.bulk_create(wanted, ignore_conflicts=True)
    return ClockRule.objects.count() - before
