"""A claim from the window to its end, act by act."""

import pytest

from cases.enums import ClockKind, EventKind, Outcome, Stage
from cases.models import Case
from core.errors import DomainError
from petitions.enums import NoticeKind
from petitions.services.verify import close_petition, confirm_petition
from tests.cases.papers import with_papers
from tests.factories import at
from tests.petitions.office import opinion_served

NOW = at("2026-03-02")


def test_a_claim_is_answered_and_closed_once_no_review_was_asked_for(house):
    case = opinion_served(house, now=NOW)
    assert (case.petition.state, case.stage) == ("served", Stage.REPORTED)
    assert (case.results.get().outcome, case.opinions.get().number) == (Outcome.OPINION, "(2026)枫桥访意字第0001号")
    confirm_petition(case.pk, remark="已核实", actor=house.town_supervisor, now=at("2026-03-03"))
    case = Case.objects.get(pk=case.pk)
    assert (case.petition.state, case.stage, case.closed_at) == ("review_window", Stage.VERIFIED, None)
    with pytest.raises(DomainError, match="2026-04-01"):
        close_petition(case.pk, actor=house.town_supervisor, now=at("2026-04-01", 23))
    close_petition(with_papers(case).pk, actor=house.town_supervisor, now=at("2026-04-02"))
    case = Case.objects.get(pk=case.pk)
    assert (case.petition.state, case.stage, case.closed_at) == ("closed", Stage.CLOSED, at("2026-04-02"))
    window = case.clocks.get(kind=ClockKind.PET_ASKREVIEW)
    assert (window.state, window.late_days) == ("lapsed", 1)
    assert set(case.petition_notices.values_list("kind", flat=True)) == {NoticeKind.ACCEPTANCE, NoticeKind.OPINION}
    assert case.events.order_by("pk").last().kind == EventKind.CLOSED
