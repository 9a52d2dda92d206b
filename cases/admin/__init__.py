"""The pages of cases, and those of the rules that their limits follow."""

from cases.admin.calendar import calendar_moves
from cases.admin.cases import CaseAdmin, Panel
from cases.admin.rules import ClockRuleAdmin

__all__ = ["CaseAdmin", "ClockRuleAdmin", "Panel", "calendar_moves"]
