import pytest
from django.urls import reverse

from core import clock
from core.door import second_factor
from tests.core.door.app import code_of

PASSWORD = "Sample-pass-1"


@pytest.fixture
def set_clock(monkeypatch):
    """Return a function that sets the clock of the house; by itself it goes on."""

    def set_to(moment):
        monkeypatch.setattr("core.clock.now", lambda: moment)
        return moment

    return set_to


@pytest.fixture
def knock(client):
    """Return somebody at the door, who tries a name and a password from an address."""

    def knock(username, password=PASSWORD, *, by=client, **given):
        query = given.pop("query", "")
        return by.post(reverse("admin:login") + query, {"username": username, "password": password}, **given)

    return knock


@pytest.fixture
def strict(settings):
    """Ask everybody for a second factor, as outside a demo."""
    settings.SECOND_FACTOR = True


@pytest.fixture
def equip(strict):
    """Return a function that gives somebody an authenticator app, and returns its secret and the recovery codes."""

    def equip(user, *, now=None):
        now = now or clock.now()
        secret = second_factor.new_secret()
        codes = second_factor.set_up(user, secret=secret, code=code_of(secret, now), now=now)
        return secret, codes

    return equip
