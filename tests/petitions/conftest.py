import pytest

from tests.factories import rolled_back
from tests.petitions.office import make_office


@pytest.fixture(scope="module")
def built(for_the_module):
    return make_office()


@pytest.fixture
def house(built, db):
    with rolled_back():
        yield built
