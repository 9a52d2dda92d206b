"""Where no center is above the holder, the extension is decided by its own director, and by nobody else there."""

from datetime import date

import pytest
from django.urls import reverse

from cases.enums import ClockKind, ExtensionState
from cases.models import Case, Extension
from cases.querysets import EXTEND
from cases.reports import DESKS, permissions_on
from cases.services.extend import OWN_REQUEST, NewExtension, ask_extension, grant_extension, refuse_extension
from centers.enums import Role
from centers.models import Center
from core.errors import SeparationOfDuties
from tests.factories import LONG_AGO, appoint, at, make_person, mediating, recused

NOW = at("2026-11-18")
FRIDAY = at("2026-11-20", 10)
REMARK = "理由成立（示例）"


@pytest.fixture(autouse=True)
def on_friday(monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: FRIDAY)


@pytest.fixture
def city(house):
    center = house.centers["3306"]
    offices = {"director": Role.CENTER_DIRECTOR, "city_supervisor": Role.SUPERVISOR, "city_mediator": Role.MEDIATOR}
    for name, role in offices.items():
        house.people[name] = make_person(name, role, center)
    return center


@pytest.fixture
def asked(house, city):
    """Return a request of the city's mediator on a mediation that the city holds."""
    case = mediating(house, now=NOW)
    Case.objects.filter(pk=case.pk).update(holder=city, unit=None, handler=house.city_mediator)
    row = case.clocks.get(kind=ClockKind.MED_GENERAL)
    row.holder = city
    row.save(update_fields=["holder"])
    new = NewExtension(row.pk, 30, "一方外出（示例）", date(2026, 11, 20))
    return ask_extension(case.pk, new=new, actor=house.city_mediator, now=FRIDAY)


def _case():
    return Case.objects.select_related("holder").get()


def _decide(asked, who, decide=grant_extension):
    return decide(asked.pk, remark=REMARK, actor=who, now=FRIDAY)


def test_the_director_grants_it_and_the_limit_moves(house, asked):
    granted = _decide(asked, house.director)
    assert (granted.state, granted.decided_by, granted.due_on) == ("granted", house.director, date(2027, 1, 18))
    assert granted.number == "(2026)绍兴延字第0001号"


def test_the_director_may_refuse_it(house, asked):
    assert _decide(asked, house.director, refuse_extension).state == ExtensionState.REFUSED


@pytest.mark.parametrize("who", ["city_supervisor", "county_supervisor", "town_supervisor", "city_mediator"])
def test_nobody_else_decides_there(house, asked, who):
    assert EXTEND not in permissions_on(getattr(house, who), _case())
    with pytest.raises(Case.DoesNotExist):
        _decide(asked, getattr(house, who))


def test_where_a_center_is_above_the_own_director_does_not_decide(house, asked, city):
    country = Center.objects.create(code="33", name="浙江省", level="province", path="33/")
    Center.objects.filter(pk=city.pk).update(parent=country)
    assert EXTEND not in permissions_on(house.director, _case())
    with pytest.raises(Case.DoesNotExist):
        _decide(asked, house.director)


def test_the_director_of_a_center_below_does_not_decide(house, asked):
    below = make_person("county_director", Role.CENTER_DIRECTOR, house.centers["330681"])
    with pytest.raises(Case.DoesNotExist):
        _decide(asked, below)


def test_a_director_who_asked_decides_neither_way(house, asked, city):
    appoint(house.city_mediator, role=Role.CENTER_DIRECTOR, center=city, starts_on=LONG_AGO)
    for decide in (grant_extension, refuse_extension):
        with pytest.raises(SeparationOfDuties):
            _decide(asked, house.city_mediator, decide)


def test_a_director_who_handles_the_matter_decides_neither_way(house, asked):
    Case.objects.update(handler=house.director)
    for decide in (grant_extension, refuse_extension):
        with pytest.raises(SeparationOfDuties):
            _decide(asked, house.director, decide)


def test_a_center_without_a_part_in_the_matter_does_not_decide_on_itself(house, asked, city):
    recused(asked.clock.case, center=city, by=house.clerk, now=NOW)
    with pytest.raises(Extension.DoesNotExist):
        _decide(asked, house.director)


def test_the_request_waits_on_the_directors_desk_alone(house, asked):
    waiting = {name: list(DESKS["to_extend"].rows(getattr(house, name), now=FRIDAY)) for name in _CITY}
    assert waiting == {"director": [_case()], "city_supervisor": []}


_CITY = ("director", "city_supervisor")


def _form(client, who):
    """Return what the form offers, and the answer to a decision all the same."""
    client.force_login(who)
    url = reverse("admin:cases_case_act", args=[_case().pk, "grant"])
    field = client.get(url).context["form"].fields["extension"]
    offered = list(field.queryset), field.help_text
    return offered, client.post(url, {"extension": Extension.objects.get().pk, "remark": "示例"})


def test_the_director_decides_by_page(house, asked, client):
    offered, answer = _form(client, house.director)
    assert offered == ([asked], "")
    assert (answer.status_code, Extension.objects.get().state) == (302, "granted")


@pytest.mark.parametrize("column", ["asked_by", "handler"])
def test_the_form_offers_nobody_a_request_of_their_own_or_on_their_own_matter(house, asked, client, column):
    rows = Extension.objects if column == "asked_by" else Case.objects
    rows.update(**{column: house.director})
    offered, answer = _form(client, house.director)
    assert offered == ([], OWN_REQUEST)
    assert (answer.status_code, Extension.objects.get().state) == (422, "asked")
