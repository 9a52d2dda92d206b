import pytest

from tests.factories import rolled_back
from tests.petitions.higher import with_higher_offices
from tests.petitions.office import make_office


@pytest.fixture(scope="module")
def built(for_the_module):
    return with_higher_offices(make_office())


@pytest.fixture
def house(built, db):
    with rolled_back():
        yield built
