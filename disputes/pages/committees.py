"""The page of one term of a mediation committee: who sits on it, what it lacks, and its other terms."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from disputes.models import Committee
from disputes.reports.committees import member_lines, what_it_lacks


def committee_context(committee: Committee, *, on: date) -> dict[str, Any]:
    """Return what the page shows, from the committee and its members alone."""
    lines = member_lines(committee.members.all(), committee, on=on)
    standing = _standing(committee, on=on)
    return {
        "committee": committee,
        "held": [line for line in lines if line.is_held],
        "others": [line for line in lines if not line.is_held],
        "standing": standing,
        "standing_text": {"now": _("In office"), "to_come": _("To come"), "over": _("Over")}[standing],
        "lacks": [one.label for one in what_it_lacks(lines, committee)] if standing == "now" else [],
    }


def page_context(committee: Committee, *, on: date) -> dict[str, Any]:
    """Return what the page shows, with the links to the other terms of the same committee."""
    terms = Committee.objects.filter(unit=committee.unit_id).order_by("-starts_on")
    return {**committee_context(committee, on=on), "terms": list(terms)}


def _standing(committee: Committee, *, on: date) -> str:
    if on > committee.ends_on:
        return "over"
    return "now" if on >= committee.starts_on else "to_come"
