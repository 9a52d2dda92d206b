import pytest

from cases.enums import Sensitivity
from centers.enums import Role
from tests.factories import at, make_person, triaged


@pytest.fixture
def city(house):
    """Return the city with two confidential officers, a director, and a confidential matter on the mediator's desk."""
    roles = {
        "officer": Role.CONFIDENTIAL_OFFICER,
        "second": Role.CONFIDENTIAL_OFFICER,
        "director": Role.CENTER_DIRECTOR,
    }
    house.people |= {name: make_person(name, role, house.town) for name, role in roles.items()}
    house.case = triaged(house, now=at("2025-11-18"), sensitivity=Sensitivity.CONFIDENTIAL)
    return house
