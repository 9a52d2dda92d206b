"""The pages of cases, and those of the rules that their limits follow."""

from cases.admin.calendar import calendar_moves
from cases.admin.cases import CaseAdmin, Panel
from cases.admin.paper_templates import PaperTemplateAdmin
from cases.admin.rules import ClockRuleAdmin
from cases.enums import EventKind
from core.admin.audit import CODES

CODES["event"] = dict(EventKind.choices)

__all__ = ["CaseAdmin", "ClockRuleAdmin", "Panel", "PaperTemplateAdmin", "calendar_moves"]
