"""A matter is not closed while a paper that it must have is missing."""

import pytest

from cases.models import Case
from cases.services.papers import PapersMissing, make_paper, see_paper
from disputes.services.verify import confirm_dispute
from tests.cases.papers import SAMPLES, only
from tests.factories import at, terminated

NOW = at("2026-11-18")


@pytest.fixture(autouse=True)
def _kinds():
    yield from only(SAMPLES)


def test_closing_names_each_missing_paper_and_goes_on_once_they_are_there(house):
    case = terminated(house, now=NOW)

    def close():
        return confirm_dispute(case.pk, remark="示例", actor=house.town_supervisor, now=NOW)

    with pytest.raises(PapersMissing, match="受理登记表、身份证明"):
        close()
    make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW)
    with pytest.raises(PapersMissing, match="缺少：身份证明"):
        close()
    see_paper(case.pk, kind="sample_identity", actor=house.mediator, now=NOW)
    assert (close().closed_at, Case.objects.get(pk=case.pk).stage) == (NOW, "closed")
