import pytest

from cases.models import Event
from tests.factories import at, registered


@pytest.fixture
def event(house):
    return registered(house, now=at("2026-11-18")).events.first()


def test_an_event_is_never_saved_again(event):
    event.kind = "closed"
    with pytest.raises(TypeError, match="never changed"):
        event.save()


def test_an_event_is_never_removed(event):
    with pytest.raises(TypeError, match="never removed"):
        event.delete()
    assert Event.objects.filter(pk=event.pk).exists()
