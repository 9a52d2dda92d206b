from datetime import date

import pytest

from cases.models import Party
from disputes.models import Representative
from disputes.services.group import form_group
from disputes.services.represent import TooManyRepresentatives, name_representatives
from tests.factories import at, mediating, race

NOW = at("2026-11-18")


def _name(house, case, parties):
    told = {"party_ids": [one.pk for one in parties], "chosen_on": date(2026, 11, 18), "now": NOW}
    return name_representatives(case.pk, **told, actor=house.mediator)


@pytest.mark.django_db(transaction=True)
def test_of_a_fifth_and_a_sixth_at_the_same_moment_from_two_pages_one_represents(house):
    cases = [mediating(house, now=NOW) for _ in range(3)]
    form_group(cases[0].pk, others=[one.pk for one in cases[1:]], cause="示例", actor=house.mediator, now=NOW)
    parties = list(Party.objects.order_by("pk"))
    _name(house, cases[0], parties[:4])
    told = race(lambda: _name(house, cases[1], parties[4:5]), lambda: _name(house, cases[2], parties[5:]))
    assert sorted(type(answer).__name__ for answer in told) == [TooManyRepresentatives.__name__, "list"]
    assert Representative.objects.standing().count() == 5
